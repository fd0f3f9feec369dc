"""The list of events: one line an event, newest first, at any number of events."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import zip_longest
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from ctexplore.store.order import View
from ctexplore.tui.cursor import place_of
from ctexplore.tui.event_lines import TITLES, EventLines
from ctexplore.tui.marks import MOST_AT_ONCE, Marks

_WHEEL = 3  # rows a notch
_SIDEWAYS = 8  # cells a key


class EventList(EventLines, can_focus=True, inherit_bindings=False):
    """A view of events and a cursor on one of them.

    No key costs more with more rows, but for array work where it says so. Positions count the
    rows of the view from the newest; row numbers are the table's.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup,b", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="list.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="list.half_down"),
        Binding("home,g", "newest", "Newest", show=False, id="list.newest"),
        Binding("end,G", "oldest", "Oldest", show=False, id="list.oldest"),
        Binding("left,h", "sideways(-1)", "Left", show=False, id="list.left"),
        Binding("right,l", "sideways(1)", "Right", show=False, id="list.right"),
        Binding("enter", "open", "Detail", id="list.open"),
        Binding("m", "mark", "Mark", id="list.mark"),
        Binding("M", "mark_to_here", "Mark to here", show=False, id="list.mark_to_here"),
        Binding("apostrophe", "next_mark", "Next mark", show=False, id="list.next_mark"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another event, or on none. Of a burst only the last arrives."""

        row: int | None

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, EventList.Moved)

    @dataclass
    class Opened(Message):
        """Somebody wants to see the whole event."""

        row: int

    @dataclass
    class Marked(Message):
        """The marks changed; these are all."""

        rows: frozenset[int]

    def __init__(
        self,
        *,
        zone: tzinfo | None = UTC,
        jump_scroll: bool | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """jump_scroll: a cursor that leaves the pane lands in its middle, which over a slow
        line costs a twelfth of scrolling line by line; by default when logged in over SSH."""
        super().__init__(zone, id)
        self.jump_scroll = "SSH_CONNECTION" in os.environ if jump_scroll is None else jump_scroll
        self._announced: int | None = None
        self._last_page = 0

    @property
    def cursor_row(self) -> int | None:
        """The row number of the event under the cursor; None when there are no rows."""
        return self._cursor.row

    @property
    def cursor_position(self) -> int | None:
        """The cursor's place in the view, from 0; None when there are no rows."""
        return self._cursor.position if self._cursor.count else None

    @property
    def marked(self) -> set[int]:
        """The marked row numbers, also of rows that the view does not show."""
        return set(self._marks.rows)

    def show(self, view: View | None) -> None:
        """Show another view: more rows, another filter, or another table.

        The cursor keeps its event and its line (see Cursor.show); only lines that came out
        different are repainted. Marks last as long as the table.
        """
        before, cursor = self._lines(), self._here()
        known = self.view is not None and view is not None and view.table is self.view.table
        if not known:
            self._announced = None
            if self._marks.rows:
                self._marks = Marks()
                self._announce_marks()
        cursor.show(view)
        self._resize_quietly()
        after = self._lines()
        if known and before and after:
            pairs = enumerate(zip_longest(before, after))
            self._refresh_lines(y for y, (was, now) in pairs if was != now)
        else:
            self.refresh()
        self._announce()

    def go_to(self, position: int) -> None:
        """Put the cursor on a position, in the middle of the pane if it was out of sight."""
        self._move(position)

    def select(self, row: int) -> bool:
        """Put the cursor on a row; False when the view does not show it."""
        position = None if self.view is None else place_of(self.view, row)
        if position is not None:
            self._move(position)
        return position is not None

    def stay_newest(self) -> None:
        """Put the cursor on the newest event, and on whatever is newest from now on."""
        self._move(0, 0)
        self._cursor.steered = False

    def action_move(self, rows: int) -> None:
        self._move(self._cursor.position + rows, follow=not self.jump_scroll)

    def action_page(self, pages: float) -> None:
        rows = max(1, int(abs(pages) * self._page)) * (1 if pages > 0 else -1)
        self._move(self._cursor.position + rows, self.scroll_offset.y + rows)

    def action_newest(self) -> None:
        self._move(0, 0)

    def action_oldest(self) -> None:
        self._move(self._cursor.count - 1, self._here().last_top)

    def action_sideways(self, direction: int) -> None:
        shift = max(0, min(self._shift + direction * _SIDEWAYS, self._most_shift()))
        if shift != self._shift:
            self._shift = shift
            self.refresh()

    def action_open(self) -> None:
        if self._cursor.row is not None:
            self._cursor.steered = True
            self.post_message(self.Opened(self._cursor.row))

    def action_mark(self) -> None:
        cursor = self._cursor
        if cursor.row is not None:
            cursor.steered = True
            self._marks.toggle(cursor.row)
            self._refresh_lines([cursor.position - self.scroll_offset.y])
            self._announce_marks()

    def action_mark_to_here(self) -> None:
        """Mark from the row marked last, where the view shows it, to the cursor."""
        view, cursor = self.view, self._cursor
        if view is None or cursor.row is None:
            return
        last = self._marks.last
        start = cursor.position if last is None else place_of(view, last)
        start = cursor.position if start is None else start
        if self._marks.mark_between(view, start, cursor.position):
            cursor.steered = True
            self.refresh()
            self._announce_marks()
        else:
            self.notify(
                f"{abs(cursor.position - start) + 1:,} events lie between the last mark and "
                f"the cursor; at most {MOST_AT_ONCE:,} can be marked at once",
                severity="warning",
            )

    def action_next_mark(self) -> None:
        position = None if self.view is None else self._marks.next(self.view, self._cursor.position)
        if position is not None:
            self._move(position)

    def _move(self, position: int, top: int | None = None, *, follow: bool = False) -> None:
        cursor = self._here()
        old = cursor.position
        cursor.move(position, top, follow=follow)
        if cursor.top == self.scroll_offset.y:
            self._refresh_lines({old - cursor.top, cursor.position - cursor.top})
        else:
            self.scroll_to(y=cursor.top)
        self._announce()

    def _announce(self) -> None:
        if self._cursor.row != self._announced:
            self._announced = self._cursor.row
            self.post_message(self.Moved(self._announced))

    def _announce_marks(self) -> None:
        self.post_message(self.Marked(frozenset(self._marks.rows)))

    def on_resize(self) -> None:
        """Keep a cursor in sight that was in sight."""
        cursor, page = self._here(), self._last_page
        self._last_page = self._page
        if not cursor.in_sight() and 0 <= cursor.position - cursor.top < page:
            self.scroll_to(y=cursor.position + 1 - self._page)
        self._shift = min(self._shift, self._most_shift())

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or not 0 <= offset.y - TITLES < self._page:
            return
        position = self.scroll_offset.y + offset.y - TITLES
        if position < self._cursor.count:
            self._move(position)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -_WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.prevent_default().stop()
        self.scroll_to(y=max(0, min(self.scroll_offset.y + rows, self._here().last_top)))
