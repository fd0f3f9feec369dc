"""Which columns fit a width, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from ctexplore.tui.events.columns import Column

GAP = 1  # cells between two columns
# Columns up to this priority are shown even when narrow; others wait until these have good widths.
CORE = 3

_LEAST, _GOOD, _MOST = range(3)


class Place(NamedTuple):
    """A column, the cell of the line where it starts, and its cells."""

    column: Column
    start: int
    width: int

    @property
    def end(self) -> int:
        return self.start + self.width


Layout = tuple[Place, ...]


@lru_cache(64)
def layout(columns: tuple[Column, ...], start: int, end: int) -> Layout:
    """The columns that the cells from ``start`` to ``end`` have room for, with their widths.

    Depends on nothing but the columns and the width, so that nothing moves while events
    arrive. The one of highest priority is always there.
    """
    room = end - start
    shown: list[Column] = []
    for column in sorted(columns, key=lambda c: c.priority):
        more = [c for c in columns if c in shown or c is column]
        needed = _cells(more, _LEAST if column.priority <= CORE else _GOOD)
        if column.priority > CORE:
            # The newcomer itself may be narrow; those before it may not.
            needed -= column.widths[_GOOD] - column.widths[_LEAST]
        if shown and needed > room:
            break
        shown = more
    widths = _share(shown, room - _cells(shown, _LEAST))
    places = []
    for column, width in zip(shown, widths, strict=True):
        places.append(Place(column, start, min(width, max(0, end - start))))
        start += width + GAP
    return tuple(places)


def _cells(columns: Sequence[Column], size: int) -> int:
    """What the columns take beside each other at their least or at good widths."""
    total = -GAP
    for column, after in zip_longest(columns, columns[1:]):
        lent = GAP + after.widths[size] if size and after is not None and after.sparse else 0
        total += GAP + max(column.widths[_LEAST], column.widths[size] - lent)
    return total


def _share(columns: Sequence[Column], spare: int) -> list[int]:
    """Their widths, with spare cells given one by one to whatever is furthest below good.

    Cells of a sparse column count for the one on its left, too.
    """
    widths = [c.widths[_LEAST] for c in columns]
    lent = [c.sparse for c in columns[1:]] + [False]

    def room(i: int) -> int:
        return widths[i] + (GAP + widths[i + 1] if lent[i] else 0)

    for _ in range(spare):
        growing = [i for i, c in enumerate(columns) if room(i) < c.widths[_MOST]]
        if not growing:
            break
        widths[min(growing, key=lambda i: room(i) / columns[i].widths[_GOOD])] += 1
    return widths
