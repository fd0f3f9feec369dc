"""The threads between a session and the screen: one loads, one answers the filter.

The screen never waits for either: it posts wishes and gets messages, each with the generation
of the scope it answers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from textual.message import Message

from ctexplore.store.columns.order import View
from ctexplore.store.columns.sorting import SortBy, Sorter
from ctexplore.store.scope import Estimate
from ctexplore.store.session import Session
from ctexplore.store.steps import Ask, Halt
from ctexplore.tui.events.cell_reader import SortTexts, can_sort

if TYPE_CHECKING:
    from ctexplore.query.evaluate import Filter
    from ctexplore.sources.source import SourceError

# Views posted a second while loading: each costs the list a repaint.
_PAUSE = 0.25
# Rows evaluated between two looks whether the filter has changed, where records have to be read:
# few at first, so that the first ones found show at once, then twice as many each time.
_FIRST_CHUNK = 2_000
_CHUNK = 32_000
# Sorting may take this share of one core while rows arrive: 1 / (1 + _REST).
_REST = 3


@dataclass
class ViewChanged(Message):
    """A new answer. complete: every loaded row has been looked at. unread: rows that only their
    record could decide, and it could not be read."""

    generation: int
    view: View
    complete: bool
    unread: int = 0

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, ViewChanged)


@dataclass
class Loading(Message):
    """The tally has changed, or loading has begun or ended (``running``)."""

    generation: int
    running: bool

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Loading) and message.running == self.running


@dataclass
class Failed(Message):
    """A thread ended by an error of ours; the screen stays, with what it had."""

    generation: int
    error: Exception


@dataclass
class Counted(Message):
    """(events, files) read below each folder, once loading ended or was left."""

    generation: int
    counts: dict[str, tuple[int, int]]


@dataclass
class LoadAsks(Message):
    """Loading waits for a yes: ``Feed.resume``."""

    generation: int
    estimate: Estimate


@dataclass
class LoadHalted(Message):
    """Loading waits until the cause is mended: ``Feed.resume``."""

    generation: int
    error: SourceError


class Feed:
    """Loads a session and keeps the current filter's answer up to date."""

    def __init__(self, session: Session, post: Callable[[Message], Any], generation: int) -> None:
        self.session = session
        self.generation = generation
        self._post = post
        self._filter: Filter | None = None
        self._by: SortBy | None = None
        self._wishes = 0
        self._sorter = Sorter(session.table, SortTexts(session, lambda: not self._hurry.is_set()))
        self._wake = threading.Event()
        self._hurry = threading.Event()  # somebody waits for another answer
        self._stop = threading.Event()
        self._closed = False
        self._loading = False
        self._unread = 0
        threading.Thread(target=self._guard, args=(self._answer,), name="view", daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether rows may still come. Not any more once ``Loading`` says so."""
        return self._loading

    def resume(self) -> None:
        """Begin or go on loading."""
        if self.running:
            return
        self._stop.clear()
        self._loading = True
        threading.Thread(target=self._guard, args=(self._load,), name="load", daemon=True).start()

    def stop(self) -> None:
        """Leave loading after the batch at hand; what is loaded stays."""
        self._stop.set()

    def close(self) -> None:
        self._closed = True
        self._stop.set()
        self._hurry.set()
        self._wake.set()
        self.session.close()

    def filter(self, wanted: Filter | None) -> None:
        """Answer this filter from now on; the last wish wins."""
        self._filter = wanted
        self._wishes += 1
        self._hurry.set()
        self._wake.set()

    def sort(self, by: SortBy | None) -> None:
        """Show the answer in this order from now on; None is newest first."""
        self._by = by
        self._hurry.set()
        self._wake.set()

    def judged(self) -> None:
        """A column was added to the table, or is another one now: answer anew what asks for it."""
        self._wake.set()

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self._post(Failed(self.generation, error))

    def _load(self) -> None:
        waits: Message | None = None
        try:
            waits = self._steps()
        finally:
            self._loading = False
            self._hurry.set()
            self._wake.set()
            if waits is not None:
                self._post(waits)
            self._post(Loading(self.generation, False))
            self._post(Counted(self.generation, self.session.counts()))

    def _steps(self) -> Message | None:
        """Load; what loading waits for, or None."""
        self._post(Loading(self.generation, True))
        told = 0.0
        for step in self.session.load():
            if isinstance(step, Ask):
                return LoadAsks(self.generation, step.estimate)
            if isinstance(step, Halt):
                return LoadHalted(self.generation, step.error)
            self._wake.set()
            now = time.monotonic()
            if now - told >= _PAUSE:
                told = now
                self._post(Loading(self.generation, True))
            if self._stop.is_set():
                break
        return None

    def _answer(self) -> None:
        mask = np.empty(0, bool)
        answered, by, rest = -1, self._by, 0.0
        versions: tuple[int, ...] = ()
        while not self._closed:
            self._wake.wait()
            self._hurry.clear()
            self._wake.clear()
            if self._closed:
                return
            if self._loading and self._wishes == answered and by == self._by:
                # Only new rows: let some gather. A new filter is answered at once, and so are
                # the first rows and the last.
                self._hurry.wait(max(0.0, rest - time.monotonic()))
            wishes = self._wishes
            if wishes != answered:
                mask, self._unread = np.empty(0, bool), 0
            wanted = self._filter
            # Before anything is judged by them: a change meanwhile wakes this thread again.
            latest = wanted.versions(self.session.table) if wanted else ()
            if latest != versions:
                mask, self._unread, versions = np.empty(0, bool), 0, latest
            self.session.order.update()
            mask, complete = self._extend(mask, wanted, wishes)
            if self._wishes != wishes:
                self._wake.set()
                continue
            answered, by, began = wishes, self._by, time.monotonic()
            view = self._view(None if wanted is None else mask, by)
            self._post(ViewChanged(self.generation, view, complete, self._unread))
            now = time.monotonic()
            rest = now + max(_PAUSE, _REST * (now - began)) if self.session.order.count else 0.0

    def _view(self, mask: np.ndarray[Any, Any] | None, by: SortBy | None) -> View:
        view = self.session.order.view(mask)
        sortable = by is not None and can_sort(by.field, len(view))
        return self._sorter.sort(view, by) if sortable else view

    def _extend(
        self, mask: np.ndarray[Any, Any], wanted: Filter | None, wishes: int
    ) -> tuple[np.ndarray[Any, Any], bool]:
        """The mask over all ordered rows; stops early when another filter is wished for."""
        count = self.session.order.count
        if wanted is None:
            return mask, True
        start = len(mask)
        grown = np.zeros(count, bool)
        grown[:start] = mask
        chunk = _FIRST_CHUNK if wanted.needs_records else max(count, 1)
        at, told, empty = start, time.monotonic(), not grown.any()
        while at < count:
            end = min(at + chunk, count)
            grown[at:end] = wanted.mask(self.session.table, at, end, self.session.records)
            self._unread += len(wanted.unread)
            if self._wishes != wishes or self._closed:
                break
            first = empty and bool(grown[at:end].any())
            if end < count and (first or time.monotonic() - told > _PAUSE):
                told, empty = time.monotonic(), empty and not first
                view = self._view(grown, self._by)
                self._post(ViewChanged(self.generation, view, False, self._unread))
            at, chunk = end, min(chunk * 2, _CHUNK)
        return grown, True
