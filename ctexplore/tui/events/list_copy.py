"""What ``y`` copies of a line of the list, but for the event, whose record must be read first."""

from __future__ import annotations

from collections.abc import Iterable

from ctexplore.store.columns.order import View
from ctexplore.trail.secrets import veil
from ctexplore.tui.detail.event_copy import Copied, copy_row, copy_text
from ctexplore.tui.events.columns import Column, path_of

_NOTES = {
    "who": "its label is made of several members",
    "error": "else errorMessage, or what a failed login answered",
}
_TARGET = "not copied: the target is taken from resources, else from requestParameters or response"


def copy_cell(shown: Column, view: View, row: int) -> Copied:
    """The value as the log has it."""
    value = shown.value(view, row)
    if value is None:
        return Copied("", "not copied: not read yet, not a single value, or a masked secret")
    if not value:
        return Copied("", f"not copied: the event has no {shown.name}")
    if veil(value) != value:
        return Copied("", "not copied: it holds a masked secret (enter, then x shows it)")
    return copy_text(value)


def copy_field(shown: Column) -> Copied:
    """The field as filters name it."""
    return copy_text("at" if shown.name == "time" else shown.name)


def copy_path(shown: Column) -> Copied:
    """The member of the record that CloudTrail keeps it in."""
    if not shown.path:
        many = f"not copied: {shown.name} is made of several members of the record"
        return Copied("", _TARGET if shown.name == "target" else many)
    return copy_text(shown.path)._replace(note=_NOTES.get(shown.name, ""))


def line_cells(columns: Iterable[Column], view: View, row: int) -> tuple[str, ...]:
    """The columns' values in full; times in UTC, secrets masked."""
    return tuple(
        c.text(view, row) if path_of(c.name) else veil(c.value(view, row) or "") for c in columns
    )


def copy_line(columns: Iterable[Column], view: View, row: int) -> Copied:
    """What the line says, whole, tabs between its cells."""
    return copy_row(line_cells(columns, view, row))


def copy_files(uris: list[str]) -> Copied:
    """The addresses of the log files that hold the event or a copy of it, one a line."""
    copied = [copy_text(uri) for uri in dict.fromkeys(uris)]
    notes = {c.note for c in copied if c.note}
    return Copied("\n".join(c.text for c in copied), " ".join(notes))
