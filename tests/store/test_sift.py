"""Files sifted by their bytes are those that reading each with care would leave."""

from __future__ import annotations

import bz2
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.query.raw import AnyTest, holds
from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.containers.split import split
from ctexplore.store.containers.unpack import UnpackError, unpack
from ctexplore.store.search.sift import interesting, sift
from tests.build import event, gz, log

CAROL = log(event(1, userAgent="carol"), event(2))
BOB = log(event(3, userAgent="bob"))
LIAR = gz(CAROL)[:-4] + (7).to_bytes(4, "little")

STORED = {
    "plain": gz(CAROL),
    "another": gz(BOB),
    "two members": gz(CAROL[:50]) + gz(CAROL[50:]),
    "an empty member behind": gz(CAROL) + gz(b""),
    "padded": gz(CAROL) + bytes(512),
    "followed by junk": gz(CAROL) + b"junk",
    "cut": gz(CAROL)[:-30],
    "wrong about its size": LIAR,
    "a wrong checksum": gz(CAROL)[:-8] + bytes(4) + gz(CAROL)[-4:],
    "not packed": CAROL,
    "bzip2": bz2.compress(CAROL),
    "packed twice": gz(gz(CAROL)),
    "UTF-16": gz(CAROL.decode().encode("utf-16")),
    "UTF-16 without a mark": gz(CAROL.decode().encode("utf-16-le")),
    "blanks first": gz(b"\n " + CAROL),
    "an array": gz(b"[" + json.dumps(event(1, userAgent="carol")).encode() + b"]"),
    "empty": b"",
    "nothing packed": gz(b""),
    "no log": gz(b"<html>"),
}


def careful(stored: bytes, wanted: str) -> bytes | None:
    try:
        data = unpack(stored).data
    except UnpackError:
        return None
    return data if wanted in data.decode("utf-8", "replace").casefold() else b""


@pytest.mark.parametrize("name", STORED)
@pytest.mark.parametrize("wanted", ["carol", "bob"])
def test_a_file_is_read_as_with_care(name: str, wanted: str) -> None:
    [found] = sift([LogFile(name, 1)], lambda _: STORED[name], holds([[wanted]]))
    assert found == careful(STORED[name], wanted)


def test_what_an_earlier_file_left_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    long = log(*(event(n, userAgent="bob") for n in range(500)))
    stored = {"long": gz(long), "short": gz(CAROL), "none": gz(b"")}
    monkeypatch.setattr("ctexplore.store.search.sift.THREADS", 1)
    files = [LogFile(key, 1) for key in stored]
    found = list(sift(files, lambda file: stored[file.key], holds([["bob"]])))
    assert found == [long, b"", None]


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_many_files_come_in_their_order_and_lost_ones_are_none(count: int) -> None:
    files = [LogFile(str(n), 1) for n in range(count)]

    def stored(file: LogFile) -> bytes:
        if int(file.key) % 7 == 3:
            raise SourceError(file.key, "gone")
        return gz(CAROL if int(file.key) % 5 else BOB)

    found = list(sift(files, stored, holds([["carol"]])))
    usual = [CAROL if n % 5 else b"" for n in range(count)]
    assert found == [None if n % 7 == 3 else data for n, data in enumerate(usual)]
    everything = list(sift(files, stored, None))
    assert [e is None for e in everything] == [f is None for f in found] and b"" not in everything


pieces = st.lists(
    st.dictionaries(
        st.sampled_from(["a", "name", "Ali", "é", "n"]),
        st.sampled_from(["alice", "ALI", "\u212ax", "}{", "},{", 10, 1e3, 1000, [], {"ali": {}}]),
        max_size=3,
    ),
    max_size=6,
)
runs = st.lists(
    st.lists(st.sampled_from(["ali", "a", "1000", "{", "}", "},{", "kx", "n"]), min_size=1),
    min_size=1,
    max_size=3,
)


@given(pieces, runs, st.booleans(), st.booleans())
def test_no_record_is_ruled_out_among_others_that_is_not_alone(
    records: list[dict[str, object]], groups: list[list[str]], escaped: bool, spaced: bool
) -> None:
    separators = (", ", ": ") if spaced else (",", ":")
    raw = [json.dumps(r, ensure_ascii=escaped, separators=separators).encode() for r in records]
    data = b'{"Records":[' + (b", " if spaced else b",").join(raw) + b"]}"
    for test in (holds(groups), AnyTest((holds(groups), holds([["alice"]])))):
        found = interesting(data, split(data).records, test).tolist()
        assert len(found) == len(raw)
        assert all(there or not test(one) for there, one in zip(found, raw, strict=True))


def test_one_record_of_many_is_told_from_the_others() -> None:
    raw = [b'{"a":"%d"}' % n for n in range(30)]
    data = b'{"Records":[' + b",".join(raw) + b"]}"
    found = interesting(data, split(data).records, holds([["17"], ["a"]]))
    assert found.nonzero()[0].tolist() == [17]
