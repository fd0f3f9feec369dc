"""The thread that counts what the list shows: the timeline and the facets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec import Struct
from textual.message import Message

from ctexplore.query.evaluate import Filter
from ctexplore.query.syntax import EVERYTHING
from ctexplore.query.timeline import Timeline, timeline
from ctexplore.store.columns.order import View
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.session import Session, milliseconds
from ctexplore.tui.counts.facet import Facet, facet_of

# While events arrive, counting again may take this share of a core, not all of it.
_SHARE = 0.25


class Question(Struct, frozen=True):
    """What to count of a view. filter: whose answer it is. bins: bars of the timeline. columns:
    facets, with at most ``values`` values each."""

    view: View
    filter: Filter | None
    bins: int
    columns: tuple[str, ...] = ()
    values: int = 0

    def like(self, other: Question | None) -> bool:
        """Whether nothing but more events sets them apart."""
        return (
            other is not None
            and self.filter is other.filter
            and (self.bins, self.columns, self.values) == (other.bins, other.columns, other.values)
        )


@dataclass
class TimelineCounted(Message):
    """timeline: None when no event of the list has a time."""

    generation: int
    view: View
    timeline: Timeline | None

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, TimelineCounted)


@dataclass
class FacetsCounted(Message):
    """The facets of the columns that were asked for, in their order."""

    generation: int
    view: View
    facets: tuple[Facet, ...]

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, FacetsCounted)


class Counting:
    """Answers the last question only; one that came before is dropped, half counted or not."""

    def __init__(self, session: Session, post: Callable[[Message], Any], generation: int) -> None:
        self._session = session
        self._post = post
        self._generation = generation
        self._question: Question | None = None
        self._asked = threading.Event()
        self._changed = threading.Event()
        self._closed = False
        threading.Thread(target=self._answer, name="count", daemon=True).start()

    def ask(self, question: Question) -> None:
        another = not question.like(self._question)
        self._question = question
        if another:
            self._changed.set()
        self._asked.set()

    def close(self) -> None:
        self._closed = True
        self._changed.set()
        self._asked.set()

    def _answer(self) -> None:
        answered: Question | None = None
        while True:
            self._asked.wait()
            self._asked.clear()
            self._changed.clear()
            question = self._question
            if self._closed:
                return
            if question is None or question is answered:
                continue
            began = time.monotonic()
            self._count(question)
            answered = question
            spent = time.monotonic() - began
            # Another filter is counted at once, more events of the same when it is their turn.
            self._changed.wait(spent / _SHARE - spent)

    def _count(self, question: Question) -> None:
        view = question.view
        counted = None
        if (within := self._range(question.filter)) is not None:
            counted = timeline(view.table, view.rows, question.bins, *within)
        if self._question is not question:
            return
        self._post(TimelineCounted(self._generation, view, counted))
        node = EVERYTHING if question.filter is None else question.filter.node
        order = self._session.order
        facets: list[Facet] = []
        for column in question.columns:
            facets.append(facet_of(column, view.table, view.rows, node, order, question.values))
            if self._question is not question:
                return
        if facets:
            self._post(FacetsCounted(self._generation, view, tuple(facets)))

    def _range(self, filter: Filter | None) -> tuple[int, int] | None:  # noqa: A002
        """The part of the loaded range that the filter's times leave; None without any time."""
        times = self._session.order.times
        first = int(np.searchsorted(times, NO_TIME, side="right"))
        if first == len(times):
            return None
        start, stop = int(times[first]), int(times[-1]) + 1
        bounds = filter.time_bounds() if filter is not None else (None, None)
        since, until = (None if b is None else milliseconds(b) for b in bounds)
        if since is not None:
            start = max(start, since)
        if until is not None:
            stop = min(stop, until)
        return (start, stop) if start < stop else (int(times[first]), int(times[-1]) + 1)
