"""Reads, beside the screen's thread, what records say in columns that the table does not have."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from textual.message import Message

from ctexplore.store.columns.order import View
from ctexplore.store.session import Session
from ctexplore.tui.events.columns import path_of
from ctexplore.tui.events.record_cells import Cell, cells, sort_text

# Rest before records are read: pages that are flown over need none.
_REST = 0.15
MOST_SORTED = 100_000  # events; reading as many records takes some seconds


@dataclass
class CellsWanted(Message):
    """Somebody looks at these rows of a view: what do their records say in these columns?"""

    view: View
    rows: list[int]
    names: tuple[str, ...]

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, CellsWanted)


@dataclass
class CellsRead(Message):
    """By row and column; None where the record could not be read."""

    view: View
    cells: Mapping[int, Mapping[str, Cell | None]]
    unread: int


class CellReader:
    """One daemon thread; ``want`` replaces what was wanted before."""

    def __init__(self, post: Callable[[Message], Any], failed: Callable[[Exception], Any]) -> None:
        """failed: told of an error of ours, which ends the thread."""
        self._post = post
        self._failed = failed
        self._wanted: tuple[Session, CellsWanted] | None = None
        self._wake = threading.Event()
        self._closed = False
        threading.Thread(target=self._work, name="cells", daemon=True).start()

    def want(self, session: Session, wanted: CellsWanted) -> None:
        self._wanted = session, wanted
        self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._wake.set()

    def _work(self) -> None:
        answered = None
        try:
            while not self._closed:
                self._wake.wait()
                self._wake.clear()
                wanted = self._wanted
                if wanted is None or wanted is answered or self._wake.wait(_REST):
                    continue
                self._read(*wanted)
                answered = wanted
        except Exception as error:
            self._failed(error)

    def _read(self, session: Session, wanted: CellsWanted) -> None:
        paths = {name: path_of(name) for name in wanted.names}
        found: dict[int, Mapping[str, Cell | None]] = {}
        for row, raw in session.records.read(np.array(wanted.rows, np.uint32)):
            found[row] = cells(raw, paths)
            latest = self._wanted
            if self._closed or latest is None or latest[1] is not wanted:
                break
        else:
            unread = [row for row in wanted.rows if row not in found]
            found |= dict.fromkeys(unread, dict.fromkeys(wanted.names))
            self._post(CellsRead(wanted.view, found, len(unread)))
            return
        self._post(CellsRead(wanted.view, found, 0))


def can_sort(name: str, count: int) -> bool:
    """Whether so many events can be sorted by a column: each record may have to be read."""
    return count <= MOST_SORTED or not path_of(name)


class SortTexts:
    """The texts by which to sort rows whose column the table does not have; kept for the column
    asked for last."""

    def __init__(self, session: Session, wanted: Callable[[], bool]) -> None:
        """wanted: whether the answer is still worth having."""
        self._session = session
        self._is_wanted = wanted
        self._name = ""
        self._texts: dict[int, str] = {}

    def __call__(self, name: str, rows: np.ndarray[Any, Any]) -> Mapping[int, str]:
        if name != self._name:
            self._name, self._texts = name, {}
        keys = path_of(name)
        if not keys:  # a column that nobody has added yet
            return {}
        missing = [row for row in rows.tolist() if row not in self._texts]
        for row, raw in self._session.records.read(np.array(missing, np.uint32)):
            self._texts[row] = sort_text(raw, keys)
            if not self._is_wanted():
                break
        return self._texts
