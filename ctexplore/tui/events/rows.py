"""What the list asks for: another order or columns, narrowing by a cell, copies, a print."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from ctexplore.text import safe
from ctexplore.tui.clipboard import copy
from ctexplore.tui.copy_choices import CopyChoices
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.detail.event_copy import Copied
from ctexplore.tui.events import column_choice, list_copy
from ctexplore.tui.events.category_columns import shown_columns
from ctexplore.tui.events.cell_reader import (
    MOST_SORTED,
    CellReader,
    CellsRead,
    CellsWanted,
    can_sort,
)
from ctexplore.tui.events.columns_dialog import ColumnsDialog
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.feed import Failed
from ctexplore.tui.fetching import RecordFetched, fetch
from ctexplore.tui.filter.filter_bar import FilterBar
from ctexplore.tui.preferences import Preferences
from ctexplore.tui.printing import print_outside, table_lines


class RowsScreen(OverviewScreen):
    """Carries out what the keys on a row of the list ask for."""

    # Over the keys line: making room above it would move and repaint all panes.
    DEFAULT_CSS = """
    RowsScreen #list-copy { layer: above; dock: bottom; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "narrow('+')", "Only this", id="narrow.only", tooltip="Only this value"),
        Binding("minus", "narrow('-')", "Not this", id="narrow.not", tooltip="Not this value"),
        Binding("equals_sign", "narrow('=')", "This one too", id="narrow.also"),
        Binding("P", "print", "Print", id="list.print", tooltip="Print outside, to be selected"),
    ]

    def on_mount(self) -> None:
        self._cells = CellReader(
            self.post_message, lambda error: self.post_message(Failed(self.desk.generation, error))
        )
        self._columns_file = column_choice.choice_file()
        own = getattr(self.app, "preferences", Preferences())
        if own.columns:
            self._chosen, problem = column_choice.checked(own.columns, "column")
        else:
            self._chosen, problem = column_choice.load(self._columns_file, self.usual_columns)
        self._set_columns()
        if problem:
            self.notify(safe(problem), severity="warning", markup=False)

    def on_unmount(self) -> None:
        self._cells.close()

    # -- narrowing and sorting

    def action_narrow(self, operator: str) -> None:
        """By the cell under the cursor."""
        events = self.events
        if events.cursor_row is None:
            return
        if not events.has_focus:
            self.notify("a value is needed: in the list or the detail", markup=False)
            return
        found = events.cursor_value
        if found is None:
            name = events.column.name
            self.notify(safe(f"no filter by {name}: no single value here"), markup=False)
        else:
            self.bar.add(operator, *found)

    @on(EventList.SortWanted)
    def _sort(self, event: EventList.SortWanted) -> None:
        by, view = event.by, self.events.view
        if by is not None and view is not None and not can_sort(by.field, len(view)):
            self.notify(
                f"{safe(by.field)} stands in the records only: narrow the list to "
                f"{MOST_SORTED:,} events to sort by it",
                severity="warning",
                markup=False,
            )
            return
        self.desk.sort(by)

    # -- columns

    def open(self, folders: tuple[str, ...]) -> None:
        super().open(folders)
        self._set_columns()

    @on(CellsWanted)
    def _cells_wanted(self, event: CellsWanted) -> None:
        if self.desk.session is not None:
            self._cells.want(self.desk.session, event)

    @on(CellsRead)
    def _cells_read(self, event: CellsRead) -> None:
        self.events.take_cells(event.view, event.cells)
        if event.unread:
            said = f"{event.unread:,} records in sight can not be read: their cells show …"
            self.notify(said, severity="warning", markup=False)

    @on(FilterBar.Narrowed)
    def _set_columns(self) -> None:
        """The view's columns, or else the chosen ones and those that the filter or the folders
        bring along."""
        usual = shown_columns(self._chosen, self.bar.text, self.desk.folders)
        names = self.view_columns or usual
        if names != self.events.columns:
            self.events.columns = names

    def _choose_columns(self) -> None:
        def answered(names: tuple[str, ...] | None) -> None:
            if names is None:
                return
            if self.view_columns:
                self.view_columns = names  # until they are saved with the view
                self._set_columns()
                return
            self._chosen = names
            self._set_columns()
            if problem := column_choice.save(self._columns_file, names, self.usual_columns):
                said = f"the columns are not kept for the next run: {problem}"
                self.notify(safe(said), severity="warning", markup=False)

        shown = self.view_columns or self._chosen
        self.app.push_screen(ColumnsDialog(shown, self.events.would_fit), answered)

    # -- copies and prints

    @on(EventList.Asked)
    def _asked_of_list(self, event: EventList.Asked) -> None:
        match event.what:
            case "copy":
                self.query_one("#list-copy", CopyChoices).open()
            case _:
                self._choose_columns()

    @on(CopyChoices.Closed)
    def _copy_closed(self) -> None:
        self.events.focus()

    @on(CopyChoices.Chosen)
    async def _copy_chosen(self, event: CopyChoices.Chosen) -> None:
        events, session = self.events, self.desk.session
        view, row = events.view, events.cursor_row
        if view is None or row is None or session is None:
            return
        match event.what:
            case "value":
                await self._copied(list_copy.copy_cell(events.column, view, row))
            case "key":
                await self._copied(list_copy.copy_field(events.column))
            case "path":
                await self._copied(list_copy.copy_path(events.column))
            case "row":
                await self._copied(list_copy.copy_line(events.chosen, view, row))
            case "file":
                table, rows = view.table, (row, *view.copies.of_row(row).tolist())
                keys = [table.files[int(table.file[r])].key for r in rows]
                await self._copied(list_copy.copy_files([session.source.uri(k) for k in keys]))
            case what:
                what = "copy" if what == "event" else what
                fetch(session, row, what, self.post_message, self.desk.generation)

    async def _copied(self, copied: Copied) -> None:
        said = await copy(self.app, copied.text) if copied.text else ""
        words = safe("; ".join(filter(None, (said, copied.note))))
        self.notify(words, severity="information" if copied.text else "warning", markup=False)

    def action_print(self) -> None:
        """What is marked, line by line, else the whole record under the cursor."""
        events, session = self.events, self.desk.session
        view, row = events.view, events.cursor_row
        if view is None or row is None or session is None:
            return
        if marked := events.marked:
            times = view.table.time
            rows = sorted(marked, key=lambda r: -int(times[r]))
            lines = table_lines([list_copy.line_cells(events.chosen, view, r) for r in rows])
            self._said_in_vain(print_outside(self.app, lines))
        else:
            fetch(session, row, "print", self.post_message, self.desk.generation)

    @on(RecordFetched)
    async def _fetched(self, event: RecordFetched) -> None:
        if event.generation != self.desk.generation:
            return
        if event.copied is not None:
            await self._copied(event.copied)
        elif event.lines is not None:
            self._said_in_vain(print_outside(self.app, event.lines))
        else:
            self._said_in_vain(event.error)

    def _said_in_vain(self, reason: str) -> None:
        if reason:
            self.notify(safe(reason), severity="error", markup=False)
