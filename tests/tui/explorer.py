"""The whole explorer on a small trail, as a person sees and drives it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from textual.events import Key
from textual.keys import key_to_character
from textual.pilot import Pilot
from textual.widgets import Input

from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store.cache.cache import Cache, MemoryCache
from ctexplore.store.scope import Limits, Scope
from ctexplore.tui.app import ExplorerApp
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.explore import ExploreScreen
from tests.build import ALICE, event, gz, log
from tests.sources.memory_source import MemorySource, log_key
from tests.tui.snapshot import screen_lines

NAMES = ("GetObject", "PutObject", "DescribeInstances", "CreateUser", "AssumeRole", "DeleteTrail")
SERVICES = ("s3", "s3", "ec2", "iam", "sts", "cloudtrail")
PEOPLE = ("alice", "bob", "ci-deploy")
DAYS = ("2024/03/05", "2024/03/06", "2024/03/07")


def person(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::111122223333:user/{name}"
    return ALICE | {"userName": name, "arn": arn, "accessKeyId": f"AKIAEXAMPLE{name.upper()}"}


def call(number: int, day: str = DAYS[0], **changes: Any) -> dict[str, Any]:
    """One of six calls by one of three people, a minute after the one before; every tenth is
    denied."""
    kind = number % len(NAMES)
    denied = (
        {"errorCode": "AccessDenied", "errorMessage": "not authorized"} if number % 10 == 9 else {}
    )
    return event(
        number,
        eventName=NAMES[kind],
        eventSource=f"{SERVICES[kind]}.amazonaws.com",
        eventTime=f"{day.replace('/', '-')}T{9 + number // 60 % 12:02}:{number % 60:02}:00Z",
        userIdentity=person(PEOPLE[number % len(PEOPLE)]),
        readOnly=kind in (0, 2),
        requestParameters={"bucketName": "corp-logs", "key": f"file-{number}"},
        **(denied | changes),
    )


def trail(events: int = 60, days: tuple[str, ...] = DAYS) -> dict[str, bytes]:
    """Log files by key: in each day's folder one file with ``events`` events."""
    made = {}
    for place, day in enumerate(days):
        calls = [call(place * events + number, day) for number in range(events)]
        made[log_key(day)] = gz(log(*calls))
    return made


class SlowSource(MemorySource):
    """Reading waits while ``gate_of`` the file is clear; ``broken`` files raise.

    reads: keys in the order in which they were asked for.
    """

    def __init__(self, files: Mapping[str, bytes], *, local: bool = True) -> None:
        super().__init__(files)
        self.local = local
        self.identity = "memory:slow"
        self.broken: dict[str, SourceError] = {}
        self.gates: dict[str, threading.Event] = {}
        self.reads: list[str] = []

    def gate_of(self, key: str) -> threading.Event:
        return self.gates.setdefault(key, threading.Event())

    def read(self, file: LogFile) -> bytes:
        self.reads.append(file.key)
        if file.key in self.gates:
            self.gates[file.key].wait(10)
        if file.key in self.broken:
            raise self.broken[file.key]
        return super().read(file)


class Explorer:
    """A running explorer. ``lines`` and ``text`` are what is on the screen now."""

    def __init__(self, app: ExplorerApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> ExploreScreen:
        screens = [s for s in self.app.screen_stack if isinstance(s, ExploreScreen)]
        assert screens, "still starting"
        return screens[0]

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def rows(self) -> list[str]:
        """The lines of the event list."""
        listed = self.screen.events
        strips = listed.render_lines(listed.size.region)
        return [strip.text.rstrip() for strip in strips[1:] if strip.text.strip()]

    @property
    def here(self) -> str:
        """The line of the list's cursor."""
        return next(row for row in self.rows if row.startswith("▌"))

    @property
    def notices(self) -> str:
        return "\n".join(notice.message for notice in self.app._notifications)

    async def press(self, *keys: str) -> None:
        """As Pilot.press, which waits for an idle process after each key: ten times as long."""
        for key in keys:
            self.app.post_message(Key(key, key_to_character(key)))
            handed_on = asyncio.Event()
            if self.app.call_later(handed_on.set):
                with suppress(TimeoutError):  # it ended the program
                    await asyncio.wait_for(handed_on.wait(), 5)
            await self.settle()

    async def settle(self) -> None:
        """Until the widgets have handled what there was, what they sent each other for it, and
        what that led to."""
        for _ in range(4):
            await self.pilot.pause(0)
        for _ in range(1000):
            if not self.app.keys_under_way or self.app._exit:  # a key that ends it comes nowhere
                return
            await self.pilot.pause(0)

    async def type(self, text: str) -> None:
        """Put text where the cursor is, at once, as by pasting it."""
        line = self.app.focused
        assert isinstance(line, Input)
        line.insert_text_at_cursor(text)
        await self.settle()

    async def until(self, true: Callable[[], object], what: str = "") -> None:
        for _ in range(1000):
            if true():
                return
            await self.pilot.pause(0.005)
        raise AssertionError(f"never came: {what}\n{self.text}")

    async def shows(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.text for text in texts), ", ".join(texts))

    async def loaded(self) -> None:
        """Until everything is read, and the list shows the answer over all of it."""

        def whole() -> bool:
            session, view = self.screen.desk.session, self.screen.events.view
            if session is None or view is None or self.screen.desk.running or not session.done:
                return False
            return view.total + len(session.order.copies) == session.tally.events

        await self.until(lambda: is_up(self.app))
        await self.until(whole, "the end of loading")
        await self.settle()

    async def matches(self, shown: int) -> None:
        """Until the list has so many rows."""
        await self.until(
            lambda: self.screen.events.view is not None and len(self.screen.events.view) == shown,
            f"{shown} rows",
        )
        await self.settle()


def is_up(app: ExplorerApp) -> bool:
    """Whether the main screen stands, with its panes in it."""
    screens = [s for s in app.screen_stack if isinstance(s, ExploreScreen)]
    return any(s.query(EventList) and s.query("#detail-summary") for s in screens)


@asynccontextmanager
async def started(
    source: Source,
    *,
    size: tuple[int, int] = (80, 24),
    cache: Cache | None = None,
    wanted: Scope | None = None,
    limits: Limits | None = None,
    text: str = "",
) -> AsyncIterator[Explorer]:
    """The explorer on a source, its main screen up but not yet everything read."""
    app = ExplorerApp(
        source,
        cache or MemoryCache(),
        wanted or Scope(("",)),
        limits or Limits(),
        text=text,
        theme="ctexplore-dark",
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        explorer = Explorer(app, pilot)
        await explorer.until(lambda: is_up(app))
        yield explorer


@asynccontextmanager
async def opened(
    source: Source | None = None, *, size: tuple[int, int] = (80, 24), **options: Any
) -> AsyncIterator[Explorer]:
    """The explorer with everything read; by default a trail of 180 events in three days."""
    async with started(source or SlowSource(trail()), size=size, **options) as explorer:
        await explorer.loaded()
        yield explorer
