"""The order of the event list, and which events are copies of one another.

Both grow with the table and cost array work only: nothing here runs Python per event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctexplore.store.batch import Codes, Ints
from ctexplore.store.table import Array, Table
from ctexplore.trail.names import order_key


@dataclass(frozen=True, slots=True)
class Copies:
    """Events folded into another because id and bytes are the same.

    rows: the folded events, grouped by the event that stands for them.
    of: for each, the row that stands for it; ascending.
    """

    rows: Codes
    of: Codes

    def of_row(self, row: int) -> Codes:
        """The copies folded into this row; empty for most."""
        low, high = np.searchsorted(self.of, (row, row + 1))
        return self.rows[low:high]

    def __len__(self) -> int:
        return len(self.rows)


NO_COPIES = Copies(np.empty(0, np.uint32), np.empty(0, np.uint32))


@dataclass(frozen=True, slots=True)
class View:
    """What the event list shows: row numbers, newest first.

    rows: uint32[shown]. total: events before the filter, copies folded.
    """

    table: Table
    rows: Codes
    total: int
    copies: Copies

    def __len__(self) -> int:
        return len(self.rows)


class Order:
    """All unfolded events of a table, oldest first: by time, then delivery, then place in the file.

    CloudTrail's times are whole seconds and most events share theirs, so the tie-break decides
    often; it is built from file name and record index, never from the order of arrival.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: Codes = np.empty(0, np.uint32)
        self.times: Ints = np.empty(0, np.int64)
        self.copies = NO_COPIES
        self._seen = 0
        self._ids: Array = np.empty(0, np.uint64)
        self._id_rows: Codes = np.empty(0, np.uint32)
        self._file_order: Array = np.empty(0, np.uint64)

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
        self._merge(self._fold(np.arange(start, end, dtype=np.uint32)))

    def _fold(self, rows: Codes) -> Codes:
        """The rows that are no copy of an earlier one; the others go to ``copies``."""
        table = self.table
        # 64 of the 128 bits find candidates; the whole id and the record's checksum decide.
        ids = table.ids[rows, 1]
        hashes = np.concatenate([self._ids, ids])
        all_rows = np.concatenate([self._id_rows, rows])
        order = np.argsort(hashes, kind="stable")
        hashes, all_rows = hashes[order], all_rows[order]
        same = np.flatnonzero(hashes[1:] == hashes[:-1]) + 1
        same = same[hashes[same] != 0]
        folded: list[tuple[int, int]] = []
        if len(same):
            folded = _folded(table, all_rows, same)
        if folded:
            pairs = np.array(folded, np.uint32)
            keep = ~np.isin(all_rows, pairs[:, 1])
            hashes, all_rows = hashes[keep], all_rows[keep]
            of = np.concatenate([self.copies.of, pairs[:, 0]])
            copies = np.concatenate([self.copies.rows, pairs[:, 1]])
            by = np.lexsort((copies, of))
            self.copies = Copies(copies[by], of[by])
            rows = rows[~np.isin(rows, pairs[:, 1])]
        self._ids, self._id_rows = hashes, all_rows
        return rows

    def _merge(self, rows: Codes) -> None:
        table = self.table
        rows = rows[np.argsort(table.time[rows], kind="stable")]
        times = table.time[rows]
        # Old rows that share a time with a new one are sorted again with them; the rest only
        # make room. After that no time is on both sides and a search by time alone is exact.
        tied = np.isin(self.times, times) if len(self.times) else np.empty(0, bool)
        block = np.concatenate([self.rows[tied], rows])
        by = np.lexsort(
            (table.index[block], self._file_order[table.file[block]], table.time[block])
        )
        block = block[by]
        block_times = table.time[block]
        old_rows, old_times = self.rows[~tied], self.times[~tied]
        at = np.searchsorted(old_times, block_times)
        self.rows = np.insert(old_rows, at, block)
        self.times = np.insert(old_times, at, block_times)

    def newest_first(self) -> Codes:
        return self.rows[::-1]

    def view(self, mask: Array | None = None) -> View:
        """The view of the rows for which ``mask``, bool[count] by row number, is true."""
        rows = self.newest_first()
        shown = rows if mask is None else rows[mask[rows]]
        return View(self.table, shown, len(rows), self.copies)


def _folded(table: Table, rows: Codes, same: Array) -> list[tuple[int, int]]:
    """(stands, folded) pairs among rows sorted by half their id; ``same`` marks equal neighbours.

    Runs Python per repeated event only: a fifth of them at worst, where two trails write to one
    bucket, and none in most trails.
    """
    ids, crc = table.ids, table.crc
    pairs: list[tuple[int, int]] = []
    stands: dict[tuple[int, int, int], int] = {}
    previous = -2
    for position in same.tolist():
        if position != previous + 1:
            stands = {}
            first = int(rows[position - 1])
            stands[int(ids[first, 0]), int(ids[first, 1]), int(crc[first])] = first
        previous = position
        row = int(rows[position])
        key = int(ids[row, 0]), int(ids[row, 1]), int(crc[row])
        stand = stands.setdefault(key, row)
        if stand != row:
            pairs.append((stand, row))
    return pairs
