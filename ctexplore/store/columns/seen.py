"""The ids of the events that were taken in, to find those that may share one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ctexplore.store.columns.batch import Codes, Words
from ctexplore.store.columns.table import Array, Table


class Seen:
    """Half of the id of each event that has one, ascending, and the rows of these events.

    64 of the 128 bits find suspects; whoever asks decides by the whole id. Until there is a
    suspect nobody asks for rows, and halves alone are sorted in a third of the time.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._end = 0
        self._halves: Words = np.empty(0, np.uint64)
        self._rows: Codes | None = None

    def take(self, end: int, fold: Callable[[Codes], Codes]) -> None:
        """Take in the rows from the last ones on up to ``end``.

        fold: is called with the rows that may share an id, new and old ones, where there are
        any. It returns those of the new ones, ascending, that are not to be seen again.
        """
        start, self._end = self._end, end
        if self._rows is None:
            half, _ = self._named(start, end)
            half = np.sort(half)
            at, again = self._find(half)
            if not again.any():
                self._halves = _inserted(self._halves, at, half)
                return
            self._rows = self._by_half(0, start)[1]
        half, rows = self._by_half(start, end)
        at, again = self._find(half)
        if again.any():
            shared = np.unique(half[again])
            low, high = (np.searchsorted(self._halves, shared, side) for side in ("left", "right"))
            mine = np.isin(half, shared)
            folded = fold(np.concatenate([self._rows[ranges(low, high)], rows[mine]]))
            kept = ~np.isin(rows, folded)
            half, rows, at = half[kept], rows[kept], at[kept]
        self._halves = _inserted(self._halves, at, half)
        self._rows = _inserted(self._rows, at, rows)

    def _named(self, start: int, end: int) -> tuple[Words, Codes]:
        """Half of each id, and its row, of the events that have an id."""
        ids = self._table.ids[start:end]
        half, rows = ids[:, 1], np.arange(start, end, dtype=np.uint32)
        if not (named := half != 0).all():
            named |= ids[:, 0] != 0
            half, rows = half[named], rows[named]
        return half, rows

    def _by_half(self, start: int, end: int) -> tuple[Words, Codes]:
        half, rows = self._named(start, end)
        # Not a stable sort, which takes five times as long: what is equal is compared anyway.
        by = np.argsort(half)
        return half[by], rows[by]

    def _find(self, half: Words) -> tuple[Array, Array]:
        """Where ascending halves belong, and which of them are there or come again."""
        at = np.searchsorted(self._halves, half)
        again = np.zeros(len(half), bool)
        if len(self._halves):
            again |= self._halves[np.minimum(at, len(self._halves) - 1)] == half
        again[1:] |= half[1:] == half[:-1]
        return at, again


def ranges(low: Array, high: Array) -> Array:
    """The numbers from each ``low`` up to its ``high``, one range after the other."""
    lengths = high - low
    before = np.cumsum(lengths) - lengths
    numbers: Array = np.arange(int(lengths.sum())) + np.repeat(low - before, lengths)
    return numbers


def _inserted(old: Array, at: Array, new: Array) -> Array:
    """``new`` before the positions ``at`` of ``old``; the first batch needs no room made."""
    return np.insert(old, at, new) if len(old) else new
