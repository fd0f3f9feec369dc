"""The list of events: one line an event, newest first, at any number of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from ctexplore.store.columns.order import View
from ctexplore.store.columns.sorting import SortBy
from ctexplore.tui.events.columns import Column
from ctexplore.tui.events.cursor import place_of
from ctexplore.tui.events.event_lines import TITLES
from ctexplore.tui.events.event_moves import EventMoves
from ctexplore.tui.events.marks import MOST_AT_ONCE


class EventList(EventMoves, can_focus=True):
    """A view of events and a cursor on one cell of one of them.

    What a key asks for beyond moving and marking goes out as a message: the screen carries it
    out.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Detail", id="list.open"),
        Binding("m", "mark", "Mark", id="list.mark"),
        Binding("M", "mark_to_here", "Mark to here", show=False, id="list.mark_to_here"),
        Binding("apostrophe", "next_mark", "Next mark", show=False, id="list.next_mark"),
        Binding("y", "ask('copy')", "Copy", id="list.copy", tooltip="Copy cell, row or event"),
        Binding("s", "sort", "Sort", id="list.sort", tooltip="Sort by the current column"),
        Binding("C", "ask('columns')", "Columns", id="list.columns", tooltip="Choose the columns"),
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

    @dataclass
    class Asked(Message):
        """Somebody wants to ``copy`` from the row under the cursor, or to choose ``columns``."""

        what: str

    @dataclass
    class SortWanted(Message):
        """Somebody wants another order; None is newest first."""

        by: SortBy | None

    def __init__(
        self,
        *,
        zone: tzinfo | None = UTC,
        jump_scroll: bool | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(zone=zone, jump_scroll=jump_scroll, id=id)
        self._announced: int | None = None

    @property
    def column(self) -> Column:
        """The column of the cell under the cursor."""
        return self._column

    @property
    def cursor_value(self) -> tuple[str, str] | None:
        """The field of the cell under the cursor, as filters name it, and what the event has
        there, "" if nothing. None without rows, and while the cell waits to be read."""
        view, row = self.view, self.cursor_row
        if view is None or row is None:
            return None
        value = self._column.value(view, row)
        if value is None or (self._column.name == "time" and not value):
            return None
        return ("at" if self._column.name == "time" else self._column.name), value

    @property
    def marked(self) -> set[int]:
        """The marked row numbers, also of rows that the view does not show."""
        return set(self._marks.rows)

    def put_marks(self, rows: set[int]) -> None:
        """Have these rows marked, and no others; nobody is told."""
        self._marks.rows = set(rows)
        self.refresh()

    def show(self, view: View | None) -> None:
        marked = bool(self._marks.rows)
        super().show(view)
        if marked and not self._marks.rows:
            self._announce_marks()

    def action_open(self) -> None:
        if self._cursor.row is not None:
            self._cursor.steered = True
            self.post_message(self.Opened(self._cursor.row))

    def action_ask(self, what: str) -> None:
        if self._cursor.row is not None or what == "columns":
            self.post_message(self.Asked(what))

    def action_sort(self) -> None:
        """By the current column, then the other way round, then newest first again."""
        if self.view is not None:
            by = self.view.sort.by if self.view.sort else None
            self.post_message(self.SortWanted(next_sort(self._column.name, by)))

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
                markup=False,
            )

    def action_next_mark(self) -> None:
        position = None if self.view is None else self._marks.next(self.view, self._cursor.position)
        if position is not None:
            self._move(position)

    def _announce(self, *, anew: bool = False) -> None:
        if anew:
            self._announced = None
        if self._cursor.row != self._announced:
            self._announced = self._cursor.row
            self.post_message(self.Moved(self._announced))

    def _announce_marks(self) -> None:
        self.post_message(self.Marked(frozenset(self._marks.rows)))

    def on_click(self, event: events.Click) -> None:
        """A title sorts by its column."""
        offset = event.get_content_offset(self)
        if offset is not None and 0 <= offset.y < TITLES:
            place = next((p for p in self._layout if p.start <= offset.x < p.end), None)
            if place is not None:
                self._go_to_column(place.column.name)
                self.action_sort()


def next_sort(field: str, by: SortBy | None) -> SortBy | None:
    """The order that ``s`` makes of one, on the column of a field."""
    if field == "time":
        return None if by else SortBy(field)
    if by is None or by.field != field:
        return SortBy(field)
    return None if by.descending else SortBy(field, descending=True)
