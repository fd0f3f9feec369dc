"""Which columns the event list has: those chosen, as far as the pane has room for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from textual.scroll_view import ScrollView

from ctexplore.store.columns.order import View
from ctexplore.tui.clock import Clock, Span, clock
from ctexplore.tui.events.cell_reader import CellsWanted
from ctexplore.tui.events.column_layout import Layout, layout
from ctexplore.tui.events.columns import DEFAULT, PINNED, Column, column, path_of
from ctexplore.tui.events.cursor import Cursor
from ctexplore.tui.events.row_text import GUTTER
from ctexplore.tui.values import Values


class EventColumns(ScrollView):
    """The chosen columns, the current one among them, and how each is written just now."""

    def __init__(self, zone: tzinfo | None, id: str | None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._cursor = Cursor()
        self._zone = zone
        self._span = Span()
        self._values = Values()
        self._asked: object = None  # what was asked for last
        self._clock = clock(zone)
        self._columns: tuple[Column, ...] = ()
        self._current = PINNED
        self._build(DEFAULT, self._clock)

    @property
    def view(self) -> View | None:
        return self._cursor.view

    @property
    def zone(self) -> tzinfo | None:
        """The zone of the times shown: UTC, another, or None for this machine's own."""
        return self._zone

    @zone.setter
    def zone(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._tell_time()
        self.refresh()

    @property
    def columns(self) -> tuple[str, ...]:
        """The canonical names of the columns, in their order, room for them or not."""
        return tuple(c.name for c in self._columns)

    @columns.setter
    def columns(self, names: Iterable[str]) -> None:
        self._build(tuple(names), self._clock)
        self.refresh()

    @property
    def chosen(self) -> tuple[Column, ...]:
        """The columns themselves, room for them or not."""
        return self._columns

    @property
    def fitting(self) -> tuple[str, ...]:
        """The names of those that the pane has room for."""
        return tuple(place.column.name for place in self._layout)

    def would_fit(self, names: Iterable[str]) -> tuple[str, ...]:
        """Of other columns those that the pane would have room for."""
        columns = tuple(column(name, self._clock, self._values.of(name)) for name in names)
        return tuple(place.column.name for place in layout(columns, GUTTER, self._width))

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _layout(self) -> Layout:
        return layout(self._columns, GUTTER, self._width)

    @property
    def _column(self) -> Column:
        """The current one, or the event's name where the pane has no room for it."""
        shown = {place.column.name: place.column for place in self._layout}
        return shown.get(self._current) or shown[PINNED]

    def _build(self, names: Iterable[str], how: Clock) -> None:
        self._clock = how
        self._columns = tuple(column(name, how, self._values.of(name)) for name in names)

    def _tell_time(self) -> bool:
        """Write times as short as what is loaded allows; whether that is another way now.

        Years only ever come to times, and so do offsets: columns move once at most.
        """
        span = self._span.of(self.view.table) if self.view else None
        how, before = clock(self._zone, span), self._clock
        if how != before:
            self._build(self.columns, how)
        return how != before

    def _want_cells(self, view: View, rows: Iterable[int]) -> None:
        """Ask for what these rows show of columns that the table lacks."""
        names = tuple(name for name in self.fitting if path_of(name))
        missing = self._values.missing(rows, names) if names else []
        if missing and self._asked != (view.table, missing, names):
            self._asked = view.table, missing, names
            # Made while the screen draws, a message would come from the screen, and end there.
            self.call_later(lambda: self.post_message(CellsWanted(view, missing, names)))
