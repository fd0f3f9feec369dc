"""A report as blocks of plain text, which two writers turn into HTML and Markdown."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct, field


class Heading(Struct, frozen=True):
    """level: 1 is the title. loud: whether it is about something that failed or destroyed."""

    level: int
    text: str
    loud: bool = False


class Facts(Struct, frozen=True):
    """Names of ours, each with a text that may be anybody's."""

    rows: tuple[tuple[str, str], ...]


class Grid(Struct, frozen=True):
    """Rows below titles of ours. loud: the rows that speak loudest."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    loud: frozenset[int] = field(default_factory=frozenset)


class Listing(Struct, frozen=True):
    """Lines of code, each safe for a screen."""

    lines: tuple[str, ...]


Block: TypeAlias = Heading | Facts | Grid | Listing
