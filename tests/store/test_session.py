"""Loading a scope: what is counted, asked, cached and read again."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from ctexplore.sources.arranged import arrange
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import LogFile, Page, Source, SourceError
from ctexplore.store.cache.cache import MemoryCache, NoCache
from ctexplore.store.cache.kept import KeptSource
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.session import Session
from ctexplore.store.steps import Ask, Halt, Step
from tests.sources.memory_source import MemorySource, log_key


def record(number: int, time: str = "2024-01-15T09:00:00Z", **more: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "userName": f"user{number % 3}"},
        "eventTime": time,
        "eventSource": "iam.amazonaws.com",
        "eventName": f"Name{number % 5}",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.1",
        "eventID": f"00000000-0000-0000-0000-{number:012d}",
        **more,
    }


def packed(*records: dict[str, Any]) -> bytes:
    return gzip.compress(json.dumps({"Records": records}).encode(), mtime=0)


class CountingSource(MemorySource):
    """Also counts GETs and fails those it is told to fail, so many times."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.identity = "memory:counting"
        self.gets: Counter[str] = Counter()
        self.failures: dict[str, list[SourceError]] = {}

    def read(self, file: LogFile) -> bytes:
        self.gets[file.key] += 1
        if waiting := self.failures.get(file.key):
            raise waiting.pop(0)
        return super().read(file)


def a_day(files: int = 5, each: int = 4, day: str = "2024/01/15") -> dict[str, bytes]:
    """``files`` log files of ``each`` events, every event another."""
    date = day.replace("/", "-")
    return {
        log_key(day, f"{9 + f // 12:02d}{f % 12 * 5:02d}", unique=f"{f:016d}"): packed(
            *(
                record(f * each + e, f"{date}T{9 + f // 12:02d}:{f % 12 * 5:02d}:{e:02d}Z")
                for e in range(each)
            )
        )
        for f in range(files)
    }


def steps(session: Session) -> list[Step]:
    return list(session.load())


def texts(session: Session, field: str) -> list[str]:
    session.order.update()
    return [session.table.text(field, int(r)) for r in session.order.newest_first()]


def adds_up(session: Session) -> bool:
    tally = session.tally
    return tally.found == tally.read + tally.failed + tally.skipped + tally.waiting


@pytest.fixture
def source() -> CountingSource:
    return CountingSource(a_day())


def open_all(source: Any, cache: Any = None, **more: Any) -> Session:
    return Session(source, cache or NoCache(""), Scope(("",), **more))


def test_every_event_of_every_file_is_loaded_newest_first(source: CountingSource) -> None:
    session = open_all(source)
    steps(session)
    assert session.tally.events == 20
    assert (session.tally.found, session.tally.read) == (5, 5)
    session.order.update()
    times = session.table.time[session.order.newest_first()]
    assert sorted(times.tolist(), reverse=True) == times.tolist()


def test_one_get_for_a_new_object_and_none_for_a_cached_one(source: CountingSource) -> None:
    cache = MemoryCache()
    first = open_all(source, cache)
    steps(first)
    assert set(source.gets.values()) == {1}
    second = open_all(source, cache)
    steps(second)
    assert set(source.gets.values()) == {1}
    assert second.tally.cached == 5
    assert texts(second, "name") == texts(first, "name")


def test_a_new_object_among_cached_ones_costs_one_get(source: CountingSource) -> None:
    cache = MemoryCache()
    steps(open_all(source, cache))
    extra = log_key(time="2355", unique="z" * 16)
    source.files[extra] = packed(record(999))
    session = open_all(source, cache)
    steps(session)
    assert source.gets == {**dict.fromkeys(a_day(), 1), extra: 1}
    assert session.tally.events == 21


def test_columns_that_are_lost_are_decoded_from_the_pack_without_a_get(
    source: CountingSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = MemoryCache()
    steps(open_all(source, cache))
    monkeypatch.setattr("ctexplore.store.reading.DECODER_VERSION", 10_000)
    session = open_all(source, cache)
    steps(session)
    assert set(source.gets.values()) == {1}
    assert session.tally.events == 20


def test_an_object_that_fails_is_named_and_the_rest_loads(source: CountingSource) -> None:
    bad = sorted(source.files)[2]
    source.failures[bad] = [SourceError(bad, "S3 is throttling", "wait", retry=True)]
    session = open_all(source)
    steps(session)
    assert (session.tally.read, session.tally.failed) == (4, 1)
    assert adds_up(session)
    [problem] = session.tally.problems
    assert (problem.key, problem.reason, problem.hint) == (bad, "S3 is throttling", "wait")


def test_retry_reads_what_failed_and_forgets_the_failure(source: CountingSource) -> None:
    bad = sorted(source.files)[2]
    source.failures[bad] = [SourceError(bad, "reset", retry=True)]
    session = open_all(source)
    steps(session)
    assert session.tally.partial
    session.retry()
    steps(session)
    assert not session.tally.partial
    assert (session.tally.read, session.tally.failed, session.tally.events) == (5, 0, 20)
    assert session.tally.problems == []
    assert adds_up(session)


def test_what_failed_is_not_cached(source: CountingSource) -> None:
    cache = MemoryCache()
    bad = sorted(source.files)[0]
    source.failures[bad] = [SourceError(bad, "reset", retry=True)]
    steps(open_all(source, cache))
    session = open_all(source, cache)
    steps(session)
    assert session.tally.events == 20
    assert source.gets[bad] == 2


def test_a_fatal_error_halts_and_going_on_loses_nothing(source: CountingSource) -> None:
    bad = sorted(source.files)[1]
    source.failures[bad] = [SourceError(bad, "credentials expired", fatal=True)]
    session = open_all(source)
    seen = []
    for step in session.load():
        seen.append(step)
        if isinstance(step, Halt):
            break
    assert isinstance(seen[-1], Halt)
    assert session.tally.waiting == 5
    assert adds_up(session)
    steps(session)
    assert (session.tally.read, session.tally.events) == (5, 20)


def test_leaving_and_going_on_gives_every_event_once() -> None:
    files = a_day(400, 1)
    session = open_all(CountingSource(files))
    loading = session.load()
    while not session.tally.events:
        next(loading)
    part = session.tally.events
    assert 0 < part < 400
    assert adds_up(session)
    steps(session)
    assert session.tally.events == 400
    assert session.tally.waiting == 0


def test_since_and_until_drop_events_outside_and_count_them(source: CountingSource) -> None:
    session = open_all(
        source,
        since=datetime(2024, 1, 15, 9, 5, 1, tzinfo=UTC),
        until=datetime(2024, 1, 15, 9, 10, 1, tzinfo=UTC),
    )
    steps(session)
    session.order.update()
    assert session.tally.events == 4
    assert session.tally.outside > 0


def test_an_event_without_a_time_is_never_dropped() -> None:
    files = {log_key(): packed(record(1, "soon"), record(2), record(3, "2024-01-20T00:00:00Z"))}
    session = open_all(CountingSource(files), until=datetime(2024, 1, 16, tzinfo=UTC))
    steps(session)
    assert session.tally.events == 2
    assert texts(session, "timetext") == ["", "soon"]


def test_a_wide_load_asks_before_the_first_get() -> None:
    source = CountingSource(a_day(20))
    session = Session(source, NoCache(""), Scope(("",)), Limits(ask_objects=10))
    loading = session.load()
    step = next(s for s in loading if isinstance(s, Ask))
    assert step.estimate.objects == 20
    assert step.estimate.gets == 20
    assert not source.gets
    steps(session)
    assert session.tally.events == 80


def test_cached_objects_are_no_gets_in_the_estimate() -> None:
    source, cache = CountingSource(a_day(20)), MemoryCache()
    steps(open_all(source, cache))
    session = Session(source, cache, Scope(("",)), Limits(ask_objects=10))
    assert not [s for s in steps(session) if isinstance(s, Ask)]
    assert session.tally.events == 80


def test_memory_limit_stops_with_the_rest_waiting() -> None:
    source = CountingSource(a_day(500, 2))
    session = Session(source, NoCache(""), Scope(("",)), Limits(max_memory=1))
    steps(session)
    assert session.full
    assert session.tally.waiting > 0
    assert adds_up(session)


def test_files_that_are_no_logs_are_skipped_with_a_reason(source: CountingSource) -> None:
    source.files["AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/15/notes.txt"] = b"hello"
    session = open_all(source)
    steps(session)
    assert (session.tally.found, session.tally.skipped) == (6, 1)
    assert adds_up(session)


class OddSource(CountingSource):
    """Names a pipe and an entry that may not be looked at in each folder with files."""

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        for page in super().children(folder, start_after):
            if page.files:
                page.unread += [
                    SourceError(folder + "pipe", "not a regular file", skipped=True),
                    SourceError(folder + "shut", "permission denied", denied=True),
                ]
            yield page


@pytest.mark.parametrize("arranged", ["as it is", "flat", "beside another"])
def test_what_is_no_file_to_read_is_found_and_skipped_or_failed(arranged: str) -> None:
    files = a_day()
    if arranged == "flat":
        files = {key.rpartition("/")[2]: data for key, data in files.items()}
    source: Source = OddSource(files)
    if arranged == "flat":
        source = arrange(source, lambda _: None)
    elif arranged == "beside another":
        source = SeveralSource([source, MemorySource({log_key(unique="b" * 16): packed()})])
    session = open_all(source)
    steps(session)
    tally = session.tally
    more = arranged == "beside another"
    assert (tally.found, tally.read, tally.failed, tally.skipped) == (7 + more, 5 + more, 1, 1)
    assert {p.reason: str(p.outcome) for p in tally.problems} == {
        "not a regular file": "skipped",
        "permission denied": "failed",
    }
    assert tally.partial


def test_identical_copies_are_folded_and_their_files_known() -> None:
    one = packed(record(1), record(2))
    keys = log_key(unique="a" * 16), log_key(unique="b" * 16)
    session = open_all(CountingSource(dict.fromkeys(keys, one)))
    steps(session)
    session.order.update()
    view = session.order.view()
    assert len(view) == 2
    copies = view.copies.of_row(int(view.rows[0]))
    assert len(copies) == 1
    where = {session.table.files[int(session.table.file[r])].key for r in (view.rows[0], copies[0])}
    assert where == set(keys)


def test_the_same_id_with_other_bytes_is_kept() -> None:
    files = {
        log_key(unique="a" * 16): packed(record(1)),
        log_key(unique="b" * 16): packed(record(1, userAgent="other")),
    }
    session = open_all(CountingSource(files))
    steps(session)
    session.order.update()
    assert len(session.order.view()) == 2


def test_a_row_leads_back_to_the_bytes_of_its_record(source: CountingSource) -> None:
    session = open_all(source, MemoryCache())
    steps(session)
    session.order.update()
    for row in session.order.newest_first().tolist():
        raw = session.records.one(row)
        assert json.loads(raw)["eventName"] == session.table.text("name", row)
    assert set(source.gets.values()) == {1}


def test_records_of_many_rows_are_those_of_each_row(source: CountingSource) -> None:
    session = open_all(source)
    steps(session)
    session.order.update()
    rows = session.order.newest_first()[::3].copy()
    assert dict(session.records.read(rows)) == {r: session.records.one(r) for r in rows.tolist()}


def test_reading_many_records_reads_each_pack_of_the_cache_once() -> None:
    class Counting(MemoryCache):
        gets = 0

        def get(self, key: str) -> bytes | None:
            self.gets += 1
            return super().get(key)

    cache, source = Counting(), CountingSource(a_day(40, 2))
    session = open_all(source, cache)
    steps(session)
    cache.gets = 0
    assert len(dict(session.records.read(np.arange(80, dtype=np.uint32)))) == 80
    assert cache.gets <= 3  # the folder's list of packs, the pack's index, the pack
    cache.clear()
    assert len(dict(session.records.read(np.arange(80, dtype=np.uint32)))) == 80
    assert set(source.gets.values()) == {2}


def test_offline_serves_what_was_kept_and_asks_nothing(source: CountingSource) -> None:
    cache = MemoryCache()
    online = KeptSource(source, cache)
    steps(open_all(online, cache))
    lists, gets = len(source.requests), sum(source.gets.values())
    session = open_all(KeptSource(source, cache, offline=True), cache)
    steps(session)
    assert session.tally.events == 20
    assert (len(source.requests), sum(source.gets.values())) == (lists, gets)


def test_offline_says_what_is_not_on_disk(source: CountingSource) -> None:
    session = open_all(KeptSource(source, MemoryCache(), offline=True))
    steps(session)
    [problem] = session.tally.problems
    assert problem.reason == "not on disk"
    assert session.tally.partial


def test_folders_older_than_a_month_are_listed_once(source: CountingSource) -> None:
    cache = MemoryCache()
    steps(open_all(KeptSource(source, cache), cache))
    before = Counter(source.requests)
    day = next(f for f in before if f.endswith("/2024/01/15/"))
    again = KeptSource(source, cache)
    steps(open_all(again, cache))
    assert Counter(source.requests)[day] == before[day]
    again.list_again(day)
    steps(open_all(again, cache))
    assert Counter(source.requests)[day] == before[day] + 1


@pytest.mark.parametrize("beside_another", [False, True])
def test_what_the_cache_lists_is_no_request(source: CountingSource, beside_another: bool) -> None:
    cache = MemoryCache()

    def opened() -> Session:
        kept: Source = KeptSource(source, cache)
        return open_all(SeveralSource([kept]) if beside_another else kept, cache)

    for _ in range(2):
        source.requests.clear()
        session = opened()
        steps(session)
        assert session.tally.listed == len(source.requests)


def test_records_of_a_flat_bucket_come_from_the_cache_too() -> None:
    names = (log_key(time=f"{9 + n:02d}00", unique=f"{n:016d}") for n in range(3))
    flat = {key.rpartition("/")[2]: packed(record(n)) for n, key in enumerate(names)}
    source, cache = CountingSource(flat), MemoryCache()
    for _ in range(2):
        session = open_all(arrange(source, lambda _: None), cache)
        steps(session)
        session.order.update()
        rows = session.order.newest_first().tolist()
        assert len({session.records.one(row) for row in rows}) == 3
    assert set(source.gets.values()) == {1}
