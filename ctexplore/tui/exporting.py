"""Writing events to a file beside the screen, on a thread for each file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import Struct
from textual.message import Message

from ctexplore.engines.answer import Answer, Lost, Noting, blocks
from ctexplore.export.chunks import chunks
from ctexplore.export.fields import Field
from ctexplore.export.files import FileError, write_file
from ctexplore.export.formats import CSV
from ctexplore.export.records import TooLarge
from ctexplore.export.vouched import Vouched, beside
from ctexplore.store.columns.batch import Codes
from ctexplore.store.session import Session
from ctexplore.tui.status import megabytes


class Wish(Struct, frozen=True):
    """rows: makes the rows to write, in their order; may take a while. fields: of CSV. reason: why
    a log file is not vouched for, by key; None where nothing was verified."""

    path: Path
    format: str
    rows: Callable[[], Codes]
    fields: tuple[Field, ...]
    replace: bool = False
    reason: Callable[[str], str] | None = None


@dataclass
class ExportEnded(Message):
    """said: one line for the user, not safe for a screen. written: whether there is a file now.

    exists: the file is there already, and was not asked to be replaced. lost: some records
    could not be read.
    """

    export: Export
    said: str
    written: bool = False
    exists: bool = False
    lost: bool = False


class _Stopped(Exception):
    pass


class Export:
    """One file on its way. done, total: events; total is 0 until the rows are known."""

    def __init__(self, session: Session, wish: Wish, post: Callable[[Message], Any]) -> None:
        self.wish = wish
        self.done = self.total = 0
        self._session = session
        self._post = post
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="export", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def stop(self, wait: float = 0) -> None:
        """Write no more and leave nothing behind. wait: seconds to wait for that, at most."""
        self._stop.set()
        if wait:
            self._thread.join(wait)

    def _work(self) -> None:
        self._post(self._write())

    def _write(self) -> ExportEnded:
        wish, session = self.wish, self._session
        lost = Lost(session.source.uri, most=1)
        rows = wish.rows()
        self.total = len(rows)
        answer = Answer(session.table, rows, Noting(session.table, session.records, lost))
        parts = self._watched(blocks([answer]))
        vouched = None
        if wish.reason is not None and wish.format != CSV:
            vouched = Vouched(session.source.uri, wish.reason)
            parts = vouched.noting(parts)
        try:
            made = chunks(wish.format, parts, wish.fields)
            size = write_file(wish.path, made, replace=wish.replace)
            if vouched is not None:
                write_file(beside(wish.path), vouched.lines(), replace=wish.replace)
        except FileError as error:
            return ExportEnded(self, str(error), exists=error.exists)
        except TooLarge as error:
            return ExportEnded(self, f"not exported: {error}")
        except _Stopped:
            return ExportEnded(self, "export stopped, nothing was written")
        events = f"{self.total:,} event{'s' * (self.total != 1)}"
        said = f"{events} in {wish.path}, {megabytes(size)}"
        if vouched is not None:
            said += f"; verdicts in {beside(wish.path).name}"
        if lost.count:
            more = f" and {lost.count - 1:,} more" if lost.count > 1 else ""
            said += f"; could not be read again: {lost.names[0]}{more}"
        return ExportEnded(self, said, written=True, lost=bool(lost.count))

    def _watched(self, answers: Iterable[Answer]) -> Iterator[Answer]:
        for answer in answers:
            if self._stop.is_set():
                raise _Stopped
            yield answer
            self.done += len(answer)
