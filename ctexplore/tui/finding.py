"""Search, which moves and hides nothing, and going to a time or an event id."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import numpy as np
from textual.message import Message

from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.query.syntax import FilterError
from ctexplore.query.when import parse_period
from ctexplore.store.columns.order import View
from ctexplore.store.columns.stamps import one_id
from ctexplore.store.session import Session, milliseconds
from ctexplore.tui.events.cursor import first_at, nearest, place_of

_GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")


@dataclass
class Matches(Message):
    """Positions in the view of the events that match a search, ascending; None where a mistake of
    ours ended it."""

    text: str
    view: View
    positions: np.ndarray[Any, Any] | None


def search(session: Session, view: View, text: str, post: Callable[[Message], Any]) -> str:
    """Look for ``text``, a filter, in the view on a daemon thread; what is wrong with it, or ""."""
    try:
        wanted = Filter(parse(text, datetime.now(UTC)))
    except FilterError as error:
        return error.message

    def found() -> np.ndarray[Any, Any]:
        count = session.order.count
        mask = wanted.mask(session.table, 0, count, session.records)
        known = view.rows < count
        hits = np.zeros(len(view), bool)
        hits[known] = mask[view.rows[known]]
        return np.flatnonzero(hits)

    def work() -> None:
        places = None
        try:
            places = found()
        finally:
            post(Matches(text, view, places))

    threading.Thread(target=work, name="search", daemon=True).start()
    return ""


def position_of(view: View, text: str, zone: tzinfo | None) -> int | str:
    """The position of the event that ``text`` names, or a sentence why there is none.

    text: an event id, or a time as a filter takes it: the newest event of that day, minute or
    second, or where there is none the next older one. zone: of times without an offset; None
    is this machine's.
    """
    if _GUID.fullmatch(text):
        return _position_of_id(view, text.lower())
    try:
        end = parse_period(text, datetime.now(UTC), zone or _local())[1]
    except ValueError as error:
        return str(error)
    if not len(view):
        return "the list is empty"
    position = first_at(view, milliseconds(end) - 1)
    return position if position < len(view) else "all events in the list are later"


def _position_of_id(view: View, text: str) -> int | str:
    high, low = one_id(text)

    def found(ids: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.flatnonzero((ids[:, 0] == high) & (ids[:, 1] == low))

    places = found(view.table.ids[view.rows])
    if len(places):
        return int(places[0])
    if len(found(view.table.ids)):
        return "the filter hides the event with this id"
    return "no loaded event has this id"


def _local() -> tzinfo:
    return datetime.now().astimezone().tzinfo or UTC


class Finder:
    """The last search and where its matches lie in the view it was made for."""

    def __init__(self) -> None:
        self._matches: Matches | None = None
        self._step = 0  # of the key that waits for an answer; 0 is a new search
        self._asked = ""  # what is searched for now; "" is nothing
        self._later: list[int] = []  # steps of keys that came meanwhile

    @property
    def searching(self) -> bool:
        """Whether there are matches to go to, in the list that was searched last."""
        known = self._matches.positions if self._matches else None
        return known is not None and len(known) > 0

    def ask(self, text: str) -> None:
        """A search for this has begun; the last one counts."""
        self._asked, self._later = text, []

    def waits(self, step: int) -> bool:
        """Whether an answer is on its way; the step is made once it is there."""
        if self._asked:
            self._later.append(step)
        return bool(self._asked)

    def again(self, view: View, step: int) -> str:
        """What to search for anew before a step can be made, because the list is another one
        by now; "" when it can be made."""
        if self._matches is None or self._matches.view is view:
            return ""
        self._step = step
        return self._matches.text

    def found(self, matches: Matches, row: int | None) -> tuple[int | None, str]:
        """Take in an answer: the row to go to from ``row``, and what to say, "" of an answer that
        nobody waits for any more.

        A new search may stay where it is; steps that waited for the answer are made now.
        """
        if matches.text != self._asked:
            return None, ""
        self._asked = ""
        if matches.positions is None:
            return None, ""  # the mistake is told by itself
        self._matches = matches
        step, self._step = self._step, 0
        gone, said = self._from(matches, row, step or 1, stay=not step)
        later, self._later = self._later, []
        for step in later:
            gone, said = self._from(matches, gone, step)
        return gone, said

    def next(self, view: View | None, row: int | None, step: int) -> tuple[int | None, str]:
        """The row of the match after (or before) ``row``, round the end; None where there is
        none."""
        matches = self._matches
        if matches is None or matches.view is not view:
            return None, "no search yet: / starts one"
        return self._from(matches, row, step)

    def _from(
        self, matches: Matches, row: int | None, step: int, *, stay: bool = False
    ) -> tuple[int | None, str]:
        view, places = matches.view, matches.positions
        if row is None or places is None or not len(places):
            return None, "no event in the list matches the search"
        here = place_of(view, row)
        position = (nearest(view, row) if here is None else here) - stay
        if step > 0:
            at = int(np.searchsorted(places, position, side="right"))
        else:
            at = int(np.searchsorted(places, position, side="left")) - 1
        round_the_end = at in (-1, len(places))
        at %= len(places)
        said = f"match {at + 1:,} of {len(places):,}"
        return int(view.rows[places[at]]), said + (", from the other end" if round_the_end else "")
