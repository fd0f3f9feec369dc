"""What a notebook holds: events that were marked or noted, and filters with a title."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Final

import msgspec

from ctexplore.investigate.integrity.verdicts import COLUMN
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.stamps import id_text
from ctexplore.store.session import Session

# Kinds of entries. Others may come (``chain``): what has a filter is shown as one.
EVENT: Final = "event"
FILTER: Final = "filter"
UNKNOWN: Final = "unknown"

_COLUMNS: Final = (
    "name", "source", "who", "actor", "key", "ip", "region", "account", "error", "target",
    "agent", "readonly", "category", "idtype", "idaccount",
)  # fmt: skip


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event as the list shows it, and where its record lies.

    time: milliseconds since 1970 UTC, None where the record has none that can be read. columns:
    by their names in the language. uri: of the log file, as a person writes it. version: its ETag
    or time of change. index: the record's position in the file, from 0. crc: CRC-32 of the
    record's bytes.
    """

    id: str
    time: int | None
    columns: dict[str, str]
    uri: str
    key: str
    version: str
    size: int
    index: int
    crc: int

    def column(self, name: str) -> str:
        return self.columns.get(name, "")

    @property
    def said_time(self) -> str:
        if self.time is None:
            return "no time"
        at = datetime.fromtimestamp(self.time / 1000, UTC)
        return at.strftime("%Y-%m-%d %H:%M:%S")


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """kind: EVENT, FILTER or another. made: when, ISO 8601 UTC. text: the note, or a filter's
    title. marked: whether the event has a mark, beside its note or without one. integrity: what
    digests say of its log file, as far as that was known."""

    id: str
    kind: str
    made: str
    text: str = ""
    filter: str = ""
    event: Event | None = None
    marked: bool = False
    integrity: str = UNKNOWN


def new_id() -> str:
    return secrets.token_hex(8)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def event_of(session: Session, row: int) -> Event:
    """The event of a row, without its record: columns and its place are at hand."""
    table = session.table
    file = table.files[int(table.file[row])]
    high, low = (int(half) for half in table.ids[row])
    time = int(table.time[row])
    columns = {name: text for name in _COLUMNS if (text := plain(table.text(name, row)))}
    return Event(
        id_text(high, low) if high or low else "",
        None if time == NO_TIME else time,
        columns,
        plain(session.source.uri(file.key)),
        plain(file.key),
        file.version,
        file.size,
        int(table.index[row]),
        int(table.crc[row]),
    )


def integrity_of(session: Session, row: int) -> str:
    """What digests said of the event's log file, as far as that is known now."""
    column = session.table.added.get(COLUMN)
    return ", ".join(column.values(row) if column else ()) or UNKNOWN


def filter_entry(title: str, text: str, kind: str = FILTER) -> Entry:
    return Entry(new_id(), kind, now(), plain(title), plain(text))


def plain(text: str) -> str:
    """Text that JSON can hold: what is no UTF-8 as ``\\udcff``."""
    return text.encode("utf-8", "backslashreplace").decode()
