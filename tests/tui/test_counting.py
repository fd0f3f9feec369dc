"""The thread that counts for the timeline and the facets."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from textual.message import Message

from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.query.timeline import Timeline, timeline
from ctexplore.store.columns.order import Order
from ctexplore.tui.counts.counting import Counting, FacetsCounted, Question, TimelineCounted
from tests.query.events import NOW, table_of, written

HOUR = 3_600_000


def session(*times: str) -> Any:
    events = [written({"eventID": str(n), "eventName": "A", "eventTime": t})
              for n, t in enumerate(times)]  # fmt: skip
    order = Order(table_of(events))
    order.update()
    return SimpleNamespace(order=order)


@pytest.fixture
def told() -> Iterator[queue.SimpleQueue[Message]]:
    yield queue.SimpleQueue()


def ask(
    told: queue.SimpleQueue[Message], text: str, *times: str, columns: tuple[str, ...] = ()
) -> Timeline | None:
    opened = session(*times)
    thread = Counting(opened, told.put, 7)
    wanted = Filter(parse(text, NOW)) if text else None
    view = opened.order.view()
    thread.ask(Question(view, wanted, 12, columns, 5))
    answer = told.get(timeout=10)
    thread.close()
    assert isinstance(answer, TimelineCounted)
    assert answer.generation == 7 and answer.view is view
    return answer.timeline


def test_the_range_is_what_is_loaded(told: queue.SimpleQueue[Message]) -> None:
    line = ask(told, "", "2024-01-15T00:00:00Z", "2024-01-15T11:59:00Z", "when?")
    assert line is not None
    assert (line.width, len(line), line.undated) == (HOUR, 12, 1)


def test_a_filter_of_time_narrows_the_range(told: queue.SimpleQueue[Message]) -> None:
    times = ("2024-01-15T00:00:00Z", "2024-01-15T11:59:00Z")
    since, until = "since:2024-01-15T06:00:00Z", "until:2024-01-15T07:00:00Z"
    line = ask(told, f"{since} {until}", *times)
    assert line is not None
    assert (line.width, len(line)) == (HOUR // 12, 12)
    # What lies outside of what is loaded is no reason for empty bars.
    line = ask(told, "since:2023-01-01", *times)
    assert line is not None and len(line) == 12
    line = ask(told, "until:2023-01-01", *times)
    assert line is not None and len(line) == 12


def test_nothing_with_a_time_has_no_timeline(told: queue.SimpleQueue[Message]) -> None:
    assert ask(told, "", "when?") is None


def test_facets_follow_the_timeline(told: queue.SimpleQueue[Message]) -> None:
    ask(told, "", "2024-01-15T00:00:00Z", columns=("name", "who"))
    answer = told.get(timeout=10)
    assert isinstance(answer, FacetsCounted)
    assert [f.column for f in answer.facets] == ["name", "who"]


def test_only_the_last_question_is_answered(
    told: queue.SimpleQueue[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = threading.Event(), threading.Event()
    count = timeline

    def slow(*args: Any) -> Timeline:
        began.set()
        go_on.wait(10)
        return count(*args)

    monkeypatch.setattr("ctexplore.tui.counts.counting.timeline", slow)
    opened = session("2024-01-15T00:00:00Z", "2024-01-15T01:00:00Z")
    thread = Counting(opened, told.put, 1)
    views = [opened.order.view() for _ in range(3)]
    thread.ask(Question(views[0], None, 10))
    assert began.wait(10)
    thread.ask(Question(views[1], None, 10))
    thread.ask(Question(views[2], None, 10))
    go_on.set()
    answer = told.get(timeout=10)
    assert isinstance(answer, TimelineCounted)
    assert answer.view is views[2]
    thread.close()
    assert told.empty()
