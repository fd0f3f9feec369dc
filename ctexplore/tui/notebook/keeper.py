"""The thread that has the notebook: disk and records are never waited for by the screen."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from textual.message import Message

from ctexplore.investigate.notebook.book import Notebook, NotebookError
from ctexplore.investigate.notebook.entries import (
    EVENT,
    UNKNOWN,
    Entry,
    event_of,
    integrity_of,
    new_id,
    now,
    plain,
)
from ctexplore.store.columns.stamps import one_id
from ctexplore.store.session import Session

MOST = 2_000
"""Events marked at once that are kept: their records are read and written."""


@dataclass
class Kept(Message):
    """The notebook as it is now. rows: of the places it was asked about, by entry. said: what was
    done, error: why not. pending: whether more is to come."""

    places: Places | None
    entries: tuple[Entry, ...]
    rows: dict[str, int]
    said: str
    error: str
    pending: bool


class Places:
    """Where the notebook's events are in one session's table; the keeper's thread alone writes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows: dict[str, int] = {}
        self._of_row: dict[int, str] = {}
        self._done = 0
        self._sought: frozenset[str] = frozenset()

    def entry_at(self, row: int) -> str:
        """The id of the entry of a row, a new one where there is none."""
        if row not in self._of_row:
            self._put(new_id(), row)
        return self._of_row[row]

    def _put(self, entry: str, row: int) -> None:
        self.rows[entry] = row
        self._of_row[row] = entry

    def find(self, entries: Iterable[Entry]) -> bool:
        """Look for the entries' events among the rows that have come; whether any was found.

        An event is one with the same id and the same bytes; without an id, with the same bytes.
        """
        table, found = self.session.table, False
        sought = {e.id: e for e in entries if e.event is not None and e.id not in self.rows}
        anew = not self._sought >= sought.keys()
        start, count = (0 if anew else self._done), table.count
        self._done, self._sought = count, frozenset(sought)
        if not sought or start == count:
            return False
        events = {i: e.event for i, e in sought.items() if e.event is not None}
        wanted = np.array([event.crc for event in events.values()], np.uint32)
        rows = np.flatnonzero(np.isin(table.crc[start:count], wanted)) + start
        ids, crc = table.ids, table.crc
        by_event = {(int(ids[r, 0]), int(ids[r, 1]), int(crc[r])): int(r) for r in rows[::-1]}
        for entry, event in events.items():
            row = by_event.get((*one_id(event.id), event.crc))
            if row is not None:
                self._put(entry, row)
                found = True
        return found


class Keeper:
    """Does one thing after the other, and tells the screen what the notebook is then."""

    def __init__(self, book: Callable[[], Notebook], post: Callable[[Message], Any]) -> None:
        """book: opens the notebook; raises NotebookError."""
        self._open = book
        self._book: Notebook | None = None
        self._post = post
        self._jobs: queue.Queue[tuple[Callable[[Notebook], str], Places | None] | None] = (
            queue.Queue()
        )
        self._thread = threading.Thread(target=self._work, name="notebook", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[Notebook], str], places: Places | None) -> None:
        """work: what to do; returns what to say, "" for nothing."""
        self._jobs.put((work, places))

    @property
    def busy(self) -> bool:
        return not self._jobs.empty()

    def close(self, seconds: float) -> None:
        """Let what was asked for come to its end."""
        self._jobs.put(None)
        self._thread.join(seconds)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, places = job
            said = error = ""
            try:
                if self._book is None:
                    self._book = self._open()
                said = work(self._book)
                if places is not None:
                    places.find(self._book.entries.values())
            except NotebookError as problem:
                error = str(problem)
            entries = tuple(self._book.entries.values()) if self._book else ()
            rows = dict(places.rows) if places is not None else {}
            self._post(Kept(places, entries, rows, said, error, self.busy))


def mark(places: Places, rows: Iterable[int]) -> Callable[[Notebook], str]:
    """Keep marks on rows, and the records of events that are new in the notebook."""

    def work(book: Notebook) -> str:
        book.refresh()
        _put(book, places, dict.fromkeys(rows, (None, True)))
        return ""

    return work


def unmark(places: Places, rows: Iterable[int]) -> Callable[[Notebook], str]:
    """Take marks away; an event with a note stays."""

    def work(book: Notebook) -> str:
        book.refresh()
        known = [book.entries.get(places.entry_at(row)) for row in rows]
        marked = [entry for entry in known if entry is not None and entry.marked]
        book.take_out(*(e.id for e in marked if not e.text))
        book.put(*(msgspec.structs.replace(e, marked=False) for e in marked if e.text))
        return ""

    return work


def note(places: Places, row: int, text: str) -> Callable[[Notebook], str]:
    """Write a note on a row's event, or write it anew."""

    def work(book: Notebook) -> str:
        book.refresh()
        _put(book, places, {row: (plain(text), None)})
        return f"noted in {book.file}"

    return work


def _put(book: Notebook, places: Places, wanted: dict[int, tuple[str | None, bool | None]]) -> None:
    """Entries on rows with another text or mark, None being the one they have."""
    places.find(book.entries.values())
    put = []
    for row, (text, marked) in wanted.items():
        entry_id = places.entry_at(row)
        entry = book.entries.get(entry_id)
        if entry is None:
            entry = Entry(entry_id, EVENT, now(), event=event_of(places.session, row))
        verdict = integrity_of(places.session, row)
        if verdict != UNKNOWN:
            entry = msgspec.structs.replace(entry, integrity=verdict)
        if text is not None:
            entry = msgspec.structs.replace(entry, text=text)
        if marked is not None:
            entry = msgspec.structs.replace(entry, marked=marked)
        put.append((row, entry))
    book.put(*(entry for _, entry in put))
    lacking = {row: e.id for row, e in put if book.record(e.id) is None}
    if lacking:
        rows = np.array(sorted(lacking), np.uint32)
        read = places.session.records.read(rows)
        book.keep_records((lacking[row], record) for row, record in read)


def judge(places: Places) -> Callable[[Notebook], str]:
    """Take over verdicts on log files that came since their events were noted."""

    def work(book: Notebook) -> str:
        book.refresh()
        put = []
        for entry_id, row in places.rows.items():
            entry, verdict = book.entries.get(entry_id), integrity_of(places.session, row)
            if entry is not None and verdict not in (UNKNOWN, entry.integrity):
                put.append(msgspec.structs.replace(entry, integrity=verdict))
        book.put(*put)
        return ""

    return work


def nothing(book: Notebook) -> str:
    """Only look what there is."""
    book.refresh()
    return ""
