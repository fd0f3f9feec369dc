"""Where a person is in a list of events, whatever rows come and go around them. No screen here.

Everything takes some dozen steps however many rows there are, but for one pass of array work
over the rows of one and the same time.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from ctexplore.store.columns.order import View
from ctexplore.store.columns.sorting import SortBy

_Key: TypeAlias = tuple[int, int]


class Cursor:
    """A position in a view and the position of the pane's top line.

    position: counted from the first row; 0 when there are none. top: likewise. page: lines of
    the pane. row: the row number under the cursor. steered: a person chose where it is.
    """

    def __init__(self) -> None:
        self.view: View | None = None
        self.position = 0
        self.top = 0
        self.page = 0
        self.row: int | None = None
        self.steered = False
        self._chosen: int | None = None  # the row they chose; it may be filtered out for now
        self._line = 0  # of the cursor below the top, where the person last had it
        self._left = (0, 0)  # position and top as they were left here, not chosen

    @property
    def count(self) -> int:
        return 0 if self.view is None else len(self.view)

    @property
    def last_top(self) -> int:
        """The top that shows the last page."""
        return max(0, self.count - self.page)

    def in_sight(self) -> bool:
        return 0 <= self.position - self.top < max(1, self.page)

    def show(self, view: View | None) -> None:
        """Take another view and keep the event and its line on the screen.

        When the view lacks the event, the cursor waits on the one nearest in time and goes back
        once the event is there again. A cursor out of sight leaves the top line where it is.
        One that nobody steered stays on the first. Sorted otherwise the view is shown from its
        first row, and newest first again from the row that was chosen last. Another table
        starts anew.
        """
        if view is None or self.view is None or view.table is not self.view.table:
            self.view = self.row = self._chosen = None
            self.position = self.top = self._line = 0
            self._left = (0, 0)
            self.steered = False
        elif view.sort is not self.view.sort and _sorting(view) != _sorting(self.view):
            if self.in_sight() and (self.position, self.top) != self._left:
                self._line = self.position - self.top
            self.steered = view.sort is None and self._chosen is not None
            self.position = self.top = 0
            self._left = (0, 0)
            self.row = self._chosen
        anchor = None if self.in_sight() or not self.count else self._row_at(self.top)
        if anchor is None and (self.position, self.top) != self._left:
            self._line = self.position - self.top
        self.view = view
        if view is None or not len(view):
            self.position = self.top = 0
            self.row = None
        elif self.steered or self.top:
            self.position = _find(view, self._chosen, self.row)
            top = self.position - self._line if anchor is None else _find(view, anchor)
            self.top = max(0, min(top, self.last_top))
            self.row = self._row_at(self.position)
        else:
            self.row = self._row_at(0)
        self._left = (self.position, self.top)

    def move(self, position: int, top: int | None = None, *, follow: bool = False) -> None:
        """Go to a position; then scroll to ``top``, or if the cursor is out of sight.

        follow: scroll no further than the cursor needs, unless it is more than a page away;
        otherwise it lands mid-pane.
        """
        if not self.count:
            return
        self.position = max(0, min(position, self.count - 1))
        self.row = self._chosen = self._row_at(self.position)
        self.steered = True
        if top is None:
            top = self.top if self.in_sight() else self._revealing(follow)
        self.top = max(0, min(top, self.last_top))

    def _revealing(self, follow: bool) -> int:
        below = self.position > self.top
        near = self.position + 1 - self.page if below else self.position
        if follow and abs(near - self.top) <= self.page:
            return near
        return self.position - self.page // 2

    def _row_at(self, position: int) -> int:
        assert self.view is not None
        return int(self.view.rows[min(position, self.count - 1)])


def place_of(view: View, row: int) -> int | None:
    """The position of a row in the view; None when the view does not show it.

    Looks through the events of the same rank and time: 8 ms in the worst case, ten million
    without a time; else 0.03.
    """
    key = _key(view, row)
    first, end = _first(view, key), _first(view, key, after=True)
    found = np.flatnonzero(view.rows[first:end] == row)
    return first + int(found[0]) if len(found) else None


def nearest(view: View, row: int) -> int:
    """The position of the event nearest to a row: in time, or where the view is sorted
    otherwise the next there; the newer of two. View: not empty."""
    below = _first(view, _key(view, row))
    if below == 0:
        return 0
    if below == len(view):
        return below - 1
    if view.sort is not None:
        return below
    times = view.table.time
    time = int(times[row])
    before = int(times[view.rows[below - 1]]) - time
    after = time - int(times[view.rows[below]])
    return below if after < before else below - 1


def first_at(view: View, time: int, *, older: bool = False) -> int:
    """The first position that is not newer than ``time``; with ``older``, that is older.

    In a view sorted otherwise, the position of the newest of these events, for one pass of
    array work. As many as there are rows when there is none.
    """
    if view.sort is None:
        return _first(view, (-time, -time), after=older)
    times = view.table.time[view.rows]
    fitting = np.flatnonzero(times < time if older else times <= time)
    return int(fitting[times[fitting].argmax()]) if len(fitting) else len(view)


def _find(view: View, *wanted: int | None) -> int:
    """The first of the wanted rows that the view shows, else what is nearest to the first."""
    rows = [row for row in wanted if row is not None]
    for row in dict.fromkeys(rows):
        position = place_of(view, row)
        if position is not None:
            return position
    return nearest(view, rows[0]) if rows else 0


def _key(view: View, row: int) -> _Key:
    """What the view is sorted by, ascending."""
    newest_first = -int(view.table.time[row])
    if view.sort is None:
        return newest_first, newest_first
    return int(view.sort.of(view.table, row)), newest_first


def _first(view: View, key: _Key, *, after: bool = False) -> int:
    """The first position whose key is not below ``key``; with ``after``, that is above it."""
    low, high = 0, len(view)
    while low < high:
        middle = (low + high) // 2
        at = _key(view, int(view.rows[middle]))
        if at < key or (after and at == key):
            low = middle + 1
        else:
            high = middle
    return low


def _sorting(view: View) -> SortBy | None:
    return view.sort.by if view.sort else None
