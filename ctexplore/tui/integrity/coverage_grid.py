"""The grid of the calendar: a region a line, a day or an hour a column."""

from __future__ import annotations

import os
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ctexplore.investigate.integrity.verdicts import LOUD, Verdict
from ctexplore.tui.events.signs import signs
from ctexplore.tui.integrity.coverage_lines import CELL, Grid, cell_text, label_text, label_width

_HEADS = 2  # lines above the first region


class CoverageGrid(ScrollView, can_focus=True, inherit_bindings=False):
    """A cursor on one cell. What does not fit is scrolled to, the labels stay."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(0, -1)", "Up", show=False, id="coverage.up"),
        Binding("down,j", "move(0, 1)", "Down", show=False, id="coverage.down"),
        Binding("left,h", "move(-1, 0)", "Earlier", show=False, id="coverage.left"),
        Binding("right,l", "move(1, 0)", "Later", show=False, id="coverage.right"),
        Binding("pageup,b", "move(0, -10)", "Ten up", show=False, id="coverage.page_up"),
        Binding("pagedown,space", "move(0, 10)", "Ten down", show=False, id="coverage.page_down"),
        Binding("home,g", "move(-9999, -9999)", "First", show=False, id="coverage.first"),
        Binding("end,G", "move(9999, 9999)", "Last", show=False, id="coverage.last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "coverage--head", "coverage--loud", "coverage--cursor",
    }  # fmt: skip
    DEFAULT_CSS = """
    CoverageGrid {
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; padding: 0 1;
        & > .coverage--head { color: $text-muted; }
        & > .coverage--loud { color: $event-error; text-style: bold; }
        & > .coverage--cursor {
            color: $cursor-foreground; background: $cursor; text-style: $cursor-style;
        }
    }
    """

    class Pointed(Message):
        """The cursor went, or what is under it is another."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid((), (), ())
        self.column = self.line = 0
        self._left = 0  # the first column in sight
        self._signs = signs(os.environ)

    @property
    def verdict(self) -> Verdict | None:
        """Of the cell under the cursor."""
        lines = self.grid.cells
        return lines[self.line][self.column] if lines and self.grid.heads else None

    def show(self, grid: Grid) -> None:
        self.grid = grid
        self.virtual_size = Size(self.size.width, len(grid.labels) + _HEADS)
        self._go(self.column, self.line)

    def action_move(self, columns: int, lines: int) -> None:
        self._go(self.column + columns, self.line + lines)

    def go(self, column: int, line: int) -> None:
        self._go(column, line)

    def _go(self, column: int, line: int) -> None:
        grid = self.grid
        self.column = max(0, min(column, len(grid.heads) - 1))
        self.line = max(0, min(line, len(grid.labels) - 1))
        most = max(0, len(grid.heads) - self._fitting)
        self._left = max(self.column - self._fitting + 1, min(self._left, self.column, most))
        at, top = self.line + _HEADS, self.scroll_offset.y
        if self.line == 0:
            self.scroll_to(y=0, animate=False)
        elif not top + _HEADS <= at < top + self.size.height:
            self.scroll_to(y=max(0, at - self.size.height // 2), animate=False)
        self.refresh()
        self.post_message(self.Pointed())

    def on_resize(self) -> None:
        self._go(self.column, self.line)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        column = (offset.x - self._labels) // CELL + self._left
        line = offset.y + self.scroll_offset.y - _HEADS
        if column >= self._left and 0 <= line < len(self.grid.labels):
            self._go(column, line)

    @property
    def _labels(self) -> int:
        return label_width(self.grid, self.scrollable_content_region.width)

    @property
    def _fitting(self) -> int:
        return max(1, (self.scrollable_content_region.width - self._labels) // CELL)

    def render_line(self, y: int) -> Strip:
        width, plain = self.scrollable_content_region.width, self.rich_style
        shown = range(self._left, min(self._left + self._fitting, len(self.grid.heads)))
        if y < _HEADS:
            head = "".join(f" {self.grid.heads[n][y]:<{CELL - 1}}" for n in shown)
            look = self.get_component_rich_style("coverage--head")
            return Strip([Segment(" " * self._labels + head, look)]).adjust_cell_length(
                width, plain
            )
        line = y + self.scroll_offset.y - _HEADS
        if not 0 <= line < len(self.grid.labels):
            return Strip.blank(width, plain)
        segments = [Segment(label_text(self.grid.labels[line], self._labels), plain)]
        for column in shown:
            verdict = self.grid.cells[line][column]
            here = (column, line) == (self.column, self.line)
            text = cell_text(verdict, self._signs.integrity, here=here, cursor=self._signs.cell)
            segments.append(Segment(text, self._look(verdict, plain, here=here)))
        return Strip(Segment.simplify(segments)).adjust_cell_length(width, plain)

    def _look(self, verdict: Verdict | None, plain: Style, *, here: bool) -> Style:
        if here:
            return self.get_component_rich_style("coverage--cursor")
        return self.get_component_rich_style("coverage--loud") if verdict in LOUD else plain
