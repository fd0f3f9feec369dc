"""The filter language as a tree, and the errors that point into its text.

A filter is an And, Or or Not of terms. ``And(())`` is the empty filter: every event matches.
Trees are compared by what was meant, so ``eventName:a`` and ``name:a`` are equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct


class Column(Struct, frozen=True):
    """A field of the table; ``name`` is a key of ``fields.COLUMNS`` or ``ADDED``, or ``id``."""

    name: str


class Path(Struct, frozen=True):
    """Members of the record from the top down. Arrays on the way stand for their elements."""

    keys: tuple[str, ...]


class Text(Struct, frozen=True):
    """The whole value, whatever its case. "" is a value that is absent, null or empty."""

    value: str


class Wild(Struct, frozen=True):
    """Literal pieces with anything between them; at least two, and not all of them empty."""

    parts: tuple[str, ...]


class Regex(Struct, frozen=True):
    """An RE2 pattern found anywhere in the value. fold: whatever its case."""

    pattern: str
    fold: bool = False


class Present(Struct, frozen=True):
    """Any value that is not absent, null or empty."""


class Compare(Struct, frozen=True):
    """A number or a time beside the value. op: ``>``, ``>=``, ``<`` or ``<=``.

    text: as typed. bound: the number, or for a time milliseconds since 1970 UTC.
    """

    op: str
    text: str
    bound: int | float
    is_time: bool = False


class Network(Struct, frozen=True):
    """Addresses within a block, as ``10.0.0.0/8`` or ``2001:db8::/32``."""

    text: str


class Term(Struct, frozen=True):
    """A field that has any of the values."""

    field: Column | Path
    values: tuple[Value, ...]


class Word(Struct, frozen=True):
    """A text anywhere in the record's keys and values, whatever its case."""

    text: str


class Flag(Struct, frozen=True):
    """``is:`` or ``has:`` any of the named properties."""

    prefix: str
    names: tuple[str, ...]


class Time(Struct, frozen=True):
    """Events from ``start`` on and before ``stop``, milliseconds since 1970 UTC; None is open.

    name, op, text: as typed, ``since:24h`` or ``eventTime:>2024-01-15``. A relative time stays
    relative when it is printed.
    """

    name: str
    op: str
    text: str
    start: int | None
    stop: int | None


class And(Struct, frozen=True):
    parts: tuple[Node, ...]


class Or(Struct, frozen=True):
    parts: tuple[Node, ...]


class Not(Struct, frozen=True):
    part: Node


Field: TypeAlias = Column | Path
Value: TypeAlias = Text | Wild | Regex | Present | Compare | Network
Leaf: TypeAlias = Term | Word | Flag | Time
Node: TypeAlias = Leaf | And | Or | Not

EVERYTHING = And(())


def all_of(parts: Iterable[Node]) -> Node:
    """And of the parts, without an And directly inside an And."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else (part,))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(parts: Iterable[Node]) -> Node:
    """Or of the parts, at least one, without an Or directly inside an Or."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else (part,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negate(node: Node) -> Node:
    return node.part if isinstance(node, Not) else Not(node)


class FilterError(ValueError):
    """A filter that cannot be read.

    message: what is wrong or was expected. column, end: the characters it is about, from 0, end
    exclusive. hint: what to write instead; may be empty.
    """

    def __init__(self, message: str, column: int, end: int, hint: str = "") -> None:
        super().__init__(message, column, end, hint)
        self.message = message
        self.column = column
        self.end = end
        self.hint = hint

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"column {self.column + 1}: {self.message}{hint}"


class Incomplete(FilterError):
    """The text reads as a filter that is still being typed."""
