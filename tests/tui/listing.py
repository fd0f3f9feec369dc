"""An app that is nothing but an event list, for its tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from ctexplore.store.columns.copies import NO_COPIES
from ctexplore.store.columns.order import View
from ctexplore.store.columns.sorting import SortBy
from ctexplore.store.columns.table import Table
from ctexplore.tui.events.cell_reader import CellsWanted
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.theme import ANSI, load_themes, variable_defaults
from tests.tui.event_views import numbered, table, view

SIZE = (80, 8)  # seven events below the titles
PAGE = 7


class Listing(App[None]):
    """Nothing but a list that notes what it is told and which of its lines it draws."""

    def __init__(self, shown: View | None = None, **options: Any) -> None:
        super().__init__()
        self.shown = shown
        self.list = EventList(**{"jump_scroll": False, **options})
        self.moved: list[int | None] = []
        self.opened: list[int] = []
        self.marks: list[frozenset[int]] = []
        self.asked: list[str] = []
        self.sorts: list[SortBy | None] = []
        self.wanted: list[CellsWanted] = []
        for theme in load_themes()[0]:
            self.register_theme(theme)
        self.theme = ANSI

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.list

    def on_mount(self) -> None:
        self.list.show(self.shown)

    def on_event_list_moved(self, message: EventList.Moved) -> None:
        self.moved.append(message.row)

    def on_event_list_opened(self, message: EventList.Opened) -> None:
        self.opened.append(message.row)

    def on_event_list_marked(self, message: EventList.Marked) -> None:
        self.marks.append(message.rows)

    def on_event_list_asked(self, message: EventList.Asked) -> None:
        self.asked.append(message.what)

    def on_event_list_sort_wanted(self, message: EventList.SortWanted) -> None:
        self.sorts.append(message.by)

    def on_cells_wanted(self, message: CellsWanted) -> None:
        self.wanted.append(message)

    def text(self, line: int) -> str:
        return self.list.render_line(line).text

    def lines(self) -> list[str]:
        strips = self.list.render_lines(self.list.size.region)
        return [strip.text.rstrip() for strip in strips]

    def place(self) -> tuple[int | None, int]:
        """The cursor's position and the first position on screen."""
        return self.list.cursor_position, self.list.visible_rows[0]


async def press(pilot: Pilot[None], *keys: str) -> tuple[int | None, int]:
    await pilot.press(*keys)
    assert isinstance(pilot.app, Listing)
    return pilot.app.place()


def listing(count: int = 100, **options: Any) -> Listing:
    return Listing(view(table(*numbered(count))), **options)


def everything(events: Table) -> View:
    rows = np.arange(events.count, dtype=np.uint32)[::-1]
    return View(events, rows, events.count, NO_COPIES)


def note_drawing(app: Listing) -> list[int]:
    """The numbers of the lines that are drawn from now on."""
    drawn: list[int] = []
    draw = app.list.render_line

    def noting(y: int) -> Strip:
        drawn.append(y)
        return draw(y)

    app.list.render_line = noting  # type: ignore[method-assign]
    return drawn
