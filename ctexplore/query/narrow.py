"""A filter's text with one value more or less: only this, not this, this one too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from ctexplore.query.canonical import canonical, value_text
from ctexplore.query.fields import ADDED, COLUMNS, FLAGS, TIMES, resolve
from ctexplore.query.lexer import keys_of
from ctexplore.query.match import DOMAIN
from ctexplore.query.parse import parse
from ctexplore.query.syntax import (
    And,
    Column,
    FilterError,
    Flag,
    Node,
    Not,
    Present,
    Term,
    Text,
    Value,
    all_of,
    any_of,
    negate,
)


def only(text: str, field: str, value: str) -> str:
    """The filter narrowed to events with this value of the field; "" is no value.

    An earlier term on the same column gives way, for the new one says more.
    """
    raw, parts = _read(text, field, value)
    term, column = _tidy(raw), _single_column(raw)
    kept = [p for p in parts if column is None or _single_column(_bare(p)) != column]
    return canonical(all_of([*kept, term] if term not in kept else kept))


def exclude(text: str, field: str, value: str) -> str:
    """The filter narrowed to events without this value of the field; "" is no value.

    Among several values that it asks for, this one goes; a term that asks for nothing else gives
    way, since both together would let nothing through.
    """
    term, parts = _read(text, field, value)
    if isinstance(term, Term):
        parts = [p for p in parts if p != _tidy(term) and _wanted(p, term) != ()]
        fewer = _changed(parts, lambda part: _fewer(part, term))
        if fewer is not None:
            return canonical(all_of(fewer))

    def with_more(part: Node) -> Node | None:
        if isinstance(part, Not) and (merged := _merged(part.part, term)):
            return Not(merged)
        return None

    changed = _changed(parts, with_more)
    return canonical(all_of(changed or [*parts, negate(_tidy(term))]))


def also(text: str, field: str, value: str) -> str:
    """The filter widened to events with this value of the field; "" is no value.

    A term on the field takes the value up; a term that excludes it lets it go; without either,
    the events come beside those of the filter.
    """
    term, parts = _read(text, field, value)
    if not parts:
        return canonical(_tidy(term))
    freed = [p for part in parts if (p := _without(part, term)) is not None]
    if freed != parts:
        return canonical(all_of(freed))
    changed = _changed(parts, lambda part: _merged(part, term))
    return canonical(all_of(changed) if changed else any_of([all_of(parts), _tidy(term)]))


def _read(text: str, field: str, value: str) -> tuple[Node, list[Node]]:
    """The term for the value, and the parts that the filter asks for together."""
    now = datetime.now(UTC)  # relative times keep their text, so any moment will do
    node = parse(text, now)
    return _term(field, value, now), list(node.parts) if isinstance(node, And) else [node]


def _term(field: str, value: str, now: datetime) -> Node:
    if field.lower() in FLAGS or field.lower() in TIMES:
        return parse(f"{field}:{value_text(value)}", now)
    if field.lower() == "eventtime" and value:
        with suppress(FilterError):  # what is no time is a text like any other
            return parse(f"at:{value_text(value)}", now)
    found = resolve(field, keys_of(field))
    if found == Column("source"):
        value = value.removesuffix(DOMAIN)
    return Term(found, (Text(value),))


def _tidy(node: Node) -> Node:
    """``-field:*`` for ``field:""``, which says the same less clearly."""
    if isinstance(node, Term) and node.values == (Text(""),):
        return Not(Term(node.field, (Present(),)))
    return node


def _bare(node: Node) -> Node:
    return node.part if isinstance(node, Not) else node


def _single_column(node: Node) -> Column | None:
    """The column of a term, where each event has one value of it. ``who`` looks at several."""
    node = _bare(node)
    if isinstance(node, Term) and isinstance(node.field, Column):
        name = node.field.name
        if name in ADDED:
            return None if ADDED[name].several else node.field
        return node.field if name == "id" or len(COLUMNS[name]) == 1 else None
    return None


def _changed(parts: list[Node], change: Callable[[Node], Node | None]) -> list[Node] | None:
    """The parts with the last that can be changed changed, or None."""
    for place in reversed(range(len(parts))):
        if (new := change(parts[place])) is not None:
            return [*parts[:place], new, *parts[place + 1 :]]
    return None


def _merged(old: Node, new: Node) -> Node | None:
    """One term for either, if both are about the same field."""
    if isinstance(old, Term) and isinstance(new, Term) and old.field == new.field:
        return Term(old.field, tuple(dict.fromkeys((*old.values, *new.values))))
    if isinstance(old, Flag) and isinstance(new, Flag) and old.prefix == new.prefix:
        return Flag(old.prefix, tuple(dict.fromkeys((*old.names, *new.names))))
    return None


def _wanted(part: Node, term: Term) -> tuple[Value, ...] | None:
    """What a part asks for beside the term's value, None where it is about something else."""
    if not isinstance(part, Term) or part.field != term.field:
        return None
    return tuple(v for v in part.values if _plain(part, v) != _plain(term, term.values[0]))


def _plain(term: Term, value: Value) -> Value:
    """The value in one spelling of all that match alike."""
    if not isinstance(value, Text):
        return value
    text = value.value.casefold()
    return Text(text.removesuffix(DOMAIN) if term.field == Column("source") else text)


def _fewer(part: Node, term: Term) -> Node | None:
    """The part without the term's value, where an event has one value of the field only."""
    left = _wanted(part, term)
    if left is None or _single_column(part) is None or len(left) == len(part.values):  # type: ignore[union-attr]
        return None
    return Term(term.field, left)


def _without(part: Node, term: Node) -> Node | None:
    """The part without the term's value among what it excludes; None when nothing is left."""
    if part in (negate(term), negate(_tidy(term))):
        return None
    if isinstance(part, Not) and isinstance(part.part, Term) and isinstance(term, Term):
        excluded = part.part
        if excluded.field == term.field and set(term.values) <= set(excluded.values):
            left = tuple(v for v in excluded.values if v not in term.values)
            return Not(Term(excluded.field, left))
    return part
