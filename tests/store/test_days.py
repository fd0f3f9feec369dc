"""Loading day after day gives what loading at once gives, and holds and asks for less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.sources.arranged import arrange
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store.cache.cache import MemoryCache, NoCache
from ctexplore.store.days import Days, Part
from ctexplore.store.peek import peek
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.session import Session
from ctexplore.store.steps import Halt, Pace, Step
from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource, log_key

ALL = Scope(("",))
LAST = datetime(2024, 3, 9, tzinfo=UTC)


class Counting(MemorySource):
    """Counts GETs and LISTs by day folder, and refuses what it is told to refuse."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.gets: Counter[str] = Counter()
        self.broken: dict[str, SourceError] = {}

    def read(self, file: LogFile) -> bytes:
        if file.key in self.broken:
            raise self.broken[file.key]
        self.gets[day_in(file.key)] += 1
        return super().read(file)

    @property
    def listed(self) -> set[str]:
        return {day_in(folder) for folder in self.requests} - {""}


def day_in(key: str) -> str:
    parts = key.split("/")
    return "/".join(parts[4:7]) if len(parts) > 7 else ""


def at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def key_of(delivered: datetime, unique: int, region: str = "us-east-1") -> str:
    day, time = f"{delivered:%Y/%m/%d}", f"{delivered:%H%M}"
    return log_key(day, time, region=region, unique=f"{unique:016}")


def a_day(day: int, events: int = 3, files: int = 2) -> dict[str, bytes]:
    """Log files of the fifth hour of a day of March, each with some events of the hour before."""
    made = {}
    for n in range(files):
        numbers = [day * 10_000 + n * events + e for e in range(events)]
        delivered = datetime(2024, 3, day, 5, n, tzinfo=UTC)
        times = [at(delivered - timedelta(seconds=9 + e)) for e in range(events)]
        records = [event(i, eventTime=t) for i, t in zip(numbers, times, strict=True)]
        made[key_of(delivered, n)] = gz(log(*records))
    return made


def month(days: int = 5, **more: int) -> Counting:
    return Counting({k: v for day in range(1, days + 1) for k, v in a_day(day, **more).items()})


class Row(NamedTuple):
    name: str
    copies: int
    file: str


def rows_of(part: Part | Session) -> list[Row]:
    table, order = part.table, part.order
    return [
        Row(
            table.text("name", row),
            len(order.copies.of_row(row)),
            table.files[int(table.file[row])].key,
        )
        for row in order.newest_first().tolist()
    ]


def at_once(source: Source, scope: Scope = ALL) -> list[Row]:
    session = Session(source, NoCache(""), scope)
    for _ in session.load():
        pass
    session.close()
    session.order.update()
    return rows_of(session)


def by_day(source: Source, scope: Scope = ALL, **more: Any) -> list[list[Row]]:
    days = Days(source, NoCache(""), scope, **more)
    parts = [rows_of(part) for part in days.parts()]
    days.close()
    assert not days.misplaced
    return parts


def joined(parts: Sequence[Sequence[Row]]) -> list[Row]:
    return [row for part in parts for row in part]


def test_each_day_is_a_part_newest_first() -> None:
    parts = by_day(month(3))
    assert [{day_in(row.file) for row in part} for part in parts] == [
        {"2024/03/03"},
        {"2024/03/02"},
        {"2024/03/01"},
    ]
    assert joined(parts) == at_once(month(3))


# Minutes before the last delivery of all when a file is delivered; its events, by the minutes
# that they wait for it; whether an event is a copy of the one drawn before it.
minutes = st.integers(0, 4 * 24 * 60)
late = st.sampled_from([0, 1, 5, 14, 60, 600, 1500, 5000, 40_000])
drawn_files = st.lists(
    st.tuples(
        minutes,
        st.lists(st.tuples(late, st.sampled_from(["new", "new", "copy", "timeless"])), max_size=4),
        st.sampled_from(["us-east-1", "eu-west-1", "outside"]),
    ),
    max_size=8,
)


def trail(drawn: list[tuple[int, list[tuple[int, str]], str]]) -> dict[str, bytes]:
    files = {}
    number = 0
    written: list[tuple[datetime, dict[str, Any]]] = []
    for n, (before, waits, where) in enumerate(sorted(drawn, key=lambda d: -d[0])):
        delivered = LAST - timedelta(minutes=before)
        records = []
        for wait, kind in waits:
            number += 1
            moment = delivered - timedelta(minutes=wait)
            record = event(number, eventTime=at(moment))
            if kind == "timeless":
                record["eventTime"] = f"some day {number}"
            # Of an earlier file, so that its time is before this delivery, too.
            if kind == "copy" and written:
                record = written[-1][1]
            written.append((moment, record))
            records.append(record)
        key = f"kept/{n}.json.gz" if where == "outside" else key_of(delivered, n, where)
        files[key] = gz(log(*records))
    return files


@settings(max_examples=60)
@given(drawn_files, st.sampled_from(Pace))
def test_any_trail_with_late_files_is_as_when_loaded_at_once(
    drawn: list[tuple[int, list[tuple[int, str]], str]], pace: Pace
) -> None:
    files = trail(drawn)
    wanted = at_once(MemorySource(files))
    parts = by_day(MemorySource(files), pace=pace)
    assert [(r.name, r.copies) for r in joined(parts)] == [(r.name, r.copies) for r in wanted]
    assert all(parts)


@settings(max_examples=60)
@given(drawn_files, st.integers(0, 4 * 24 * 60), st.integers(1, 4000))
def test_times_narrow_alike(
    drawn: list[tuple[int, list[tuple[int, str]], str]], before: int, span: int
) -> None:
    since = LAST - timedelta(minutes=before)
    scope = Scope(("",), since, since + timedelta(minutes=span))
    files = trail(drawn)
    assert joined(by_day(MemorySource(files), scope)) == at_once(MemorySource(files), scope)


def test_an_event_waits_for_its_own_day() -> None:
    source = month(3)
    source.files[key_of(datetime(2024, 3, 3, 0, 4, tzinfo=UTC), 9)] = gz(
        log(
            event(1, eventTime="2024-03-03T00:00:00Z"),
            event(2, eventTime="2024-03-02T23:59:59Z"),
            event(3, eventTime="2024-02-14T12:00:00Z"),
        )
    )
    third, second, first, rest = [[row.name for row in part] for part in by_day(source)]
    assert third[-1] == "Event1"
    assert second[0] == "Event2"
    assert len(first) == 6
    assert rest == ["Event3"]


def test_copies_in_the_folders_of_two_days_are_one_event() -> None:
    copied = event(1, eventTime="2024-03-02T23:59:59Z")
    source = month(3)
    source.files[key_of(datetime(2024, 3, 2, 23, 59, tzinfo=UTC), 8)] = gz(log(copied))
    source.files[key_of(datetime(2024, 3, 3, 0, 4, tzinfo=UTC), 9)] = gz(log(copied))
    found = [row for row in joined(by_day(source)) if row.name == "Event1"]
    assert [row.copies for row in found] == [1]


def test_records_are_read_from_the_files_they_came_in() -> None:
    source = month(2)
    source.files[key_of(datetime(2024, 3, 2, 0, 4, tzinfo=UTC), 9)] = gz(
        log(event(1, eventTime="2024-03-02T00:03:00Z"), event(2, eventTime="2024-03-01T23:59:59Z"))
    )
    read = 0
    for part in Days(source, NoCache(""), ALL).parts():
        for row, raw in part.records.read(part.order.newest_first()):
            assert f'"{part.table.text("name", row)}"'.encode() in raw
            read += 1
    assert read == 14


def test_memory_holds_a_day_not_the_scope() -> None:
    days = Days(month(20, events=50), NoCache(""), ALL)
    most = max(part.table.count for part in days.parts())
    assert (most, days.tally.events) == (100, 2000)


def test_what_waits_keeps_nothing_else() -> None:
    """One late event among many of another kind does not hold the others' names."""
    source = month(2, events=500)
    folder = datetime(2024, 3, 2, 23, 0, tzinfo=UTC)
    many = [event(n, eventTime="2024-03-02T22:00:00Z") for n in range(300)]
    source.files[key_of(folder, 9)] = gz(log(*many, event(999, eventTime="2024-03-01T09:00:00Z")))
    second, first = Days(source, NoCache(""), ALL).parts()
    assert len(second.table.values("name")) > 300
    assert "Event999" in first.table.values("name")
    assert not {f"Event{n}" for n in range(300)} & set(first.table.values("name"))


def test_left_early_nothing_older_is_listed_or_read() -> None:
    source = month(5)
    next(parts := Days(source, NoCache(""), ALL, pace=Pace.THRIFTY).parts())
    assert (source.listed, set(source.gets)) == ({"2024/03/05"}, {"2024/03/05"})
    next(parts)
    assert source.listed == set(source.gets) == {"2024/03/05", "2024/03/04"}


@pytest.mark.parametrize(("local", "count"), [(False, 2), (False, 6), (True, 6)])
def test_the_price_is_known_before_anything_is_read(local: bool, count: int) -> None:
    source = month(count)
    source.local = local
    seen: list[int] = []

    def watch(step: Step) -> bool:
        seen.append(sum(source.gets.values()))
        return days.tally.found < 2 * count

    days = Days(source, NoCache(""), ALL, pace=Pace.PRICED, watch=watch)
    list(days.parts())
    assert days.tally.found == 2 * count
    assert max(seen) == 0


def test_when_nothing_more_is_wanted_what_is_there_still_comes() -> None:
    source = month(3)
    bad = sorted(source.files)[0]
    source.broken[bad] = SourceError(bad, "credentials expired", fatal=True)
    days = Days(source, NoCache(""), ALL, watch=lambda step: not isinstance(step, Halt))
    parts = list(days.parts())
    assert [part.table.count for part in parts] == [6, 6]
    tally = days.tally
    assert (tally.found, tally.read, tally.waiting) == (6, 4, 2)


def test_memory_that_is_full_ends_the_load_and_keeps_what_is_there() -> None:
    days = Days(month(9, events=200), NoCache(""), ALL, Limits(max_memory=1), pace=Pace.THRIFTY)
    assert joined([rows_of(part) for part in days.parts()])
    assert days.full
    assert days.tally.read < 18


def test_a_second_load_reads_the_cache() -> None:
    source, cache = month(3), MemoryCache()
    first = [rows_of(part) for part in Days(source, cache, ALL).parts()]
    gets = source.gets.copy()
    assert [rows_of(part) for part in Days(source, cache, ALL).parts()] == first
    assert source.gets == gets


def test_files_outside_days_alone_are_one_part() -> None:
    source = MemorySource({f"{n}.json.gz": gz(log(event(n), event(n + 50))) for n in range(9)})
    [part] = by_day(source)
    assert part == at_once(source)


def test_a_flat_folder_is_taken_by_the_newest_event_of_each_file() -> None:
    """Its files have no time of delivery; the day of the first event would be too early."""
    source = MemorySource(
        {
            "a.json.gz": gz(
                log(
                    event(1, eventTime="2024-03-01T09:00:00Z"),
                    event(2, eventTime="2024-03-04T09:00:00Z"),
                )
            ),
            "b.json.gz": gz(log(event(3, eventTime="2024-03-02T09:00:00Z"))),
            "c.json.gz": gz(log(event(4, eventTime="2024-03-03T09:00:00Z"))),
        }
    )
    arranged = arrange(source, peek)
    assert [row.name for row in joined(by_day(arranged))] == [
        "Event2",
        "Event4",
        "Event3",
        "Event1",
    ]


def test_events_newer_than_their_folder_are_counted_and_still_come() -> None:
    source = month(2)
    odd = key_of(datetime(2024, 3, 1, 9, tzinfo=UTC), 9)
    source.files[odd] = gz(log(event(1, eventTime="2024-03-02T12:00:00Z")))
    days = Days(source, NoCache(""), ALL)
    names = [row.name for part in days.parts() for row in rows_of(part)]
    assert names.count("Event1") == 1
    assert len(names) == 13
    assert days.misplaced == 1


def test_no_part_is_empty() -> None:
    source = Counting({k: gz(log()) for day in (1, 2, 3) for k in a_day(day)})
    assert by_day(source) == []
