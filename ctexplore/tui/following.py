"""Looking for new log files behind the screen, for as long as a session lies open."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from msgspec.structs import replace
from textual.message import Message

from ctexplore.sources.found import Found
from ctexplore.sources.source import LogFile
from ctexplore.store.follow.delays import Delay, delay_of
from ctexplore.store.follow.follow import Follower, Look
from ctexplore.store.follow.position import Position
from ctexplore.store.session import Session

# How long a row counts as new.
NEW: Final = timedelta(minutes=10)
_LOCAL, _REMOTE, _LONGEST = 2.0, 60.0, 300.0  # seconds between two looks
# A look may take this share of the time, so that a large folder costs one core little.
_SHARE: Final = 1 / 20
# Seconds between two looks whether a session has read what it was given.
_PATIENCE: Final = 0.1
_MOST_TIMED: Final = 2_000  # rows whose delay is worked out, in Python


@dataclass
class Looked(Message):
    """A look is over. Files in it are to be given to the session, then ``Following.given``."""

    generation: int
    look: Look


@dataclass
class Came(Message):
    """The session has read what a look found: so many events, and how late they are."""

    generation: int
    events: int
    delay: Delay | None


class Following:
    """A thread that looks at what lies in a session's folders, and what comes there."""

    def __init__(
        self,
        session: Session,
        post: Callable[[Message], Any],
        generation: int,
        *,
        interval: float = 0.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """interval: seconds between two looks; 0 is the usual."""
        self._session = session
        self._post = post
        self._generation = generation
        self._now = now
        self._interval = interval or (_LOCAL if session.source.local else _REMOTE)
        self._stop = threading.Event()
        self._given = threading.Event()
        # When rows came, and how many there were before.
        self._came: deque[tuple[datetime, int]] = deque()
        threading.Thread(target=self._run, name="follow", daemon=True).start()

    @property
    def new_from(self) -> int:
        """The first row number that is new."""
        while self._came and self._now() - self._came[0][0] > NEW:
            self._came.popleft()
        return self._came[0][1] if self._came else self._session.table.count

    def given(self) -> None:
        """The files of the last look are the session's now."""
        self._given.set()

    def close(self) -> None:
        self._stop.set()
        self._given.set()

    def _run(self) -> None:
        follower: Follower | None = None
        position: Position | None = None
        try:
            if not self._read():
                return
            session = self._session
            position = Position()
            follower = Follower(session.source, session.scope, position, now=self._now)
            known = _known(session, position)
            failed = 0
            while not self._stop.is_set():
                began = self._now()
                look = follower.look()
                follower.taken(look.files)
                look.found = list(_unknown(look.found, known))
                known = frozenset()
                failed = failed + 1 if any(not p.denied for p in look.problems) else 0
                self._show(look)
                spent = (self._now() - began).total_seconds()
                pause = min(self._interval * (1 << min(failed, 20)), max(_LONGEST, self._interval))
                self._stop.wait(max(pause, spent / _SHARE if session.source.local else 0))
        finally:
            if follower:
                follower.close()
            if position:
                position.close()

    def _show(self, look: Look) -> None:
        """Post it and, where it found something, wait until the session has read that."""
        before = self._session.table.count
        if look.files:
            self._came.append((look.at, before))
        self._given.clear()
        self._post(Looked(self._generation, look))
        if any(look.found):
            self._given.wait()
            self._read()
            after = self._session.table.count
            rows = np.arange(max(before, after - _MOST_TIMED), after, dtype=np.uint32)
            delay = delay_of(self._session.table, rows, look.at)
            self._post(Came(self._generation, after - before, delay))

    def _read(self) -> bool:
        """Wait until the session has read all it knows of; whether it is to be followed on."""
        while not (self._session.done or self._stop.wait(_PATIENCE)):
            """It loads, or waits for somebody."""
        return not self._stop.is_set()


def _known(session: Session, position: Position) -> frozenset[str]:
    """Keys and places that the session has counted without reading them; what it has read whole
    goes to the position."""
    position.add_files(filter(session.has_whole, session.table.files), None)
    return frozenset(problem.key for problem in session.tally.problems)


def _unknown(pages: Iterable[Found], known: frozenset[str]) -> Iterable[Found]:
    """What the session has not counted yet."""

    def new(file: LogFile) -> bool:
        return file.key not in known

    for page in pages:
        found = replace(
            page,
            files=list(filter(new, page.files)),
            skipped=[(file, why) for file, why in page.skipped if new(file)],
            unread=[error for error in page.unread if error.place not in known],
        )
        if found:
            yield found
