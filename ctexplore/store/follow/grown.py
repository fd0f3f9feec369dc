"""Log files that are read once more because there is more in them: a local log that is written to,
or the first files of a day of which only the end of the day before was wanted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ctexplore.sources.found import Found
from ctexplore.sources.source import LogFile
from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.table import Array, Table

# Place in the file, time, the id's halves, checksum.
_Mark = tuple[int, int, int, int, int]


class Grown:
    """What a table has of files that come again.

    everywhere: events come again in other files, too: somebody answers the same question anew.
    """

    def __init__(self, table: Table, *, everywhere: bool = False) -> None:
        self._table = table
        self._everywhere = everywhere
        self._knows = False
        self._known: dict[str, tuple[list[int], set[_Mark]]] = {}

    def know(self, found: Sequence[Found]) -> None:
        """These files will come. Costs a look at all files of the table."""
        table = self._table
        self._knows = True
        coming = {file.key for page in found for file in page.files}
        self._known = {}
        keys = {number: f.key for number, f in enumerate(table.files) if f.key in coming}
        for number, key in keys.items():
            self._known.setdefault(key, ([], set()))[0].append(number)
        if not keys:
            return
        rows = np.flatnonzero(np.isin(table.file, list(keys)))
        for mark, number in zip(_marks(table, rows), table.file[rows].tolist(), strict=True):
            self._known[keys[number]][1].add(mark)

    def new_of(self, batch: Batch, files: Sequence[LogFile]) -> Batch:
        """The batch without the events that the table has out of the same place of the same file.

        A file in which nothing of that has changed takes the place of the one before, so that
        the records can be read from it.
        """
        if self._everywhere and self._knows:
            return batch.take(~self._in_table(batch))
        if not any(file.key in self._known for file in files):
            return batch
        wanted = np.ones(len(batch), bool)
        for position, file in enumerate(files):
            numbers, marks = self._known.get(file.key, ((), set()))
            rows = np.flatnonzero(batch.file == position)
            here = list(_marks(batch, rows))
            wanted[rows] = [mark not in marks for mark in here]
            if marks.issubset(here):
                for number in numbers:
                    self._table.files[number] = file
        return batch.take(wanted)

    def _in_table(self, batch: Batch) -> Array:
        """bool[n]: which events the table has, by id and bytes."""
        ids, crc = self._table.ids, self._table.crc
        rows = np.flatnonzero(np.isin(ids[:, 1], batch.ids[:, 1]))
        known = set(zip(*ids[rows].T.tolist(), crc[rows].tolist(), strict=True))
        events = zip(*batch.ids.T.tolist(), batch.crc.tolist(), strict=True)
        return np.fromiter((event in known for event in events), bool, len(batch))


def _marks(events: Table | Batch, rows: Array) -> list[_Mark]:
    columns = (
        events.index[rows].tolist(),
        events.time[rows].tolist(),
        *events.ids[rows].T.tolist(),
        events.crc[rows].tolist(),
    )
    return list(zip(*columns, strict=True))
