"""The order of the event list, and which events are copies of one another.

Both grow with the table and cost array work only: nothing here runs Python per event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ctexplore.store.columns.added import Added
from ctexplore.store.columns.batch import Codes, Ints
from ctexplore.store.columns.copies import NO_COPIES, NO_ROWS, Copies, compare
from ctexplore.store.columns.table import Array, Table
from ctexplore.trail.names import order_key

if TYPE_CHECKING:
    from ctexplore.store.columns.sorting import Ranks


@dataclass(frozen=True, slots=True)
class View:
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
        # Half of the id of each unfolded row that has one, ascending, and that row.
        self._ids: Array = np.empty(0, np.uint64)
        self._id_rows: Codes = np.empty(0, np.uint32)
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
        table = self.table
        # Other threads may add rows meanwhile, which are not these.
        ids = table.ids[rows[0] : rows[-1] + 1]
        # 64 of the 128 bits find suspects; the whole id, checksum and columns decide.
        half = ids[:, 1]
        if not (named := half != 0).all():
            named |= ids[:, 0] != 0
            half, rows = half[named], rows[named]
        # Not a stable sort, which takes five times as long: what is equal is compared anyway.
        by = np.argsort(half)
        half, named = half[by], rows[by]
        del by, rows
        at = np.searchsorted(self._ids, half)
        again = np.zeros(len(half), bool)
        if len(self._ids):
            again |= self._ids[np.minimum(at, len(self._ids) - 1)] == half
        again[1:] |= half[1:] == half[:-1]
        copies = NO_COPIES
        if again.any():
            values = np.unique(half[again])
            low, high = (np.searchsorted(self._ids, values, side) for side in ("left", "right"))
            mine = np.isin(half, values)
            suspects = np.concatenate([self._id_rows[_ranges(low, high)], named[mine]])
            copies, conflicts = compare(table, suspects)
            self.conflicts = np.union1d(self.conflicts, conflicts)
            behind = np.searchsorted(self.copies.of, copies.of, "right")
            self.copies = Copies(
                np.insert(self.copies.rows, behind, copies.rows),
                np.insert(self.copies.of, behind, copies.of),
            )
            kept = ~np.isin(named, copies.rows)
            half, named, at = half[kept], named[kept], at[kept]
        self._ids = _inserted(self._ids, at, half)
        self._id_rows = _inserted(self._id_rows, at, named)
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
        tied = _ranges(low - start, high - start)
        block = self._sorted(np.concatenate([self.rows[start + tied], fresh]))
        kept = np.delete(self.rows[start:end], tied)
        at = np.searchsorted(np.delete(self.times[start:end], tied), table.time[block])
        rows = np.insert(kept, at, block)
        self.rows = np.concatenate([self.rows[:start], rows, self.rows[end:]])
        self.times = np.concatenate([self.times[:start], table.time[rows], self.times[end:]])

    def _sorted(self, rows: Codes) -> Codes:
        """These rows by time, delivery and place in the file."""
        table, places = self.table, self._place_of(rows)
        file, index = table.file[places], table.index[places]
        time = table.time[rows]
        low, high = int(time.min()), int(time.max())
        first = file.min()
        among = self._file_order[first : file.max() + 1]
        ranks = np.unique(among, return_inverse=True)[1].astype(np.uint32)[file - first]
        del file
        rank_bits, index_bits = (int(part.max()).bit_length() for part in (ranks, index))
        if (high - low).bit_length() + rank_bits + index_bits > 64:
            return rows[np.lexsort((index, ranks, time))]
        # One number sorts in a tenth of the time of three.
        time -= low
        key = time.view(np.uint64)
        for part, bits in ((ranks, rank_bits), (index, index_bits)):
            key <<= np.uint64(bits)
            key |= part
        del ranks, index
        return rows[np.argsort(key)]

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


def _ranges(low: Array, high: Array) -> Array:
    """The numbers from each ``low`` up to its ``high``, one range after the other."""
    lengths = high - low
    before = np.cumsum(lengths) - lengths
    numbers: Array = np.arange(int(lengths.sum())) + np.repeat(low - before, lengths)
    return numbers


def _inserted(old: Array, at: Array, new: Array) -> Array:
    """``new`` before the positions ``at`` of ``old``; the first batch needs no room made."""
    return np.insert(old, at, new) if len(old) else new
