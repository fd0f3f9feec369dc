"""From a row back to the bytes CloudTrail wrote."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np

from ctexplore.sources.source import LogFile, Source, SourceError, original_of
from ctexplore.store.cache.packs import Packs
from ctexplore.store.cache.shelf import Shelf
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.table import Table
from ctexplore.store.containers.split import Bytes, split
from ctexplore.store.containers.unpack import UnpackError, unpack
from ctexplore.store.search.sift import RuledOut, Test, interesting, nobody, sift
from ctexplore.store.search.thin import Kept

_KEPT = 4


class Records:
    """The original bytes of loaded events, read again from cache or source when asked for.

    Blocks on disk or network: not for the screen thread.
    """

    def __init__(
        self, table: Table, source: Source, packs: Packs | None, kept: Kept | None = None
    ) -> None:
        """kept: records that are at hand, by file and position."""
        self._table = table
        self._kept = kept
        self._source = source
        self._packs = packs
        self._original = original_of(source)
        self._recent: OrderedDict[LogFile, Sequence[Bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def one(self, row: int) -> bytes:
        """A record's bytes, byte for byte. Raises SourceError."""
        file = self._table.files[int(self._table.file[row])]
        records, index = self._split(file), int(self._table.index[row])
        if index >= len(records):
            raise SourceError(self._source.uri(file.key), "changed since it was read")
        record = bytes(records[index])
        return self._original(record) if self._original else record

    def read(
        self, rows: Codes, may_match: Test | None = None, ruled_out: RuledOut = nobody
    ) -> Iterator[tuple[int, bytes]]:
        """(row, bytes) of many rows, file by file, in no promised order.

        What ``may_match`` rules out goes to ``ruled_out`` instead, many rows at once: to take a
        million one by one takes as long as to look through their files.
        A file that can no longer be read leaves its rows out; they are what the caller lacks.
        """
        if self._original:
            # What a stand-in lacks says nothing of its record.
            yield from self._originals(rows)
            return
        files, indexes = self._table.file[rows], self._table.index[rows]
        order = np.argsort(files, kind="stable")
        bounds = np.flatnonzero(np.diff(files[order])) + 1
        blocks = [block for block in np.split(order, bounds) if len(block)]
        if self._kept:
            asked, blocks = blocks, []
            for block in asked:
                known = self._kept.of(self._table.files[int(files[block[0]])].key)
                held = [known.get(index, b"") for index in indexes[block].tolist()]
                if all(held):
                    yield from zip(rows[block].tolist(), held, strict=True)
                else:
                    blocks.append(block)
        needed = [self._table.files[int(files[block[0]])] for block in blocks]
        stored = Shelf(self._source, self._packs).read if self._packs else self._source.read
        for block, data in zip(blocks, sift(needed, stored, may_match), strict=True):
            if data is None:
                continue
            if not data:
                ruled_out(rows[block])
                continue
            records = split(data).records
            block = block[indexes[block] < len(records)]
            wanted = interesting(data, records, may_match)[indexes[block]]
            ruled_out(rows[block[~wanted]])
            block = block[wanted]
            for row, index in zip(rows[block].tolist(), indexes[block].tolist(), strict=True):
                yield row, bytes(records[index])

    def _originals(self, rows: Codes) -> Iterator[tuple[int, bytes]]:
        for row in rows.tolist():
            with suppress(SourceError):
                yield row, self.one(row)

    def _json(self, file: LogFile) -> bytes:
        try:
            kept = self._packs.read(file.folder, file) if self._packs else None
            return unpack(self._source.read(file) if kept is None else kept).data
        except UnpackError as error:
            raise SourceError(self._source.uri(file.key), str(error)) from None

    def _split(self, file: LogFile) -> Sequence[Bytes]:
        with self._lock:
            records = self._recent.get(file)
            if records is not None:
                self._recent.move_to_end(file)
                return records
        records = split(self._json(file)).records
        with self._lock:
            self._recent[file] = records
            while len(self._recent) > _KEPT:
                self._recent.popitem(last=False)
        return records
