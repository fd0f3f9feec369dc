"""Brings the record under the cursor from disk or network, the latest wish only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from ctexplore.sources.source import SourceError
from ctexplore.store.columns.copies import Copies
from ctexplore.store.session import Session

# Rest before a record is read: holding an arrow key must not read one record per row.
_REST = 0.15


@dataclass
class RecordRead(Message):
    """The record of ``row``, or why it cannot be read. where: the files that hold it."""

    generation: int
    row: int
    record: bytes | None
    where: list[str]
    error: str = ""


class Reader:
    """One daemon thread; ``want`` replaces what was wanted before."""

    def __init__(self, session: Session, post: Callable[[Message], Any], generation: int) -> None:
        self._session = session
        self._post = post
        self._generation = generation
        self._wanted: tuple[int, Copies, float] | None = None
        self._wake = threading.Event()
        self._closed = False
        threading.Thread(target=self._work, name="record", daemon=True).start()

    def want(self, row: int, copies: Copies, *, at_once: bool = False) -> None:
        self._wanted = row, copies, 0.0 if at_once else _REST
        self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._wake.set()

    def _work(self) -> None:
        answered = None
        while True:
            self._wake.wait()
            self._wake.clear()
            wanted = self._wanted
            if self._closed:
                return
            if wanted is None or wanted is answered or self._wake.wait(wanted[2]):
                continue
            self._post(self._read(wanted[0], wanted[1]))
            answered = wanted

    def _read(self, row: int, copies: Copies) -> RecordRead:
        table, uri = self._session.table, self._session.source.uri
        where = [
            f"{uri(table.files[int(table.file[r])].key)} record {int(table.index[r]) + 1}"
            for r in (row, *copies.of_row(row).tolist())
        ]
        try:
            return RecordRead(self._generation, row, self._session.records.one(row), where)
        except SourceError as error:
            return RecordRead(self._generation, row, None, where, str(error))
