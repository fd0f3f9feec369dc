"""Columns that rooms above add to the table: what they found out about its events.

An ``Added`` is what readers see and never changes; a ``Draft`` is where one thread collects what
it finds, and ``put`` shows it to everybody in one step.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from ctexplore.store.columns.table import Table

Array = npt.NDArray[Any]
Values = tuple[str, ...]


class Added:
    """One such column. An event may have several values.

    entries: the distinct sets of values, none of them "" and each once; the first is (), no
    value. version: another one with
    every change. Rows that came later than the column have no value.
    """

    __slots__ = ("_codes", "entries", "version")

    def __init__(self, codes: Array, entries: Sequence[Values], version: int) -> None:
        """codes: unsigned[rows], positions in ``entries``; neither may be changed any more."""
        self._codes = codes
        self.entries = tuple(entries)
        self.version = version

    def codes(self, start: int, stop: int) -> Array:
        """Unsigned[stop - start], positions in ``entries`` of a range of rows."""
        known = self._codes[start:stop]
        if len(known) == stop - start:
            return known
        return np.concatenate([known, np.zeros(stop - start - len(known), self._codes.dtype)])

    def codes_of(self, rows: Array) -> Array:
        """Unsigned[len(rows)], positions in ``entries`` of some rows."""
        if not len(self._codes):
            return np.zeros(len(rows), self._codes.dtype)
        # What is past the end takes the code of the last row, and loses it again.
        found: Array = self._codes.take(rows, mode="clip")
        if len(rows) and int(rows.max()) >= len(self._codes):
            found[np.asarray(rows) >= len(self._codes)] = 0
        return found

    def values(self, row: int) -> Values:
        """The values of one event."""
        return self.entries[int(self._codes[row])] if row < len(self._codes) else ()

    def texts(self) -> list[str]:
        """One text for each of ``entries``: "" is no value, several are a JSON array."""
        return [one_text(values) for values in self.entries]

    @property
    def nbytes(self) -> int:
        """Bytes held, near enough."""
        return self._codes.nbytes + sum(60 + 60 * len(values) for values in self.entries)


class Draft:
    """What one thread collects of a column; nobody sees it before ``put``."""

    def __init__(self, name: str) -> None:
        """name: as filters call the column, one of ``query.fields.ADDED``."""
        self.name = name
        self._codes: Array = np.zeros(0, np.uint8)
        self._numbers: dict[Values, int] = {(): 0}

    def set(self, rows: Array | slice, values: Values) -> None:
        """Give these rows, by number or from ``start`` to ``stop``, these values and no other."""
        values = tuple(dict.fromkeys(filter(None, values)))
        code = self._numbers.setdefault(values, len(self._numbers))
        needed = rows.stop if isinstance(rows, slice) else int(np.max(rows, initial=0)) + 1
        kind = np.promote_types(self._codes.dtype, np.min_scalar_type(code))
        if needed > len(self._codes) or kind != self._codes.dtype:
            grown = np.zeros(max(needed, len(self._codes)), kind)
            grown[: len(self._codes)] = self._codes
            self._codes = grown
        self._codes[rows] = code

    def put(self, table: Table) -> None:
        """Show what was collected, in place of what was put before under this name."""
        table.put(self.name, self._codes.copy(), tuple(self._numbers))


def one_text(values: Sequence[str]) -> str:
    """Values as one text: "" is none, one is itself, several are a JSON array."""
    if len(values) > 1:
        return json.dumps(values, ensure_ascii=False)
    return values[0] if values else ""
