"""From an event to one line of the list: text and as few styled segments as will do."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import NamedTuple

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.strip import Strip

from ctexplore.store.order import View
from ctexplore.store.table import Table
from ctexplore.tui.columns import GAP, Layout, event_severity

GUTTER = 2  # cells before the first column: cursor and mark
_KEPT = 2000  # lines; some ten screens of a large terminal


class Line(NamedTuple):
    """What a line of the list shows, beside its look: equal lines are drawn alike."""

    row: int
    copies: int
    cursor: bool
    marked: bool


@dataclass(frozen=True)
class Look:
    """Everything that decides how all lines are drawn.

    shift: cells scrolled sideways. severities: by level, of whole rows. error and cursor are
    laid over these; a cursor with a text colour of its own covers both. bar: the cursor's sign.
    """

    table: Table
    columns: Layout
    width: int
    shift: int
    severities: tuple[Style, ...]
    error: Style
    cursor: Style
    bar: str


def lines_of(
    view: View, first: int, last: int, cursor: int | None, marked: Container[int]
) -> list[Line]:
    """The lines of the positions from ``first`` to ``last``, given the row under the cursor."""
    rows = view.rows[first : last + 1]
    folded = view.copies.of
    copies = folded.searchsorted(rows, "right") - folded.searchsorted(rows, "left")
    return [
        Line(row, many, row == cursor, row in marked)
        for row, many in zip(rows.tolist(), copies.tolist(), strict=True)
    ]


def total_width(columns: Layout) -> int:
    """Cells of a whole line, gutter and gaps included."""
    return GUTTER + sum(w for _, w in columns) + GAP * (len(columns) - 1)


def title_line(columns: Layout, width: int, shift: int, style: Style) -> Strip:
    """The titles of the columns."""
    text = " " * GUTTER + (" " * GAP).join(c.head(w) for c, w in columns)
    return Strip([Segment(text, style)]).crop_extend(shift, shift + width, style)


def message_lines(message: Text, width: int, height: int, console: Console) -> list[Strip]:
    """A text in the middle of ``height`` lines of ``width`` cells, from the first line on."""
    lines = message.wrap(console, max(1, width), justify="center", overflow="fold")
    above = [Strip([])] * max(0, (height - len(lines)) // 2)
    return above + [Strip(line.render(console, end="")) for line in lines[:height]]


class RowPainter:
    """Draws lines and keeps them for as long as the look stays the same."""

    def __init__(self) -> None:
        self._look: Look | None = None
        self._strips: LRUCache[Line, Strip] = LRUCache(_KEPT)

    def paint(self, view: View, line: Line, look: Look) -> Strip:
        if look is not self._look and look != self._look:
            self._look = look
            self._strips.clear()
        strip = self._strips.get(line)
        if strip is None:
            strip = self._strips[line] = _draw(view, line, look)
        return strip


def _draw(view: View, line: Line, look: Look) -> Strip:
    style = look.severities[event_severity(view, line.row)]
    error = look.error
    if line.cursor:
        style += look.cursor
        error = Style.null() if look.cursor.color else error
    pieces = [(look.bar if line.cursor else " ") + ("*" if line.marked else " ")]
    segments: list[Segment] = []
    for column, width in look.columns:
        if len(pieces) > 1:
            pieces.append(" " * GAP)
        cell = column.cell(view, line.row, width)
        # A segment of its own costs some twenty bytes on the wire, so only a real error has one.
        if column.name == "error" and error and not cell.isspace():
            said = cell.rstrip()
            segments += [Segment("".join(pieces), style), Segment(said, style + error)]
            pieces = ["", cell[len(said) :]]
        else:
            pieces.append(cell)
    segments.append(Segment("".join(pieces), style))
    strip = Strip(segments, total_width(look.columns))
    return strip.crop_extend(look.shift, look.shift + look.width, style)
