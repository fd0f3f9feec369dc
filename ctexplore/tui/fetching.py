"""A record for one use: copied or printed. Read beside the screen's thread, once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from ctexplore.sources.source import SourceError
from ctexplore.store.session import Session
from ctexplore.trail.exact import JsonError, parse
from ctexplore.tui.detail.event_copy import Copied, copy_event, copy_link
from ctexplore.tui.detail.json_rows import JsonRows
from ctexplore.tui.feed import Failed
from ctexplore.tui.printing import record_lines


@dataclass
class RecordFetched(Message):
    """copied: to copy. lines: to print instead. error: why there is neither."""

    generation: int
    copied: Copied | None = None
    lines: list[str] | None = None
    error: str = ""


def fetch(
    session: Session, row: int, what: str, post: Callable[[Message], Any], generation: int
) -> None:
    """Read a row's record on a daemon thread, to ``copy``, for its ``link`` or to ``print``."""

    def work() -> None:
        try:
            record = session.records.one(row)
        except (SourceError, IndexError) as error:
            post(RecordFetched(generation, error=str(error)))
            return
        if what == "link":
            post(RecordFetched(generation, copied=_link(record)))
        elif what == "copy":
            post(RecordFetched(generation, copied=_copied(record)))
        else:
            post(RecordFetched(generation, lines=list(record_lines(record))))

    def guarded() -> None:
        try:
            work()
        except Exception as error:
            post(Failed(generation, error))

    threading.Thread(target=guarded, name="fetch", daemon=True).start()


def _link(record: bytes) -> Copied:
    try:
        return copy_link(parse(record).root)
    except JsonError as error:
        return Copied("", f"not copied: {error}")


def _copied(record: bytes) -> Copied:
    try:
        return copy_event(JsonRows(parse(record).root), record)
    except JsonError:
        return copy_event(None, record)
