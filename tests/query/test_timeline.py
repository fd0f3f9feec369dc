"""Histograms over time."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.query.facets import RowNumbers
from ctexplore.query.timeline import timeline
from ctexplore.store.columns.table import Table
from tests.query.events import table_of, written

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


def table(*times: str, failed: str = "") -> Table:
    return table_of(
        [
            written({"eventName": "x", "eventTime": t, "errorCode": "E" * (t == failed)})
            for t in times
        ]
    )


def every(table: Table) -> RowNumbers:
    return np.arange(table.count, dtype=np.uint32)[::-1]


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_bins_have_round_edges_and_count_failures() -> None:
    events = table(
        "2024-01-15T09:14:05Z", "2024-01-15T09:14:59Z", "2024-01-15T09:16:00Z",
        failed="2024-01-15T09:16:00Z",
    )  # fmt: skip
    line = timeline(events, every(events), 4)
    assert line.width == MINUTE
    assert line.edges.tolist() == [ms("2024-01-15 09:14") + n * MINUTE for n in range(4)]
    assert line.counts.tolist() == [2, 0, 1]
    assert line.failures.tolist() == [0, 0, 1]
    assert len(line) == 3


def test_weeks_start_on_mondays() -> None:
    events = table("2024-01-03T00:00:00Z", "2024-02-20T00:00:00Z")
    line = timeline(events, every(events), 10)
    assert line.width == 7 * DAY
    assert line.edges[0] == ms("2024-01-01")  # a Monday


def test_a_range_may_be_given() -> None:
    events = table("2024-01-15T09:14:05Z", "2024-01-15T11:30:00Z", "2024-01-16T00:00:00Z")
    line = timeline(events, every(events), 24, ms("2024-01-15 09:00"), ms("2024-01-15 12:00"))
    assert line.width == 10 * MINUTE
    assert (line.edges[0], line.edges[-1]) == (ms("2024-01-15 09:00"), ms("2024-01-15 12:00"))
    assert line.counts.sum() == 2
    assert timeline(events, every(events)[:0], 24, 0, 10 * SECOND).counts.tolist() == [0] * 10


def test_events_without_a_time_are_told_apart() -> None:
    events = table("", "2024-01-15T09:14:05Z", "soon")
    line = timeline(events, every(events), 10)
    assert (line.counts.tolist(), line.undated) == ([1], 2)
    nothing = timeline(events, np.array([0], np.uint32), 10)
    assert (len(nothing), nothing.edges.tolist(), nothing.undated) == (0, [], 1)


times = st.datetimes().map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"))


@given(st.lists(times, min_size=1, max_size=5), st.integers(2, 200))
def test_every_event_is_in_one_bin_and_there_are_not_too_many(texts: list[str], bins: int) -> None:
    events = table(*texts)
    line = timeline(events, every(events), bins)
    assert line.counts.sum() == len(texts)
    assert 1 <= len(line) <= bins
    assert (np.diff(line.edges) == line.width).all()
    assert line.edges[0] <= events.time.min() and events.time.max() < line.edges[-1]
    assert line.counts[0] > 0 and line.counts[-1] > 0
