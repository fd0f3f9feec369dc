"""The order of the event list, and which events are copies of one another.

Both grow with the table and cost array work only: nothing here runs Python per event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from ctexplore.store.columns.added import Added
from ctexplore.store.columns.batch import Codes, Ints
from ctexplore.store.columns.copies import NO_COPIES, NO_ROWS, Copies, compare
from ctexplore.store.columns.seen import Seen, ranges
from ctexplore.store.columns.table import Array, Table
from ctexplore.trail.names import order_key

if TYPE_CHECKING:
    from ctexplore.store.columns.sorting import Ranks

# Numbers for each row up to which an array of them all costs less than another sort.
_SPARSE = 4


class View(Struct, frozen=True):
    """What the event list shows: row numbers, newest first unless sorted otherwise.

    rows: uint32[shown]. total: events before the filter, copies folded. sort: the order of the
    rows (sorting.Sorter makes it); None is newest first. conflicts: rows, ascending, whose id
    another row has too, with other bytes. added: the columns of rooms above as they were then.
    """

    table: Table
    rows: Codes
    total: int
    copies: Copies
    sort: Ranks | None = None
    conflicts: Codes = field(default_factory=lambda: NO_ROWS)
    added: Mapping[str, Added] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


class Order:
    """All unfolded events of a table, oldest first: by time, then delivery, then place in the file.

    CloudTrail's times are whole seconds and most events share theirs, so the tie-break decides
    often; it is built from file name and record index, never from the order of arrival. Of equal
    copies the one that came first stands for all, and is sorted by the place of the first
    delivered.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: Codes = np.empty(0, np.uint32)
        self.times: Ints = np.empty(0, np.int64)
        self.copies = NO_COPIES
        # Rows, ascending, whose id another row has too, with other bytes: one of them is false.
        self.conflicts: Codes = np.empty(0, np.uint32)
        self._seen = 0
        self._ids = Seen(table)
        self._file_order: Array = np.empty(0, np.uint64)
        # Rows, ascending, that are sorted by the place of one of their copies, and that copy.
        self._moved: Codes = np.empty(0, np.uint32)
        self._moved_to: Codes = np.empty(0, np.uint32)

    @property
    def count(self) -> int:
        """Rows of the table that have been taken in, folded ones included."""
        return self._seen

    def update(self) -> None:
        """Take in the rows that were appended since the last call."""
        start, end = self._seen, self.table.count
        if start == end:
            return
        self._seen = end
        known = len(self._file_order)
        fresh = [order_key(f.key) for f in self.table.files[known:]]
        self._file_order = np.concatenate([self._file_order, np.array(fresh, np.uint64)])
        rows = np.arange(start, end, dtype=np.uint32)
        copies = self._fold(rows)
        self._merge(np.delete(rows, copies.rows - start), self._move(copies))

    def _fold(self, rows: Codes) -> Copies:
        """Put aside the rows that are copies of earlier ones, and note what only claims to be."""
        copies = NO_COPIES

        def fold(suspects: Codes) -> Codes:
            nonlocal copies
            copies, conflicts = compare(self.table, suspects)
            self.conflicts = np.union1d(self.conflicts, conflicts)
            behind = np.searchsorted(self.copies.of, copies.of, "right")
            self.copies = Copies(
                np.insert(self.copies.rows, behind, copies.rows),
                np.insert(self.copies.of, behind, copies.of),
            )
            return copies.rows

        self._ids.take(int(rows[-1]) + 1, fold)
        return copies

    def _move(self, copies: Copies) -> Codes:
        """The rows that are sorted elsewhere from now on, for one of these copies' sake."""
        if not len(copies):
            return copies.of
        by = np.lexsort((*self._places(copies.rows), copies.of))
        first = np.r_[True, np.diff(copies.of[by]) > 0]
        of, to = copies.of[by[first]], copies.rows[by[first]]
        (index, file), (index_now, file_now) = self._places(to), self._places(self._place_of(of))
        earlier = (file < file_now) | ((file == file_now) & (index < index_now))
        of, to = of[earlier], to[earlier]
        kept = ~np.isin(self._moved, of)
        moved = np.concatenate([self._moved[kept], of])
        by = np.argsort(moved)
        self._moved_to = np.concatenate([self._moved_to[kept], to])[by]
        self._moved = moved[by]
        return np.asarray(of, np.uint32)

    def _merge(self, fresh: Codes, moved: Codes) -> None:
        table = self.table
        if not len(self.rows):
            self.rows = self._sorted(fresh)
            self.times = table.time[self.rows]
            return
        # Rows that share a time with a new one are sorted again with them; the rest only make
        # room. After that no time is on both sides and a search by time alone is exact.
        times = np.unique(table.time[np.concatenate([fresh, moved])])
        if not len(times):
            return
        low, high = (np.searchsorted(self.times, times, side) for side in ("left", "right"))
        start, end = low[0], high[-1]
        tied = ranges(low - start, high - start)
        block = self._sorted(np.concatenate([self.rows[start + tied], fresh]))
        kept = np.delete(self.rows[start:end], tied)
        at = np.searchsorted(np.delete(self.times[start:end], tied), table.time[block])
        rows = np.insert(kept, at, block)
        self.rows = np.concatenate([self.rows[:start], rows, self.rows[end:]])
        self.times = np.concatenate([self.times[:start], table.time[rows], self.times[end:]])

    def _sorted(self, rows: Codes) -> Codes:
        """These rows by time, delivery and place in the file."""
        places, end = self._numbered(self._place_of(rows))
        time = self.table.time[rows]
        low, bits = int(time.min()), end.bit_length()
        if (int(time.max()) - low).bit_length() + bits > 64 or end > _SPARSE * len(rows):
            return rows[np.lexsort((places, time))]
        # Numbers are sorted in a third of the time that their order takes to be found.
        at = np.empty(end, np.uint32)
        at[places] = rows
        time -= low
        key = time.view(np.uint64)
        key <<= np.uint64(bits)
        key |= places
        del places
        key.sort()
        key &= np.uint64((1 << bits) - 1)
        return at[key]

    def _numbered(self, rows: Codes) -> tuple[Array, int]:
        """Numbers below the second value that tell which of these rows comes before which by
        delivery and place in the file."""
        file, index = self.table.file[rows], self.table.index[rows]
        first = file.min()
        file -= first
        lengths = np.zeros(int(file.max()) + 1, np.uint64)
        np.maximum.at(lengths, file, index + np.uint64(1))
        by = self._file_order[first : first + len(lengths)].argsort(kind="stable")
        starts = np.empty_like(lengths)
        starts[by] = np.cumsum(lengths[by]) - lengths[by]
        return starts[file] + index, int(lengths.sum())

    def _place_of(self, rows: Codes) -> Codes:
        """The row by whose place each row is sorted: itself but for those in ``_moved``."""
        if not len(self._moved):
            return rows
        at = np.minimum(np.searchsorted(self._moved, rows), len(self._moved) - 1)
        return np.where(self._moved[at] == rows, self._moved_to[at], rows)

    def _places(self, rows: Codes) -> tuple[Codes, Array]:
        """Position in its file and the file's place in the order, for each row."""
        return self.table.index[rows], self._file_order[self.table.file[rows]]

    def newest_first(self) -> Codes:
        return self.rows[::-1]

    def view(self, mask: Array | None = None) -> View:
        """The view of the rows for which ``mask``, bool[count] by row number, is true."""
        rows = self.newest_first()
        shown = rows if mask is None else rows[mask[rows]]
        added = dict(self.table.added)
        return View(
            self.table, shown, len(rows), self.copies, conflicts=self.conflicts, added=added
        )
