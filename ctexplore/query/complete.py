"""What could stand at the cursor of a filter that is being typed."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from ctexplore.query.canonical import value_text
from ctexplore.query.facets import RowNumbers, complete
from ctexplore.query.fields import (
    ADDED,
    FLAGS,
    MEMBERS,
    OWN,
    SHORT,
    TIMES,
    TOP_LEVEL,
    UnknownField,
    resolve,
)
from ctexplore.query.lexer import Token, tokens
from ctexplore.query.syntax import Column
from ctexplore.store.columns.table import Table
from ctexplore.text import clip
from ctexplore.trail.accounts import NAMES

_OF_ACCOUNTS = ("account", "idaccount", "recipientaccountid")
_LABEL = 56  # characters of a name and its filter
_MOMENTS = ("1h", "24h", "7d", "today", "yesterday", "monday")


class Completion(Struct, frozen=True):
    """Replace the characters ``start`` to ``end`` by ``insert``.

    label: what to show, as the log has it: not safe for a screen. count: events with this
    value, or None where it is no value. note: what else there is to say of it, not safe either.
    """

    start: int
    end: int
    insert: str
    label: str
    count: int | None = None
    note: str = ""


def completions(
    text: str, cursor: int, table: Table, rows: RowNumbers | None = None, limit: int = 20
) -> list[Completion]:
    """Fields and flags where a term starts, loaded values (counted in ``rows``, None for all
    events) after a field; the best first. Never raises."""
    before = tokens(text[:cursor])
    last = before[-1] if before else None
    if last is None or last.end < cursor or last.kind not in ("word", "value", "regex"):
        return _names("", cursor, cursor, limit)
    # What stands right of the cursor belongs to the same word or value and is replaced with it.
    end = next((t.end for t in tokens(text) if t.start == last.start and t.end >= cursor), cursor)
    if last.kind == "word":
        return [] if last.quoted else _names(last.text, last.start, end, limit)
    field = next(t for t in reversed(before) if t.kind == "field")
    if last.kind == "regex" or last.op or len(last.parts) > 1:
        return []
    taken = {t.parts[0].casefold() for t in before[before.index(field) : -1] if t.kind == "value"}
    found = _values(field, last.parts[0], table, rows, limit + len(taken))
    left = [c for c in found if c[0].casefold() not in taken][:limit]
    offered = [Completion(last.start, end, value_text(v), v, count) for v, count in left]
    return _with_names(offered, field, last, end, taken)[:limit]


def _with_names(
    offered: list[Completion], field: Token, last: Token, end: int, taken: set[str]
) -> list[Completion]:
    """Accounts' names beside their ids, and those names that begin with what was typed."""
    if field.text.lower() not in _OF_ACCOUNTS or not len(NAMES):
        return offered
    typed = last.parts[0].casefold()
    names: dict[str, list[str]] = {}
    for account, known in NAMES.known().items():
        if typed and known.name.casefold().startswith(typed) and known.name.casefold() not in taken:
            names.setdefault(known.name, []).append(account)
    named = [
        Completion(last.start, end, value_text(name), name, None, ", ".join(accounts))
        for name, accounts in names.items()
    ]
    return [*named, *(replace(c, note=NAMES.name(c.label)) for c in offered)]


def is_value(typed: str, offered: list[Completion]) -> bool:
    """Whether a value is one of those that there are, not the beginning of some."""
    found = [c.label.casefold() for c in offered]
    typed = typed.casefold()
    return typed in found or not any(label.startswith(typed) for label in found)


def named(text: str, cursor: int, filters: Mapping[str, str]) -> list[Completion]:
    """Filters that have a name, where a term starts and the beginning of the name was typed, or
    nothing at all. A name may be several words."""
    before = text[:cursor].casefold()
    if before.strip() and before[-1].isspace():
        return []
    found = []
    for name, filter_ in filters.items():
        typed = _typed(before, name.casefold())
        if not before.strip() or typed:
            start = cursor - typed
            alone = not (text[:start] + text[cursor:]).strip()
            insert = filter_ if alone else f"({filter_})"
            found.append(Completion(start, cursor, insert, clip(f"{name} · {filter_}", _LABEL)))
    return found


def _typed(before: str, name: str) -> int:
    """How much of a name the text ends with, from the name's first letter on."""
    for count in range(min(len(before), len(name)), 0, -1):
        starts = len(before) == count or before[-count - 1] in " \t(-"
        if starts and before.endswith(name[:count]):
            return count
    return 0


def _names(typed: str, start: int, end: int, limit: int) -> list[Completion]:
    flags = [f"{prefix}:{name}" for prefix, names in FLAGS.items() for name in names]
    short = [f"{name}:" for name in (*SHORT, *ADDED, *TIMES)]
    long = [f"{name}:" for name in (*OWN, *MEMBERS, *TOP_LEVEL)] if typed else []
    names = dict.fromkeys((*short, *flags, *long))
    lower = typed.lower()
    found = [name for name in names if name.lower().startswith(lower)]
    return [Completion(start, end, name, name) for name in found[:limit]]


def _values(
    field: Token, typed: str, table: Table, rows: RowNumbers | None, limit: int
) -> list[tuple[str, int | None]]:
    name = field.text.lower()
    if name in FLAGS or name in TIMES:
        known = FLAGS.get(name, _MOMENTS)
        return [(k, None) for k in known if k.startswith(typed.lower())]
    try:
        column = resolve(field.text, field.keys)
    except UnknownField:
        return []
    if not isinstance(column, Column) or column.name == "id":
        return []
    if column.name in ADDED and column.name not in table.added:
        offered = ADDED[column.name].values
        return [(k, None) for k in offered if k.startswith(typed.lower())]
    return list(complete(table, column.name, typed, rows, limit))
