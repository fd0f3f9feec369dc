"""A report as blocks of plain text, which two writers turn into HTML and Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Heading:
    """level: 1 is the title. loud: whether it is about something that failed or destroyed."""

    level: int
    text: str
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names of ours, each with a text that may be anybody's."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows below titles of ours. loud: the rows that speak loudest."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    loud: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of code, each safe for a screen."""

    lines: tuple[str, ...]


Block: TypeAlias = Heading | Facts | Grid | Listing
