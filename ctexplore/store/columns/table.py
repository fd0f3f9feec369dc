"""The events that are loaded, as columns. Grows by batches; a row number never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.added import Added, Values
from ctexplore.store.columns.batch import Batch, Codes, Ints, Words
from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.issued import Issued
from ctexplore.store.columns.schema import DIMENSIONS, EMPTY, FIELDS, NO_TIME

Array = npt.NDArray[Any]


class Dimension:
    """The distinct entries of some fields, numbered in order of arrival; 0 is the empty one."""

    def __init__(self, name: str) -> None:
        self.fields = DIMENSIONS[name]
        self._numbers: dict[bytes, int] = {Entries.of([EMPTY[name]]).lines[0]: 0}
        self.columns: tuple[list[str], ...] = tuple([v] for v in EMPTY[name])

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, entries: Entries) -> Codes:
        """The number of each entry, new ones added."""
        numbers, lines = self._numbers, entries.lines
        found = list(map(numbers.get, lines))
        if None in found:
            fresh = [line for line, number in zip(lines, found, strict=True) if number is None]
            fresh = list(dict.fromkeys(fresh))
            for column, values in zip(self.columns, zip(*Entries(fresh), strict=True), strict=True):
                column.extend(values)
            numbers.update(zip(fresh, range(len(numbers), len(numbers) + len(fresh)), strict=True))
            found = list(map(numbers.get, lines))
        return np.array(found, np.uint32)


class Table:
    """Columns of ``count`` events. One thread appends; others may read rows below ``count``.

    Arrays have spare room at the end and are replaced when they grow, so a reader takes the
    property once and uses what it got.
    """

    def __init__(self) -> None:
        self.count = 0
        self.files: list[LogFile] = []
        self.dimensions = {name: Dimension(name) for name in DIMENSIONS}
        self.issued = Issued()
        # What rooms above found out about the events, by the name that filters have for it.
        self.added: dict[str, Added] = {}
        self._arrays: dict[str, Array] = {
            "time": np.empty(0, np.int64),
            "ids": np.empty((0, 2), np.uint64),
            "crc": np.empty(0, np.uint32),
            "file": np.empty(0, np.uint32),
            "index": np.empty(0, np.uint32),
            **{name: np.empty(0, np.uint8) for name in DIMENSIONS},
        }

    @property
    def time(self) -> Ints:
        """int64[count], milliseconds since 1970 UTC, or NO_TIME."""
        return self._arrays["time"][: self.count]

    @property
    def ids(self) -> Words:
        """uint64[count, 2], the eventID's bits."""
        return self._arrays["ids"][: self.count]

    @property
    def crc(self) -> Codes:
        """uint32[count], CRC-32 of the record's bytes."""
        return self._arrays["crc"][: self.count]

    @property
    def file(self) -> Codes:
        """uint32[count], position in ``files``."""
        return self._arrays["file"][: self.count]

    @property
    def index(self) -> Codes:
        """uint32[count], position of the record in its file."""
        return self._arrays["index"][: self.count]

    def codes(self, dimension: str) -> Array:
        """Unsigned[count], entry numbers of a dimension."""
        return self._arrays[dimension][: self.count]

    def values(self, field: str) -> list[str]:
        """A field's text by entry number of its dimension; may hold the same text twice."""
        dimension, position = FIELDS[field]
        return self.dimensions[dimension].columns[position]

    def text(self, field: str, row: int) -> str:
        """A field of one event as the log has it: not safe for a screen."""
        dimension, position = FIELDS[field]
        return self.dimensions[dimension].columns[position][int(self._arrays[dimension][row])]

    def append(self, batch: Batch, files: Sequence[LogFile]) -> range:
        """Add a batch whose ``file`` column points into ``files``; the new rows' numbers."""
        start, end = self.count, self.count + len(batch)
        for name in DIMENSIONS:
            lookup = self.dimensions[name].add(batch.entries[name])
            top = len(self.dimensions[name]) - 1
            self._room(name, end, np.min_scalar_type(top))
            self._arrays[name][start:end] = lookup[batch.codes[name]]
        for name in ("time", "ids", "crc", "index"):
            self._room(name, end)
            self._arrays[name][start:end] = getattr(batch, name)
        self._room("file", end)
        self._arrays["file"][start:end] = batch.file + np.uint32(len(self.files))
        self.issued.append(batch.issuing + np.uint32(start), batch.issued)
        self.files.extend(files)
        self.count = end
        return range(start, end)

    def put(self, name: str, codes: Array, entries: Sequence[Values]) -> None:
        """Add a column, or replace the one of that name; any thread may, one for each name.

        codes: unsigned, one for each row from 0 on, positions in ``entries``, of which the first
        is (). Rows past the end have no value. Both belong to the table from now on.
        """
        if not entries or entries[0] or (len(codes) and int(codes.max()) >= len(entries)):
            raise ValueError(f"the column {name} has codes without an entry")
        before = self.added.get(name)
        self.added[name] = Added(codes, entries, before.version + 1 if before else 1)

    def has_time(self, row: int) -> bool:
        return int(self._arrays["time"][row]) != NO_TIME

    @property
    def nbytes(self) -> int:
        """Bytes held, near enough to bound memory by: arrays, entries, files."""
        entries = sum(
            len(d) * 120 + sum(len(c) for c in d.columns) * 60 for d in self.dimensions.values()
        )
        added = sum(column.nbytes for column in list(self.added.values()))
        arrays = sum(a.nbytes for a in self._arrays.values())
        files = len(self.files) * 300
        return arrays + added + entries + files + self.issued.nbytes

    def _room(self, name: str, needed: int, dtype: np.dtype[Any] | None = None) -> None:
        """Make the array hold ``needed`` rows of a type at least as wide as ``dtype``.

        Untouched spare room costs address space only, so growing by half is cheap in memory.
        """
        old = self._arrays[name]
        wide = old.dtype if dtype is None else np.promote_types(old.dtype, dtype)
        if needed <= len(old) and wide == old.dtype:
            return
        capacity = len(old) if needed <= len(old) else max(needed, len(old) * 3 // 2, 4096)
        new = np.empty((capacity, *old.shape[1:]), wide)
        new[: self.count] = old[: self.count]
        self._arrays[name] = new
