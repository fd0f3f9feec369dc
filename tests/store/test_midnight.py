"""What an opened day shows: all that was delivered on it, and its events delivered after it."""

from __future__ import annotations

import pytest

from ctexplore.sources.source import SourceError
from ctexplore.store.cache.cache import MemoryCache, NoCache
from ctexplore.store.days import Days
from ctexplore.store.problem import Outcome
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource, log_key

EAST = "AWSLogs/111122223333/CloudTrail/us-east-1/"
DAY, NEXT = EAST + "2024/01/15/", EAST + "2024/01/16/"


def made(*times: str) -> bytes:
    """A log file with an event for each time, named after it."""
    return gz(log(*(event(int(t[8:10] + t[11:13] + t[14:16]), eventTime=t) for t in times)))


def source() -> MemorySource:
    found = MemorySource(
        {
            log_key("2024/01/15", "0005"): made("2024-01-14T23:58:00Z", "2024-01-15T00:01:00Z"),
            log_key("2024/01/15", "2355"): made("2024-01-15T23:50:00Z"),
            log_key("2024/01/16", "0005"): gz(
                log(
                    event(152359, eventTime="2024-01-15T23:59:59Z"),
                    event(160000, eventTime="2024-01-16T00:00:00Z"),
                    event(160001, eventTime="2024-01-16T00:01:00Z"),
                    event(169999, eventTime="who knows"),
                )
            ),
            log_key("2024/01/16", "0900"): made("2024-01-16T08:58:00Z"),
        }
    )
    found.identity = "memory:midnight"
    return found


def names(table: object) -> list[str]:
    return sorted(table.text("name", row) for row in range(table.count))  # type: ignore[attr-defined]


WHOLE = ["Event142358", "Event150001", "Event152350", "Event152359"]


@pytest.mark.parametrize("round_", ["first", "again"])
def test_a_day_has_its_last_events_and_none_of_the_next(round_: str) -> None:
    cache = MemoryCache()
    for _ in range(1 + (round_ == "again")):
        session = Session(source(), cache, Scope((DAY,)))
        list(session.load())
        tally = session.tally
        assert names(session.table) == WHOLE
        assert (tally.found, tally.read, tally.events) == (3, 3, 4)
        assert (tally.after_midnight, tally.next_day, tally.outside) == (1, 3, 0)
        assert tally.listed == 2
        assert not tally.partial
        assert session.counts()[NEXT] == (1, 1)
        session.close()


def test_the_same_headless_day_after_day() -> None:
    days = Days(source(), NoCache(""), Scope((DAY,)))
    parts = [names(part.table) for part in days.parts()]
    assert parts == [WHOLE[1:], WHOLE[:1]]
    assert days.misplaced == 0
    assert (days.tally.after_midnight, days.tally.next_day) == (1, 3)
    days.close()


def test_both_days_together_leave_nothing_out() -> None:
    session = Session(source(), NoCache(""), Scope((DAY, NEXT)))
    list(session.load())
    assert session.table.count == 8
    assert (session.tally.after_midnight, session.tally.next_day) == (0, 0)
    session.close()


def test_what_cannot_be_listed_is_noted_and_the_day_is_not_partial() -> None:
    place = source()
    place.refused[NEXT] = SourceError("s3://my-logs/16/", "closed", denied=True)
    session = Session(place, NoCache(""), Scope((DAY,)))
    list(session.load())
    assert names(session.table) == WHOLE[:3]
    assert not session.tally.partial
    (problem,) = session.tally.problems
    assert problem.outcome is Outcome.NOTED
    assert "the last events of the day before may be missing" in str(problem)
    session.close()
