"""What may match comes through a sieve, and everything is counted as without one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ctexplore.query.raw import holds
from ctexplore.store.cache.cache import Cache, MemoryCache, NoCache
from ctexplore.store.columns.decode import Decoded, decode, is_sound
from ctexplore.store.days import Days
from ctexplore.store.scope import Scope
from ctexplore.store.search.thin import Kept, Sieve, Thinning
from tests.build import event, gz, log
from tests.query.strategies import records
from tests.sources.memory_source import MemorySource, log_key
from tests.store.test_sift import STORED

CAROL = Sieve(holds([["carol"]]), alone=True)
KEYS = st.sampled_from(["Records", "eventName", "userAgent", "a"])
VALUES = st.sampled_from(["carol", "bob", 1, 1.5, None, {}, [], {"eventName": ["carol"]}])


def thinned(files: list[tuple[str, bytes]], sieve: Sieve, *, sound: bool = False) -> Decoded:
    thinning = Thinning(sieve)
    try:
        return thinning.decode(files, sound).result()
    finally:
        thinning.close()


def events(decoded: Decoded) -> list[tuple[int, ...]]:
    batch = decoded.batch
    columns = [batch.file, batch.index, batch.crc, batch.time, *batch.ids.T]
    return list(zip(*(c.tolist() for c in columns), strict=True))


def check(files: list[tuple[str, bytes]]) -> None:
    """The events of a sieve are some of all, and no more than that is different."""
    whole, few = decode(files), thinned(files, CAROL)
    assert set(events(few)) <= set(events(whole))
    assert few.read == whole.read
    assert few.problems == whole.problems
    assert (few.unpacked, few.rejected) == (whole.unpacked, whole.rejected)
    told = [whole.batch.entries["agent"][n][0] for n in whole.batch.codes["agent"].tolist()]
    wanted = [e for e, text in zip(events(whole), told, strict=True) if "carol" in text]
    assert set(wanted) <= set(events(few))


def test_files_of_all_kinds() -> None:
    check(list(STORED.items()))


@given(st.lists(records(), max_size=5), st.booleans())
def test_records_of_all_kinds(raw: list[bytes], packed: bool) -> None:
    data = log(*raw)
    check([("one", gz(data) if packed else data), ("two", gz(log(event(1))))])


@settings(max_examples=300)
@given(
    st.lists(st.dictionaries(KEYS, VALUES, max_size=3) | VALUES, max_size=4),
    st.integers(0, 200),
    st.binary(max_size=2) | st.sampled_from([b"\\q", b'"', b"{", b"]", b"\\u00", b',"Records":[']),
    st.integers(0, 3),
)
@example([{"eventName": "x"}], 13, b"\\q", 0)
@example([{"eventName": "x"}], 30, b',"Records":[{"userAgent":"carol"}]', 0)
@example([{"eventName": "x"}, {"eventName": "y"}], 29, b'],"Rec\\u006frds":[', 1)
def test_damaged_files(items: list[object], at: int, put: bytes, cut: int) -> None:
    data = b'{"Records":' + json.dumps(items, separators=(",", ":")).encode() + b"}"
    check([("one", gz(data[:at] + put + data[at + cut :]))])


def test_the_records_of_a_file_keep_their_places() -> None:
    data = log(*(event(n, userAgent="carol" if n % 9 == 4 else "bob") for n in range(40)))
    for sound in (False, True):
        few = thinned([("a", gz(log(event(1)))), ("b", gz(data))], CAROL, sound=sound)
        assert few.batch.file.tolist() == [1] * 4
        assert few.batch.index.tolist() == [4, 13, 22, 31]
        assert few.unpacked == len(data) + len(log(event(1)))


@pytest.mark.parametrize(
    ("files", "sound"),
    [
        ([gz(log(event(1)))], True),
        ([gz(log())], True),
        ([gz(log(event(1)))[:-20]], False),
        ([gz(log(event(1))), b""], False),
        ([gz(log(event(1), b"7"))], False),
        ([gz(log(event(1))) + b"junk"], False),
    ],
)
def test_columns_tell_whether_anything_was_wrong(files: list[bytes], sound: bool) -> None:
    packed = decode([(str(n), data) for n, data in enumerate(files)]).pack()
    assert is_sound(packed) is sound
    with pytest.raises(ValueError, match="not whole"):
        is_sound(packed[:20])


def source() -> MemorySource:
    return MemorySource(
        {
            log_key(f"2024/03/0{day}"): gz(
                log(*(event(day * 10 + n, userAgent=["bob", "carol"][n % 2]) for n in range(6)))
            )
            for day in range(1, 5)
        }
        | {log_key("2024/03/05"): b"no log"}
    )


def agents(days: Days) -> Iterator[str]:
    for part in days.parts():
        for row in part.order.view().rows.tolist():
            yield part.table.text("agent", row)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("filled", [True, False])
def test_a_load_with_a_sieve_counts_what_one_without_counts(alone: bool, filled: bool) -> None:
    cache: Cache = MemoryCache() if filled else NoCache("")
    place = source()
    whole = Days(place, cache, Scope(("",)))
    everything = list(agents(whole))
    sieve = replace(CAROL, alone=alone)
    few = Days(place, cache, Scope(("",)), sieve=sieve)
    found = list(agents(few))
    # Columns that are there are used, unless no column could help.
    assert found == (everything if filled and not alone else ["carol"] * 12)
    for name in ("found", "read", "failed", "skipped", "waiting", "rejected", "unpacked"):
        assert getattr(few.tally, name) == getattr(whole.tally, name), name
    assert few.tally.problems == whole.tally.problems
    assert whole.tally.failed == 1


def test_columns_of_some_events_are_not_kept_as_columns_of_all() -> None:
    cache, place = MemoryCache(), source()
    for sieve, events in ((CAROL, 12), (None, 24), (CAROL, 12)):
        assert len(list(agents(Days(place, cache, Scope(("",)), sieve=sieve)))) == events


def records_of(days: Days) -> dict[str, bytes]:
    """By place, through the same call that a filter makes."""
    found = {}
    for part in days.parts():
        table = part.table
        for row, raw in part.records.read(part.order.view().rows):
            found[f"{table.files[int(table.file[row])].key} {table.index[row]}"] = raw
    return found


def test_what_came_through_is_not_unpacked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = records_of(Days(source(), NoCache(""), Scope(("",))))
    place = source()
    read: list[str] = []
    monkeypatch.setattr(
        place, "read", lambda file: (read.append(file.key), MemorySource.read(place, file))[1]
    )
    few = records_of(Days(place, NoCache(""), Scope(("",)), sieve=CAROL))
    assert sorted(read) == sorted(place.files)
    assert few == {name: raw for name, raw in whole.items() if b"carol" in raw}
    assert len(few) == 12


def test_what_is_no_longer_kept_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Kept.__init__, "__defaults__", (1000,))
    whole = records_of(Days(source(), NoCache(""), Scope(("",))))
    few = records_of(Days(source(), NoCache(""), Scope(("",)), sieve=CAROL))
    assert few == {name: raw for name, raw in whole.items() if b"carol" in raw}


def test_so_much_is_kept_and_no_more() -> None:
    kept = Kept(1000)
    for number in range(9):
        kept.put(f"file {number}", {3: b"x" * 200, 7: b"y" * 100})
    assert [number for number in range(9) if kept.of(f"file {number}")] == [7, 8]
    kept.put("file 8", {1: b"z"})
    assert kept.of("file 8") == {1: b"z"}
    assert kept.of("file 7")
    kept.put("large", {0: b"x" * 1000})
    assert not any(kept.of(name) for name in ("file 7", "file 8", "large"))
