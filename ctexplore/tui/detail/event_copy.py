"""What ``y`` copies of an event: exact where that is safe to paste, and never a masked secret."""

from __future__ import annotations

import re
from typing import NamedTuple

from ctexplore.text import safe
from ctexplore.trail.console import event_link
from ctexplore.trail.facts import text
from ctexplore.trail.node import Number, Object, dump, path_of, quote
from ctexplore.tui.detail.json_rows import JsonRows, Row
from ctexplore.tui.detail.json_search import holds_secret

_NOT_ASCII = re.compile(r"[^ -~]")
_AS_JSON = "as JSON, since it holds characters that act or hide on a terminal"


class Copied(NamedTuple):
    """text: "" when nothing is copied. note: what to know about it, or why it is nothing."""

    text: str
    note: str = ""


def copy_text(text: str) -> Copied:
    """A text as it is where that is safe to paste, else as JSON."""
    return Copied(text) if _plain(text) else Copied(_escaped(quote(text)), _AS_JSON)


def copy_value(rows: JsonRows, row: Row) -> Copied:
    """A text as it is, anything else as JSON with its exact digits."""
    value = row.value
    if not rows.shown and holds_secret(rows, row):
        return Copied("", "not copied: it is or holds a masked secret (x shows it)")
    if not isinstance(value, str):
        return as_json(dump(value)) if isinstance(value, Object | list) else Copied(dump(value))
    document = rows.document(value)
    if document is not None:
        text, note = as_json(dump(document))
        return Copied(text, note or "the document that the text holds")
    return copy_text(value)


def copy_key(row: Row) -> Copied:
    """The key, or the index in a list."""
    key = "" if row.key is None else str(row.key)
    if not key:
        return Copied("", "not copied: there is no key here")
    return copy_text(key)


def copy_path(row: Row) -> Copied:
    """The path as filters take it; for what is inside a text, the path goes on from there."""
    path = path_of(row.path)
    return Copied(path) if path else Copied("", "not copied: the record has no path")


def copy_event(rows: JsonRows | None, record: bytes) -> Copied:
    """The bytes as CloudTrail wrote them; what is not UTF-8 by surrogateescape."""
    text = record.decode("utf-8", "surrogateescape")
    if rows is not None and holds_secret(rows, rows.root):
        return Copied(text, "it holds a secret")
    return Copied(text)


def copy_row(cells: tuple[str, ...]) -> Copied:
    """The list's columns, tabs between them."""
    return Copied("\t".join(map(safe, cells)))


def copy_file(where: list[str]) -> Copied:
    """The address of the log file, of several the first."""
    if not where:
        return Copied("", "not copied: no file is known")
    uri = where[0].rpartition(" record ")[0] or where[0]
    return copy_text(uri)


def copy_link(record: object) -> Copied:
    """The event's page in the AWS console."""
    if not isinstance(record, Object):
        return Copied("", "not copied: no event is shown")
    link = event_link(text(record, "awsRegion"), text(record, "eventID"))
    if not link:
        return Copied("", "not copied: no event id, or a region whose console is not known")
    category = text(record, "eventCategory")
    if category in ("", "Management"):
        return Copied(link, "Event history keeps it 90 days")
    return Copied(link, f"Event history has no {category} events")


def value_text(value: Number | str | bool | None) -> str:
    """A leaf as a filter takes it: a text without quotes, a number by its digits."""
    if isinstance(value, str | Number):
        return str(value)
    return "null" if value is None else "true" if value else "false"


def _plain(text: str) -> bool:
    """Whether text is safe to paste as it is; a backslash that looks like an escape is."""
    bare = text.replace("\\", "/")
    return safe(bare) == bare


def as_json(text: str) -> Copied:
    """JSON as it is where that is safe to paste, else the same in ASCII."""
    return Copied(text) if _plain(text) else Copied(_escaped(text), _AS_JSON)


def _escaped(text: str) -> str:
    """The same JSON in ASCII; only its texts can hold anything else."""
    return _NOT_ASCII.sub(lambda found: _escape(found[0]), text)


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
