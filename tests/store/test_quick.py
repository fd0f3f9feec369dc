"""The compiled part and the careful readers: one answer, whatever stands in the files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.columns import quick
from ctexplore.store.columns.decode import decode
from ctexplore.store.containers.tolerant import is_utf8
from tests.build import event, log, raw, without
from tests.store.both_ways import carefully, kinds, told

LOGS = os.environ.get("CTEXPLORE_TEST_LOGS", "")
pytestmark = pytest.mark.skipif(
    not quick.AVAILABLE, reason="there was no C compiler when ctexplore was installed"
)

# Values that a record may hold, usual ones first.
SCALARS = st.one_of(
    st.sampled_from(["AssumeRole", "ConsoleLogin", "", "1.11", "2.0", "2024-03-05T00:00:01Z"]),
    st.text(max_size=12),
    st.sampled_from([None, True, False, 0, -1.5e300, 10**30]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.one_of(st.sampled_from([*quick.Record.__struct_fields__, "requestID", "insightDetails"]))
ISSUED = {"credentials": {"accessKeyId": "ASIAEXAMPLE", "expiration": "Mar 5, 2024"}}
RECORDS = st.builds(
    lambda number, changes, missing: without(event(number) | changes, *missing),
    st.integers(1, 9),
    st.dictionaries(NAMES, VALUES, max_size=3),
    st.sets(NAMES, max_size=2),
)


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """A log file, in one of the ways in which JSON can be written."""
    records = draw(st.lists(RECORDS, max_size=4))
    indent = draw(st.sampled_from([None, None, 1]))
    ascii_ = draw(st.booleans())
    text = json.dumps({"Records": records}, indent=indent, ensure_ascii=ascii_)
    return text.encode("utf-8", "surrogatepass")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A log file in which some bytes are others, or gone, or twice."""
    data = bytearray(draw(written()))
    for _ in range(draw(st.integers(1, 3))):
        at, size = draw(st.integers(0, len(data))), draw(st.integers(0, 3))
        data[at : at + size] = draw(
            st.one_of(st.binary(max_size=3), st.sampled_from([b'"', b"\\", b"{}", b",", b"\\u"]))
        )
    return bytes(data)


@given(st.lists(written() | damaged(), max_size=3))
def test_both_ways_say_the_same(files: list[bytes]) -> None:
    named = [(str(number), data) for number, data in enumerate(files)]
    assert told(decode(named)) == told(carefully(named))
    assert kinds(decode(named)) == kinds(carefully(named))


@given(damaged())
def test_it_takes_nothing_that_is_no_json(data: bytes) -> None:
    of = quick.Fields(quick._SCHEMA, quick._CHAINS, quick._STAMPS, quick.crc32, 1)
    array = data[data.find(b"[") : data.rfind(b"]") + 1]
    found = of.take(memoryview(array))
    # Whether it is UTF-8 was looked at before.
    if found is not None and is_utf8(array):
        assert found[0] + len(found[1]) == len(msgspec.json.decode(array, type=list[dict]))
        json.loads(array)


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([event(1), event(2) | {"eventID": "x"}, event(3)], id="another kind of id"),
        pytest.param([event(1, eventTime="2024-03-05T00:00:01.5Z"), event(2)], id="another time"),
        pytest.param([event(1, eventName="ConsoleLogin"), event(2)], id="a sign-in"),
        pytest.param([event(1, eventVersion="2.0"), event(2)], id="another version"),
        pytest.param([event(1, addendum={"originalEventID": "x"}), event(2)], id="a correction"),
        pytest.param([without(event(1), "eventName"), event(2)], id="no name"),
        pytest.param([event(1, eventSource=7), event(2)], id="a number for a text"),
        pytest.param([raw(event(1)).replace(b'"eventID"', b'"event\\u0049D"')], id="escaped key"),
        pytest.param([raw(event(1))[:-1] + b',"eventName":"X"}', event(2)], id="a key twice"),
        pytest.param([event(1, eventName="AssumeRole", responseElements=ISSUED)], id="issued"),
        pytest.param([raw(event(1)).replace(b"Event1", b"Ev\\u0065nt1")], id="escaped name"),
    ],
)
def test_a_record_that_asks_for_more(records: list[object]) -> None:
    files = [("before", log(event(8))), ("file", log(*records)), ("after", log(event(9)))]
    assert told(decode(files)) == told(carefully(files))


def test_nearly_all_of_a_usual_trail_is_taken() -> None:
    from ctexplore.sources.demo.bulk import bulk_files

    files = [(made.name, made.content) for _, made in bulk_files(1, 2000, "dense")]
    taken = 0

    class Counting(quick.Quick):
        def file(self, number: int, records: memoryview) -> Any:
            nonlocal taken
            found = super().file(number, records)
            taken += found[0] if found else 0
            return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ctexplore.store.columns.decode.Quick", Counting)
        decoded = decode(files)
    assert len(decoded.batch) == 2000
    assert taken > 1950
    assert told(decoded) == told(carefully(files))


@pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS names no real logs")
@pytest.mark.parametrize(("name", "suffix"), [("sans504", "*.gz"), ("invictus", "*.json")])
def test_both_ways_say_the_same_of_a_real_trail(name: str, suffix: str) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(Path(LOGS, name).rglob(suffix))]
    assert files
    assert told(decode(files)) == told(carefully(files))
