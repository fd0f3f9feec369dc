"""One lookup that goes back in time, handed out stretch by stretch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from ctexplore.sources.history.asking import TokenLost
from ctexplore.sources.history.lookup import Answer, Event
from ctexplore.sources.source import SourceError

Ask = Callable[[int, int], Iterator[Answer]]
Timed = tuple[int, Event]  # seconds since 1970, and the event

_MOST_LOST: Final = 3


class Stream:
    """A day that ends in the middle of a page leaves the rest of it, and its NextToken, to the
    day before: an account with few events costs a request for fifty of them, not one a day.
    """

    def __init__(self, ask: Ask, floor: int) -> None:
        """ask: (start, stop) to answers, as ``Lookups.answers``. floor: seconds since 1970 of
        the oldest event that anybody will want."""
        self._ask = ask
        self._floor = floor
        self._answers: Iterator[Answer] | None = None
        self._waiting: list[Timed] = []
        self._position = 0  # what is not older has been handed out
        self._known = 0  # what is not older has come

    def take(self, start: int, stop: int) -> Iterator[tuple[list[Timed], int]]:
        """The events with start <= time < stop, newest first, as they come.

        Each time with the second from which on they are complete: the last one is ``start``, and
        no second is divided. Raises SourceError; the next ``take`` asks anew.
        """
        start = max(start, self._floor)
        if start >= stop:
            return
        # What lies between has come already, or is not worth asking for.
        if self._answers is None or not self._known <= stop <= self._position:
            self._begin(stop)
        self._waiting = [timed for timed in self._waiting if timed[0] < stop]
        self._position = stop
        lost = 0
        while True:
            reached = max(start, self._known)
            if reached < self._position:
                lost = 0
            taken = [timed for timed in self._waiting if timed[0] >= reached]
            self._waiting = [timed for timed in self._waiting if timed[0] < reached]
            self._position = reached
            # Nothing but the clock says that an answer is sorted.
            taken.sort(key=lambda timed: -timed[0])
            yield taken, reached
            if reached <= start:
                return
            try:
                self._next()
            except TokenLost:
                lost += 1
                if lost == _MOST_LOST:
                    self._answers = None
                    reason = "the pages of Event history cannot be gone on with"
                    raise SourceError("Event history", reason, "try again", retry=True) from None
                self._begin(self._known)
            except SourceError:
                self._answers = None
                raise

    def _begin(self, stop: int) -> None:
        self._answers = self._ask(self._floor, stop)
        self._waiting = []
        self._position = self._known = stop

    def _next(self) -> None:
        """Take another answer in, or know that there is none."""
        assert self._answers is not None
        answer = next(self._answers, None)
        if answer is None:
            self._known = self._floor
            return
        oldest = self._known
        for event in answer.events:
            second = second_of(event, oldest)
            oldest = min(oldest, second)
            self._waiting.append((second, event))
        # More of the oldest second may be on the next page.
        complete = oldest + 1 if answer.complete is None else answer.complete
        self._known = min(self._known, complete)


def second_of(event: Event, otherwise: int) -> int:
    """When an event of LookupEvents happened, seconds since 1970."""
    at = event.get("EventTime")
    return int(at.timestamp()) if isinstance(at, datetime) else otherwise
