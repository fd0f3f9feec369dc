"""The threads behind the screen: answers come early, and no wish is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.message import Message

from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.store.cache.cache import MemoryCache, NoCache
from ctexplore.store.columns.order import NO_COPIES
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from ctexplore.tui import feed, reader
from ctexplore.tui.feed import Feed, ViewChanged
from ctexplore.tui.reader import Reader, RecordRead
from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource, log_key


@pytest.fixture
def session() -> Session:
    files = {
        log_key("2024/03/05", f"{hour:02d}00"): gz(
            log(*(event(hour * 10 + n, userAgent=f"agent{hour}") for n in range(10)))
        )
        for hour in range(20)
    }
    session = Session(MemorySource(files), MemoryCache(), Scope(("",)))
    for _ in session.load():
        pass
    return session


def answers(session: Session, text: str) -> list[ViewChanged]:
    """What the feed posts about one filter."""
    found: list[ViewChanged] = []
    done = threading.Event()

    def post(message: Message) -> None:
        if isinstance(message, ViewChanged):
            found.append(message)
            if message.complete:
                done.set()

    answering = Feed(session, post, 1)
    answering.filter(Filter(parse(text, datetime.now(UTC))))
    assert done.wait(30)
    answering.close()
    return found


def test_the_first_records_found_show_before_all_are_read(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_FIRST_CHUNK", 10)
    monkeypatch.setattr(feed, "_PAUSE", 60.0)
    posted = answers(session, "instanceId")
    assert [(len(p.view), p.complete) for p in posted] == [(10, False), (200, True)]
    posted = answers(session, "agent7")
    assert [(len(p.view), p.complete) for p in posted] == [(10, False), (10, True)]
    posted = answers(session, "nowhere")
    assert [(len(p.view), p.complete) for p in posted] == [(0, True)]


def test_an_answer_that_is_not_whole_says_what_it_could_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {
        log_key("2024/03/05", f"{hour:02d}00"): gz(log(*(event(hour * 10 + n) for n in range(10))))
        for hour in range(20)
    }
    source = MemorySource(files)
    session = Session(source, NoCache("none"), Scope(("",)))
    for _ in session.load():
        pass
    source.files[session.table.files[0].key] = b"instanceId, and no record any more"
    monkeypatch.setattr(feed, "_FIRST_CHUNK", 10)
    monkeypatch.setattr(feed, "_PAUSE", 0.0)
    posted = answers(session, "instanceId")
    assert [p.complete for p in posted][:1] == [False]
    assert {p.unread for p in posted} == {10}


def test_a_wish_that_comes_as_the_rest_ends_is_read_too(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[Callable[[], Any]] = []

    class Late(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            happened = super().wait(timeout)
            if timeout is not None and not happened and late:
                late.pop()()
            return happened

    monkeypatch.setattr(reader, "_REST", 0.01)
    monkeypatch.setattr(reader.threading, "Event", Late)
    read: list[int] = []
    done = threading.Event()

    def post(message: RecordRead) -> None:
        read.append(message.row)
        if message.row == 2:
            done.set()

    reading = Reader(session, post, 1)
    late.append(lambda: reading.want(2, NO_COPIES))
    reading.want(1, NO_COPIES)
    assert done.wait(30)
    reading.close()
    assert read[-1] == 2
