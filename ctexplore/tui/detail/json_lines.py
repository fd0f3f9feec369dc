"""Drawing a JSON value: the lines in sight, clipped or wrapped, around a cursor.

Textual's Tree would not do: it has an object and a layout step for every child, recurses, and
cannot wrap. This draws the lines in sight and costs nothing for the others.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ctexplore.tui.detail.json_label import Piece, clipped, pieces, plain, wrapped
from ctexplore.tui.detail.json_rows import JsonRows, Row
from ctexplore.tui.events.signs import signs

INDENT = 2  # cells a level
MOST_WRAPPED = 20_000  # rows whose heights are worked out
_TALLEST = 200  # lines of one wrapped value
_ROLES = ("key", "string", "number", "literal", "count", "preview", "escape", "masked", "mark")


class JsonLines(ScrollView, inherit_bindings=False):
    """The rows of a model. Indexes count them; with ``wrap`` a row may take several lines."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"json-tree--{role}" for role in _ROLES),
        "json-tree--cursor",
        "json-tree--match",
    }
    DEFAULT_CSS = """
    JsonLines {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        & > .json-tree--key { color: $text-primary; }
        & > .json-tree--count { text-style: dim; }
        & > .json-tree--preview { text-style: dim; }
        & > .json-tree--escape { color: $text-warning; }
        & > .json-tree--masked { color: $text-accent; text-style: italic; }
        & > .json-tree--mark { color: $text-error; text-style: bold; }
        & > .json-tree--match { text-style: bold underline; }
        & > .json-tree--cursor { background: $cursor-blurred; }
        &:focus > .json-tree--cursor { background: $cursor; text-style: $cursor-style; }
    }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model: JsonRows | None = None
        self.cursor = 0
        self.wrap = False
        self.words = ""  # drawn apart wherever they occur
        self._starts: list[int] = []  # while wrapping: the line each row begins on, and the end
        self._look: dict[str, Style] = {}
        self._bar = signs(os.environ).cursor

    @property
    def rows(self) -> list[Row]:
        return self.model.rows if self.model else []

    @property
    def width(self) -> int:
        """Cells of a line; the scrollbar has its own."""
        return self.scrollable_content_region.width

    @property
    def wrapping(self) -> bool:
        """Whether values are shown whole: where that is wished for and not too many."""
        return self.wrap and len(self.rows) <= MOST_WRAPPED

    def measure(self) -> None:
        """Work out how many lines the rows take."""
        self._starts = []
        if self.wrapping and self.width:
            line = 0
            for row in self.rows:
                self._starts.append(line)
                line += len(self._lines_of(row))
            self._starts.append(line)
        self.virtual_size = Size(self.width, self.start_of(len(self.rows)))

    def start_of(self, index: int) -> int:
        """The first line of a row."""
        return self._starts[index] if index < len(self._starts) else index

    def row_at(self, line: int) -> int:
        """The index of the row that has a line; past the rows, any number from their count on."""
        return bisect_right(self._starts, line) - 1 if self._starts else line

    def indent_of(self, row: Row) -> int:
        """Cells before the arrow; a third of the pane at most, however deep the row."""
        return 1 + min(INDENT * row.depth, self.width // 3)

    def refresh_row(self, index: int) -> None:
        first, end = self.start_of(index), self.start_of(index + 1)
        region = Region(0, first - self.scroll_offset.y, self.width, end - first)
        self.refresh(region.intersection(self.size.region))

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """Scroll at once: every step of an animation would be a repaint."""
        super().scroll_to(x, y, **{**options, "animate": False, "force": True})

    def render_lines(self, crop: Region) -> list[Strip]:
        """Collect what all lines need once, then draw line by line."""
        style = self.get_component_rich_style
        names = (*_ROLES, "cursor", "match")
        self._look = {name: style(f"json-tree--{name}", partial=True) for name in names}
        if self.has_focus and self.rows:
            # Braille displays and magnifiers follow the terminal's own cursor.
            line = self.start_of(self.cursor) - self.scroll_offset.y
            if 0 <= line < self.size.height:
                self.app.cursor_position = self.content_region.offset + Offset(0, line)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        width, line = self.width, y + self.scroll_offset.y
        index = self.row_at(line)
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        part = line - self.start_of(index)
        style, bar = self.rich_style, " "
        if index == self.cursor:
            style, bar = style + self._look["cursor"], " " if part else self._bar
        drawn = [Piece(bar, "plain"), *self._lines_of(self.rows[index])[part]]
        if self.words:
            drawn = _with_matches(drawn, self.words)
        segments = [
            Segment(text, sum((self._look[r] for r in role.split() if r in self._look), style))
            for text, role in drawn
        ]
        return Strip(segments).adjust_cell_length(width, style)

    def _lines_of(self, row: Row) -> list[list[Piece]]:
        """A row's lines without the cursor's sign: one, or as many as its value needs."""
        assert self.model is not None
        width, indent = self.width - 1, self.indent_of(row) - 1
        deep = f"{row.depth} " if INDENT * row.depth > indent else ""
        before = Piece(" " * (indent - len(deep)) + deep, "plain")
        if not self.wrapping:
            return [clipped([before, *pieces(self.model, row, width)], width)]
        line = [before, *pieces(self.model, row, width * _TALLEST)]
        return wrapped(line, width, indent + 2 * INDENT, _TALLEST)


def _with_matches(line: list[Piece], words: str) -> list[Piece]:
    """The same line with "match" added to the roles of what the words cover."""
    said = plain(line)
    if words == words.lower():
        # Lowering may lengthen a text ("İ"); then the marks would be off, so there are none.
        said = said.lower() if len(said.lower()) == len(said) else ""
    marked: list[Piece] = []
    at = 0
    for text, role in line:
        end = at + len(text)
        while at < end:
            begin = said.find(words, max(0, at - len(words) + 1))
            if begin < 0 or begin >= end:
                cut, name = end, role
            elif begin > at:
                cut, name = begin, role
            else:
                cut, name = min(end, begin + len(words)), f"{role} match"
            marked.append(Piece(text[at - end : cut - end or None], name))
            at = cut
    return marked
