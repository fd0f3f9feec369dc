"""What records say in columns that the table does not have, for lines lately in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.cache import LRUCache

from ctexplore.store.columns.order import View
from ctexplore.tui.events.columns import Value
from ctexplore.tui.events.record_cells import Cell

_KEPT = 5000  # events


class Values:
    """Cells by row number and column name; those of one table."""

    def __init__(self) -> None:
        self._cells: LRUCache[int, Mapping[str, Cell | None]] = LRUCache(_KEPT)
        self._readers: dict[str, tuple[Value, Value]] = {}

    def of(self, name: str) -> tuple[Value, Value]:
        """What reads the value and the text of a column here; the same each time, so that what
        is drawn can be kept."""

        def value(_view: View, row: int) -> str | None:
            found = self.get(row, name)
            return found.value if found else None

        def text(_view: View, row: int) -> str | None:
            found = self.get(row, name)
            return found.text if found else None

        return self._readers.setdefault(name, (value, text))

    def get(self, row: int, name: str) -> Cell | None:
        """None while it is not read, and when the record could not be read."""
        return self._cells.get(row, {}).get(name)

    def missing(self, rows: Iterable[int], names: Sequence[str]) -> list[int]:
        """The rows of which nobody tried to read all of these columns."""
        return [row for row in rows if not self._cells.get(row, {}).keys() >= set(names)]

    def add(self, cells: Mapping[int, Mapping[str, Cell | None]]) -> None:
        for row, more in cells.items():
            self._cells[row] = {**self._cells.get(row, {}), **more}

    def clear(self) -> None:
        self._cells.clear()
