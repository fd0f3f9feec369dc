"""Which events are copies of one another, and which only claim to be."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.schema import DIMENSIONS
from ctexplore.store.columns.table import Table


class Copies(Struct, frozen=True):
    """Events folded into another because id and bytes are the same.

    rows: the folded events, grouped by the event that stands for them.
    of: for each, the row that stands for it; ascending.
    """

    rows: Codes
    of: Codes

    def of_row(self, row: int) -> Codes:
        """The copies folded into this row; empty for most."""
        # A tuple would make numpy convert the whole array to its type.
        low, high = self.of.searchsorted(np.array((row, row + 1), self.of.dtype))
        return self.rows[low:high]

    def __len__(self) -> int:
        return len(self.rows)


NO_ROWS: Codes = np.empty(0, np.uint32)
NO_COPIES = Copies(NO_ROWS, NO_ROWS)


def compare(table: Table, rows: Codes) -> tuple[Copies, Codes]:
    """The copies among rows that may share an id, and those that share one but not their bytes.

    The first of equal rows stands for the others. A checksum of 32 bits can be made to fit, so
    the columns must be equal too.
    """
    ids, crc = table.ids[rows], table.crc[rows]
    by = np.lexsort((rows, crc, ids[:, 1], ids[:, 0]))
    rows, ids, crc = rows[by], ids[by], crc[by]
    id_starts = np.r_[True, (ids[1:] != ids[:-1]).any(axis=1)]
    starts = id_starts | np.r_[True, crc[1:] != crc[:-1]]
    of = rows[np.flatnonzero(starts)][np.cumsum(starts) - 1]
    same = table.time[rows] == table.time[of]
    for dimension in DIMENSIONS:
        codes = table.codes(dimension)
        same &= codes[rows] == codes[of]
    folded = same & ~starts
    by = np.lexsort((rows[folded], of[folded]))
    copies = Copies(rows[folded][by], of[folded][by])
    rows, id_starts = rows[~folded], id_starts[~folded]
    # An id's first row is never folded, so every id still starts where it did.
    counts = np.diff(np.r_[np.flatnonzero(id_starts), len(rows)])
    return copies, rows[np.repeat(counts > 1, counts)]
