"""The filter language as a tree, and the errors that point into its text.

A filter is an And, Or or Not of terms. ``And(())`` is the empty filter: every event matches.
Trees are compared by what was meant, so ``eventName:a`` and ``name:a`` are equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the table; ``name`` is a key of ``fields.COLUMNS`` or ``ADDED``, or ``id``."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """Members of the record from the top down. Arrays on the way stand for their elements."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The whole value, whatever its case. "" is a value that is absent, null or empty."""

    value: str


@dataclass(frozen=True, slots=True)
class Wild:
    """Literal pieces with anything between them; at least two, and not all of them empty."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regex:
    """An RE2 pattern found anywhere in the value. fold: whatever its case."""

    pattern: str
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """Any value that is not absent, null or empty."""


@dataclass(frozen=True, slots=True)
class Compare:
    """A number or a time beside the value. op: ``>``, ``>=``, ``<`` or ``<=``.

    text: as typed. bound: the number, or for a time milliseconds since 1970 UTC.
    """

    op: str
    text: str
    bound: int | float
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """Addresses within a block, as ``10.0.0.0/8`` or ``2001:db8::/32``."""

    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A field that has any of the values."""

    field: Column | Path
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A text anywhere in the record's keys and values, whatever its case."""

    text: str


@dataclass(frozen=True, slots=True)
class Flag:
    """``is:`` or ``has:`` any of the named properties."""

    prefix: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Time:
    """Events from ``start`` on and before ``stop``, milliseconds since 1970 UTC; None is open.

    name, op, text: as typed, ``since:24h`` or ``eventTime:>2024-01-15``. A relative time stays
    relative when it is printed.
    """

    name: str
    op: str
    text: str
    start: int | None
    stop: int | None


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
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
