"""Moving about in the event list, by keys and mouse: from line to line and from cell to cell."""

from __future__ import annotations

import os
from datetime import tzinfo
from itertools import zip_longest
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from ctexplore.store.columns.order import View
from ctexplore.tui.events.cursor import place_of
from ctexplore.tui.events.event_lines import TITLES, EventLines
from ctexplore.tui.events.marks import Marks

_WHEEL = 3  # rows a notch


class EventMoves(EventLines, inherit_bindings=False):
    """No key costs more with more rows, but for array work where it says so. Positions count the
    rows of the view from the first; row numbers are the table's.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup,b", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="list.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="list.half_down"),
        Binding("home,g", "newest", "Newest, the top", show=False, id="list.newest"),
        Binding("end,G", "oldest", "Oldest, the end", show=False, id="list.oldest"),
        Binding("left,h", "cell(-1)", "Cell on the left", show=False, id="list.left"),
        Binding("right,l", "cell(1)", "Cell on the right", show=False, id="list.right"),
    ]

    def __init__(
        self,
        *,
        zone: tzinfo | None,
        jump_scroll: bool | None,
        id: str | None,  # noqa: A002
    ) -> None:
        """jump_scroll: a cursor that leaves the pane lands in its middle, which over a slow
        line costs a twelfth of scrolling line by line; by default when logged in over SSH."""
        super().__init__(zone, id)
        self.jump_scroll = "SSH_CONNECTION" in os.environ if jump_scroll is None else jump_scroll
        self._last_page = 1  # lines; a pane without room counts as one

    @property
    def cursor_row(self) -> int | None:
        """The row number of the event under the cursor; None when there are no rows."""
        return self._cursor.row

    @property
    def cursor_position(self) -> int | None:
        """The cursor's place in the view, from 0; None when there are no rows."""
        return self._cursor.position if self._cursor.count else None

    def show(self, view: View | None) -> None:
        """Show another view: more rows, another filter or order, or another table.

        The cursor keeps its event and its line (see Cursor.show); only lines that came out
        different are repainted. Marks last as long as the table.
        """
        before, titles, cursor = self._lines(), self._titles(), self._here()
        known = self.view is not None and view is not None and view.table is self.view.table
        if not known:
            self._values.clear()
            self._marks = Marks()
        cursor.show(view)
        self._resize_quietly()
        moved = self._tell_time()
        after = self._lines()
        if known and before and after and not moved:
            pairs = enumerate(zip_longest(before, after))
            changed = [y for y, (was, now) in pairs if was != now]
            self._refresh_lines(changed if self._titles() == titles else [-TITLES, *changed])
        else:
            self.refresh()
        self._announce(anew=not known)

    def go_to(self, position: int) -> None:
        """Put the cursor on a position, in the middle of the pane if it was out of sight."""
        self._move(position)

    def select(self, row: int) -> bool:
        """Put the cursor on a row; False when the view does not show it."""
        position = None if self.view is None else place_of(self.view, row)
        if position is not None:
            self._move(position)
        return position is not None

    def action_move(self, rows: int) -> None:
        self._move(self._cursor.position + rows, follow=not self.jump_scroll)

    def action_page(self, pages: float) -> None:
        rows = max(1, int(abs(pages) * self._page)) * (1 if pages > 0 else -1)
        self._move(self._cursor.position + rows, self.scroll_offset.y + rows)

    def action_newest(self) -> None:
        self._move(0, 0)

    def action_oldest(self) -> None:
        self._move(self._cursor.count - 1, self._here().last_top)

    def action_cell(self, step: int) -> None:
        names = self.fitting
        at = names.index(self._column.name) + step
        self._go_to_column(names[max(0, min(at, len(names) - 1))])

    def _go_to_column(self, name: str) -> None:
        if name != self._column.name:
            self._current = name
            self._refresh_lines([-TITLES, self._cursor.position - self.scroll_offset.y])
        self._current = name

    def _move(self, position: int, top: int | None = None, *, follow: bool = False) -> None:
        cursor = self._here()
        old = cursor.position
        cursor.move(position, top, follow=follow)
        if cursor.top == self.scroll_offset.y:
            self._refresh_lines({old - cursor.top, cursor.position - cursor.top})
        else:
            self.scroll_to(y=cursor.top)
        self._announce()

    def _announce(self, *, anew: bool = False) -> None:
        """The cursor may be on another event. anew: row numbers mean other events now."""

    def on_resize(self) -> None:
        """Keep a cursor in sight that was in sight."""
        cursor, page = self._here(), self._last_page
        self._last_page = max(1, self._page)
        if not cursor.in_sight() and 0 <= cursor.position - cursor.top < page:
            self.scroll_to(y=cursor.position + 1 - self._last_page)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or not 0 <= offset.y - TITLES < self._page:
            return
        position = self.scroll_offset.y + offset.y - TITLES
        if position < self._cursor.count:
            place = next((p for p in self._layout if p.start <= offset.x < p.end), None)
            if place is not None:
                self._go_to_column(place.column.name)
            self._move(position)
            if event.chain == 2:
                self.action_open()

    def action_open(self) -> None:
        """Show the whole event."""

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -_WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.prevent_default().stop()
        self.scroll_to(y=max(0, min(self.scroll_offset.y + rows, self._here().last_top)))
