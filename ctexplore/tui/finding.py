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
from ctexplore.query.when import parse_time
from ctexplore.store.order import View
from ctexplore.store.session import Session, milliseconds
from ctexplore.store.stamps import one_id

_GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")


@dataclass
class Matches(Message):
    """Positions in the view of the events that match a search, ascending."""

    text: str
    view: View
    positions: np.ndarray[Any, Any]


def search(session: Session, view: View, text: str, post: Callable[[Message], Any]) -> str:
    """Look for ``text``, a filter, in the view on a daemon thread; what is wrong with it, or ""."""
    try:
        wanted = Filter(parse(text, datetime.now(UTC)))
    except FilterError as error:
        return error.message

    def work() -> None:
        count = session.order.count
        mask = wanted.mask(session.table, 0, count, session.records)
        known = view.rows < count
        hits = np.zeros(len(view), bool)
        hits[known] = mask[view.rows[known]]
        post(Matches(text, view, np.flatnonzero(hits)))

    threading.Thread(target=work, name="search", daemon=True).start()
    return ""


def position_of(view: View, text: str, zone: tzinfo | None) -> int | str:
    """The position of the event that ``text`` names (an event id, or the first at or before a
    time), or a sentence why there is none."""
    if _GUID.fullmatch(text):
        high, low = one_id(text.lower())
        ids = view.table.ids[view.rows]
        found = np.flatnonzero((ids[:, 0] == high) & (ids[:, 1] == low))
        return int(found[0]) if len(found) else "no event with this id is in the list"
    try:
        moment = parse_time(text, datetime.now(UTC), zone or _local())
    except ValueError as error:
        return str(error)
    if not len(view):
        return "the list is empty"
    times = view.table.time[view.rows][::-1]
    at = int(np.searchsorted(times, milliseconds(moment), side="right"))
    return min(len(view) - 1, len(view) - at)


def _local() -> tzinfo:
    return datetime.now().astimezone().tzinfo or UTC


class Finder:
    """The last search and where its matches lie in the view it was made for."""

    def __init__(self) -> None:
        self._matches: Matches | None = None

    def found(self, matches: Matches, position: int) -> tuple[int | None, str]:
        """Take in an answer: the first match from ``position`` on, and what to say."""
        self._matches = matches
        return self.next(matches.view, position - 1, 1)

    def forget(self) -> None:
        self._matches = None

    def next(self, view: View | None, position: int, step: int) -> tuple[int | None, str]:
        """The match after (or before) ``position``, round the end; None where there is none."""
        matches = self._matches
        if matches is None or view is None:
            return None, "no search yet: / starts one"
        if matches.view is not view:
            return None, "the list has changed: / searches again"
        places = matches.positions
        if not len(places):
            return None, "no event in the list matches the search"
        if step > 0:
            at = int(np.searchsorted(places, position, side="right"))
        else:
            at = int(np.searchsorted(places, position, side="left")) - 1
        round_the_end = at in (-1, len(places))
        at %= len(places)
        said = f"match {at + 1:,} of {len(places):,}"
        return int(places[at]), said + (", from the other end" if round_the_end else "")
