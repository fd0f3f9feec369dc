"""A lookup handed out in stretches gives what asking for each stretch by itself gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ctexplore.sources.history.asking import TokenLost
from ctexplore.sources.history.known import Known, Stretch
from ctexplore.sources.history.lookup import Answer
from ctexplore.sources.history.stream import Stream
from ctexplore.sources.source import LogFile

SECONDS = st.integers(0, 40)


def history(seconds: list[int]) -> list[dict[str, Any]]:
    ordered = sorted(seconds, reverse=True)
    return [
        {"EventId": str(n), "EventTime": datetime.fromtimestamp(second, UTC)}
        for n, second in enumerate(ordered)
    ]


@given(
    st.lists(SECONDS, max_size=60),
    st.lists(SECONDS, min_size=1, max_size=8),
    st.integers(1, 7),
    st.sets(st.integers(0, 20), max_size=2),
    st.integers(0, 10),
    st.booleans(),
)
def test_any_stretches_from_any_pages(
    seconds: list[int], cuts: list[int], size: int, losses: set[int], floor: int, telling: bool
) -> None:
    events = history(seconds)
    number = count()

    def ask(start: int, stop: int) -> Iterator[Answer]:
        while telling and start < stop:  # a log group: spans of time, and nothing in some
            low = max(start, stop - size)
            yield Answer([e for e in events if low <= e["EventTime"].timestamp() < stop], low)
            stop = low
        if telling:
            return
        found = [e for e in events if start <= e["EventTime"].timestamp() < stop]
        for at in range(0, max(len(found), 1), size):
            # Three that are lost in a row end a listing.
            if at and next(number) in losses:
                raise TokenLost
            yield Answer(found[at : at + size])

    stream = Stream(ask, floor)
    for stop, start in pairwise(cuts):
        seen = []
        complete = stop
        for taken, reached in stream.take(start, stop):
            assert all(reached <= second < stop for second, _ in taken)
            assert reached <= complete
            complete = reached
            seen += [event["EventId"] for _, event in taken]
        wanted = [
            e["EventId"] for e in events if max(start, floor) <= e["EventTime"].timestamp() < stop
        ]
        assert seen == wanted


@given(st.lists(st.tuples(SECONDS, SECONDS), max_size=8), SECONDS, SECONDS)
def test_what_is_known_and_what_is_not_are_everything(
    stretches: list[tuple[int, int]], start: int, stop: int
) -> None:
    known = Known()
    had: set[int] = set()
    for low, high in stretches:
        if low < high:
            known.add(Stretch(low, high, (LogFile(f"{low}-{high}", 1),)))
            had.update(range(low, high))
    parts = list(known.parts(start, stop))
    covered = [second for low, high, _ in parts for second in range(low, high)]
    assert sorted(covered) == list(range(start, stop))
    assert {s for low, high, part in parts if part for s in range(low, high)} == (
        had & set(range(start, stop))
    )
    assert parts == sorted(parts, key=lambda part: -part[0])
    files = [file.key for stretch in known.stretches for file in stretch.files]
    assert len(files) == len(set(files))
