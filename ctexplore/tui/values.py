"""What records say in columns that the table does not have, for lines lately in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from textual.cache import LRUCache
from textual.message import Message

from ctexplore.store.order import View
from ctexplore.tui.columns import Value

_KEPT = 5000  # events


@dataclass
class ValuesWanted(Message):
    """Somebody looks at these events of a view: what do their records say in these columns?"""

    view: View
    rows: list[int]
    names: tuple[str, ...]

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, ValuesWanted)


class Values:
    """Texts by row number and column name; those of one table."""

    def __init__(self) -> None:
        self._texts: LRUCache[int, dict[str, str]] = LRUCache(_KEPT)
        self._readers: dict[str, Value] = {}

    def of(self, name: str) -> Value:
        """What reads the column here; the same each time, so that what is drawn can be kept."""

        def read(_view: View, row: int) -> str | None:
            return self._texts.get(row, {}).get(name)

        return self._readers.setdefault(name, read)

    def missing(self, rows: Iterable[int], names: Sequence[str]) -> list[int]:
        """The rows of which one of the columns is not known."""
        return [row for row in rows if not self._texts.get(row, {}).keys() >= set(names)]

    def add(self, texts: Mapping[int, Mapping[str, str]]) -> None:
        for row, more in texts.items():
            self._texts[row] = {**self._texts.get(row, {}), **more}

    def clear(self) -> None:
        self._texts.clear()
