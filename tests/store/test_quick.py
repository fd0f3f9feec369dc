"""The compiled part and the careful readers: one answer, whatever stands in the files."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ctexplore.store.columns as columns
from ctexplore.store.columns import quick
from ctexplore.store.columns.decode import decode
from ctexplore.store.containers.tolerant import is_utf8
from tests.build import event, log, raw, without
from tests.store.both_ways import carefully, kinds, told

LOGS = os.environ.get("CTEXPLORE_TEST_LOGS", "")
pytestmark = pytest.mark.skipif(
    not quick.AVAILABLE, reason="there was no C compiler when ctexplore was installed"
)

FIELDS = Path(columns.__file__).parent / "fields"
SCHEMA = ((b"a", 0), (b"b", 1))


def fields(judge: Any = 1, checksum: Any = len, **schema: Any) -> quick.Fields:
    """Two fields, each numbered for itself."""
    chains = schema.get("chains", ((((0,), judge),), (((1,), 1),)))
    return quick.Fields(SCHEMA, chains, schema.get("stamps", ()), checksum, schema.get("seed", 7))


def codes(of: quick.Fields, naming: int) -> list[int]:
    return memoryview(of.codes(naming)).cast("I").tolist()


def test_it_is_built_from_these_sources() -> None:
    """After a change: pip install -e '.[test]'"""
    sources = b"".join(path.read_bytes() for path in sorted(FIELDS.glob("*.[ch]")))
    from ctexplore.store.columns import _fields

    assert hashlib.sha256(sources).hexdigest() == _fields.SOURCES


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


@pytest.mark.parametrize(
    "record",
    [
        b'{"a":"\\ud800"}',
        b'{"a":"\\ud800\\u0041"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"a":"\\x"}',
        b'{"a":"\\u12g4"}',
        b'{"a":"\t"}',
        b'{"a":01}',
        b'{"a":-}',
        b'{"a":1.}',
        b'{"a":1e}',
        b'{"a":tru}',
        b'{"a":[1,]}',
        b'{"a":{"b":1,}}',
        b'{"a":{1:2}}',
        b'{"a"}',
        b'{"a":1,}',
        b'{"a":[1}}',
        b'{"a":' + b"[" * 66 + b"]" * 66 + b"}",
        b"[]",
        b"1",
        b"",
    ],
)
def test_what_it_refuses(record: bytes) -> None:
    of = fields()
    assert of.take(b'[{"a":1},' + record + b"]") is None
    assert codes(of, 0) == []


def test_what_it_accepts() -> None:
    of = fields()
    deep = b"[" * 64 + b"]" * 64
    listed = b'[ {} , {"a" : "\\ud83d\\ude00 \\n\\/" } ,\n{"b":"x","a":-1.5e+3},{"a":%b}\t]' % deep
    assert of.take(listed) == (4, [])
    assert of.keys(0) == [b"", b'"\\ud83d\\ude00 \\n\\/"', b"-1.5e+3", deep]
    assert of.keys(1) == [b"", b'"x"']
    assert (codes(of, 0), codes(of, 1)) == ([1, 2, 3, 4], [1, 1, 2, 1])
    assert fields().take(b"[]") == (0, [])


def test_a_long_text_ends_where_it_ends() -> None:
    """Whatever its place among the sixteen bytes that are looked at together."""
    for size in range(70):
        for end in (b'"', b'\\""', b"\xc3\xa9" + b'"'):
            value = b'"' + b"x" * size + end
            of = fields()
            assert of.take(b'[{"a":' + value + b"}]") == (1, []), (size, end)
            assert of.keys(0) == [value]


def test_what_is_left_has_its_place() -> None:
    of = fields()
    listed = b'[{"a":1},{"b":2},{"a":1,"a":2},{"a":3}]'
    count, left = of.take(listed) or (0, [])
    assert (count, [(at, listed[start:end]) for at, start, end in left]) == (
        2,
        [(1, b'{"b":2}'), (2, b'{"a":1,"a":2}')],
    )
    assert memoryview(of.positions()).cast("I").tolist() == [0, 3]
    assert memoryview(of.checksums()).cast("I").tolist() == [7, 7]


def test_a_list_is_taken_whole_or_not_at_all() -> None:
    of = fields(stamps=((1, 1),))
    assert of.take(b'[{"a":1,"b":"x"}]') == (1, [])
    assert of.take(b'[{"a":2,"b":"y"},{"a":3,"b":"z"},!]') is None
    assert of.take(b'[{"a":4,"b":"w"}]') == (1, [])
    assert codes(of, 0) == [1, 4]
    assert of.strings(0) == b"xw"
    assert memoryview(of.positions()).cast("I").tolist() == [0, 0]


def test_a_chain_ends_where_a_judge_says() -> None:
    asked = []

    def judge(key: bytes) -> int:
        asked.append(key)
        return {b"1": 1, b"2": 0, b"3": -1}[key]

    of = fields(chains=((((0,), judge), ((1,), 0)),))
    listed = b'[{"a":1,"b":"x"},{"a":2,"b":"x"},{"a":3,"b":"x"},{"a":1}]'
    assert of.take(listed) == (3, [(2, 33, 48)])
    assert (codes(of, 0), codes(of, 1)) == ([1, 2, 1], [0, 1, 0])
    assert asked == [b"1", b"2", b"3"]
    of.stop(0, 1)
    assert of.take(b'[{"a":2,"b":"y"}]') == (1, [])
    assert codes(of, 1) == [0, 1, 0, 0]
    assert memoryview(of.codes(1, 3)).cast("I").tolist() == [0]


def test_a_judge_that_fails_takes_nothing() -> None:
    def judge(key: bytes) -> int:
        raise KeyError(key)

    of = fields(judge)
    with pytest.raises(KeyError):
        of.take(b'[{"a":1}]')
    assert codes(of, 0) == []
    with pytest.raises(ValueError, match="9 is no verdict"):
        fields(lambda _: 9).take(b'[{"a":1}]')


@pytest.mark.parametrize(
    "wrong",
    [
        {"chains": (((), 1),)},
        {"chains": ((((9,), 1),),)},
        {"chains": ((((0,), 7),),)},
        {"chains": tuple((((0,), 1),) for _ in range(99))},
        {"stamps": ((9, 1),)},
        {"stamps": ((0, 0),)},
    ],
)
def test_a_schema_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, SystemError)):
        fields(**wrong)


def test_numbers_out_of_range() -> None:
    of = fields()
    for call in (
        lambda: of.keys(2),
        lambda: of.keys(-1),
        lambda: of.key(0, 0),
        lambda: of.stop(0, -1),
        lambda: of.codes(0, 1),
        lambda: of.strings(0),
    ):
        with pytest.raises(IndexError):
            call()


def _mixed(a: int, b: int) -> int:
    product = a * b
    return (product ^ product >> 64) & (2**64 - 1)


def _hash(seed: int, key: bytes) -> int:
    """Of a key of at most sixteen bytes, as numbers.h has it."""
    secret = _mixed(seed, 0x9E3779B97F4A7C15) | 1
    first, second = (int.from_bytes(key.ljust(16, b"\0")[at : at + 8], "little") for at in (0, 8))
    return _mixed(_mixed(seed ^ len(key) ^ first, secret ^ second), secret)


def test_keys_made_to_crowd_are_left() -> None:
    """Whoever knew the random seed could let every look-up take all the time there is."""
    seed, crowd = 7, []
    for number in range(10**6, 10**7):
        if not _hash(seed, b"%d" % number) & 0xFFF:
            crowd.append(number)
            if len(crowd) == 70:
                break
    of = fields(seed=seed)
    # So many others that the table has as many places as the crowd was made for.
    others = b",".join(b'{"a":%d}' % number for number in range(1500))
    assert of.take(b"[" + others + b"]") == (1500, [])
    count, left = of.take(b"[" + b",".join(b'{"a":%d}' % n for n in crowd) + b"]") or (0, [])
    assert 0 < len(left) < 40
    assert count + len(left) == 70


def test_it_holds_on_to_nothing() -> None:
    def judge(key: bytes) -> int:
        return 1

    before = sys.getrefcount(judge)
    for _ in range(100):
        of = fields(judge)
        of.take(b'[{"a":1},{"a":2,"a":3}]')
        of.take(b'[{"a":1},!]')
        of.keys(0)
    del of
    assert sys.getrefcount(judge) == before


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
