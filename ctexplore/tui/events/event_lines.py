"""Drawing the event list: titles, the lines in sight, and no byte more than has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from typing import Any, ClassVar

from rich.text import Text
from textual.geometry import Offset, Region, Size
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from ctexplore.query.fields import ADDED
from ctexplore.store.columns.order import View
from ctexplore.tui.events.cursor import Cursor
from ctexplore.tui.events.event_columns import EventColumns
from ctexplore.tui.events.marks import Marks
from ctexplore.tui.events.record_cells import Cell
from ctexplore.tui.events.row_text import (
    Line,
    Look,
    RowPainter,
    lines_of,
    message_lines,
    title_line,
)
from ctexplore.tui.events.signs import signs

TITLES = 1  # lines above the first event


class EventLines(EventColumns, inherit_bindings=False):
    """The lines of a view around a cursor. Drawing costs what is in sight, not what is there."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event-list--titles",
        "event-list--read",
        "event-list--notable",
        "event-list--alert",
        "event-list--error",
        "event-list--cursor",
        "event-list--cell",
    }
    DEFAULT_CSS = """
    EventLines {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        color: $severity-read;
        & > .event-list--titles { color: $titles; text-style: $titles-style; }
        & > .event-list--read { color: $severity-read; text-style: $severity-read-style; }
        & > .event-list--notable {
            color: $severity-notable;
            text-style: $severity-notable-style;
        }
        & > .event-list--alert { color: $severity-alert; text-style: $severity-alert-style; }
        & > .event-list--error { color: $event-error; }
        & > .event-list--cursor { background: $cursor-blurred; }
        &:focus > .event-list--cursor {
            color: $cursor-foreground;
            background: $cursor;
            text-style: $cursor-style;
        }
        & > .event-list--cell { text-style: bold underline; }
    }
    """

    def __init__(self, zone: tzinfo | None, id: str | None) -> None:  # noqa: A002
        super().__init__(zone, id)
        self._marks = Marks()
        self._message = Text()
        self._new_from: int | None = None
        self._painter = RowPainter()
        self._look: Look | None = None
        self._shown: list[Line] = []
        self._signs = signs(os.environ)
        self.flag: Callable[[View, int], str] = lambda _view, _row: ""

    @property
    def visible_rows(self) -> tuple[int, int]:
        """The first and last position on screen, from 0; (0, -1) when there is none."""
        top = self.scroll_offset.y
        return top, min(top + self._page, self._cursor.count) - 1

    @property
    def message(self) -> Text:
        """Shown in the middle while there are no rows."""
        return self._message

    @message.setter
    def message(self, message: Text) -> None:
        self._message = message
        if not self._cursor.count:
            self.refresh()

    @property
    def new_from(self) -> int | None:
        """The first row number that gets the sign of what is new; None is no row."""
        return self._new_from

    @new_from.setter
    def new_from(self, row: int | None) -> None:
        before = self._lines()
        self._new_from = row
        after = self._lines()
        self._refresh_lines(
            y for y, lines in enumerate(zip(before, after, strict=True)) if lines[0] != lines[1]
        )

    def take_cells(self, view: View, cells: Mapping[int, Mapping[str, Cell | None]]) -> None:
        """Take what was read for ``CellsWanted``."""
        if self.view is None or view.table is not self.view.table:
            return
        self._values.add(cells)
        self._painter.forget(cells)
        self._refresh_lines(y for y, line in enumerate(self._lines()) if line.row in cells)

    @property
    def _page(self) -> int:
        return max(0, self.size.height - TITLES)

    def _here(self) -> Cursor:
        """The cursor, told where the pane stands: a scrollbar or a wheel may have moved it."""
        self._cursor.top = self.scroll_offset.y
        self._cursor.page = self._page
        return self._cursor

    def _lines(self) -> list[Line]:
        """The lines of the events in sight."""
        view, (first, last) = self._cursor.view, self.visible_rows
        if view is None:
            return []
        current = self._column.name if self.has_focus else ""
        marked = self._marks.rows
        added = [name for name in self.fitting if name in ADDED]
        row = self._cursor.row
        new = self._new_from
        return lines_of(view, first, last, row, current, marked, new, added, self.flag)

    def _resize_quietly(self) -> None:
        """Take another number of rows and the cursor's top line without a repaint.

        Assigning these attributes lays the screen out and repaints the pane: 14 times the bytes.
        """
        top = self._cursor.top
        size = Size(self._width, self._cursor.count + TITLES)
        self.set_reactive(EventLines.virtual_size, size)
        self.set_reactive(EventLines.scroll_y, float(top))
        self.set_reactive(EventLines.scroll_target_y, float(top))
        if self.show_vertical_scrollbar:
            bar = self.vertical_scrollbar
            before = _thumb(bar)
            bar.set_reactive(ScrollBar.window_virtual_size, size.height)
            bar.set_reactive(ScrollBar.position, top)
            # A bar costs half a kilobyte, and most batches of a long load do not move it.
            if _thumb(bar) != before:
                bar.refresh()

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """Scroll at once: every step of an animation would be a repaint."""
        super().scroll_to(x, y, **{**options, "animate": False, "force": True})

    def _refresh_lines(self, lines: Iterable[int]) -> None:
        """Repaint lines, counted from the first below the titles; others are left out."""
        inside = [y for y in lines if -TITLES <= y < self._page]
        if inside:
            self.refresh(*(Region(0, y + TITLES, self._width, 1) for y in inside))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Collect what all lines need once, then draw line by line."""
        view, count = self._cursor.view, self._cursor.count
        style = self.get_component_rich_style
        if view is not None and count:
            self._shown = self._lines()
            levels = ("event-list--read", "event-list--notable", "event-list--alert")
            self._look = Look(
                view.table,
                self._layout,
                self._width,
                tuple(style(level) for level in levels),
                style("event-list--error", partial=True),
                style("event-list--cursor", partial=True),
                style("event-list--cell", partial=True),
                self._signs,
            )
            if self.has_focus:
                # Braille displays and magnifiers follow the terminal's own cursor.
                line = self._cursor.position - self.scroll_offset.y + TITLES
                if TITLES <= line < self.size.height:
                    self.app.cursor_position = self.content_region.offset + Offset(0, line)
            self._want_cells(view, (line.row for line in self._shown))
        else:
            self._shown, self._look = [], None
            self._texts = message_lines(self._message, self._width, self._page, self.app.console)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        if y < TITLES:
            return self._titles()
        width, view, y = self._width, self._cursor.view, y - TITLES
        if view is not None and self._look is not None:
            if y < len(self._shown):
                return self._painter.paint(view, self._shown[y], self._look)
        elif y < len(self._texts):
            return self._texts[y].adjust_cell_length(width).apply_style(self.rich_style)
        return Strip.blank(width, self.rich_style)

    def _titles(self) -> Strip:
        here = self._column.name if self.has_focus else ""
        order, sign = "", ""
        if self.view is not None and self.view.sort is not None:
            by = self.view.sort.by
            order, sign = by.field, self._signs.down if by.descending else self._signs.up
        style = self.get_component_rich_style("event-list--titles")
        return title_line(self._layout, self._width, here, (order, sign), style)


def _thumb(bar: ScrollBar) -> tuple[int, int]:
    """Where the thumb begins and how long it is, in the eighths of a cell that a bar can show."""
    size, total = bar.size.height, max(1, bar.window_virtual_size)
    length = max(1, size * bar.window_size / total)
    hidden = max(1, total - bar.window_size)
    return int((size - length) * bar.position / hidden * 8), int(length * 8)
