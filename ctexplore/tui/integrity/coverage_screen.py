"""The calendar of what digests cover: region and day, or hour; enter opens the day."""

from __future__ import annotations

import os
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from ctexplore.investigate.integrity.verdicts import Verdict, summary
from ctexplore.text import safe
from ctexplore.tui.events.signs import signs
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.integrity.coverage_grid import CoverageGrid
from ctexplore.tui.integrity.coverage_lines import by_day, by_hour
from ctexplore.tui.integrity.files_screen import FilesScreen
from ctexplore.tui.integrity.verifying import Verifying

_AGAIN = 0.5  # seconds between two looks while it runs


class CoverageScreen(Screen[str | None]):
    """Ends with a folder to open, "" to verify again, or None."""

    DEFAULT_CSS = """
    CoverageScreen > Static { height: auto; padding: 0 1; background: $panel; }
    CoverageScreen CoverageGrid { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "back", "Back", id="app.quit"),
        Binding("question_mark", "keys", "Keys", id="app.keys"),
        Binding("enter", "open", "Open the day", id="coverage.open"),
        Binding("z", "zoom_in", "Hours", id="coverage.zoom_in", tooltip="The hours of the day"),
        Binding("Z", "zoom_out", "Days", id="coverage.zoom_out", tooltip="All days again"),
        Binding("e", "files", "Every file", id="coverage.files", tooltip="Each file's verdict"),
        Binding("v", "again", "Verify again", id="coverage.again"),
    ]

    def __init__(self, verifying: Verifying) -> None:
        super().__init__()
        self._verifying = verifying
        self._day: date | None = None  # whose hours are shown
        self._before = 0  # the column to come back to
        self._signs = signs(os.environ).integrity

    def compose(self) -> ComposeResult:
        yield Static(id="coverage-head", markup=False)
        yield CoverageGrid()
        yield Static(id="coverage-here", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self._look()
        self._last()
        self.set_interval(_AGAIN, self._look_again)

    @property
    def _grid(self) -> CoverageGrid:
        return self.query_one(CoverageGrid)

    def _last(self) -> None:
        self._grid.go(len(self._grid.grid.heads) - 1, 0)

    def _look_again(self) -> None:
        if self._verifying.running:
            self._look()

    def _look(self) -> None:
        coverage = self._verifying.coverage
        if self._day is None:
            grid, self._regions, self._days = by_day(coverage)
        else:
            grid = by_hour(coverage, self._day)
        said = safe(summary(self._verifying.verdicts))
        if self._verifying.running:
            said = f"verifying …  {said}"
        legend = "  ".join(f"{self._signs[v]} {_SHORT[v]}" for v in Verdict)
        what = "days" if self._day is None else f"hours of {self._day}"
        head = f"What digests vouch for, {what}, UTC\n{said}\n{legend}  blank: no file, no digest"
        self.query_one("#coverage-head", Static).update(Content(head))
        self._grid.show(grid)
        self.refresh_bindings()

    @on(CoverageGrid.Pointed)
    def _pointed(self) -> None:
        """Say what is under the cursor."""
        grid = self._grid
        if not grid.grid.labels or not grid.grid.heads:
            said = "Nothing is known yet." if self._verifying.running else "Nothing to verify here."
        else:
            verdict = grid.verdict
            at = str(self._days[grid.column]) if self._day is None else self._hour(grid.column)
            word = _SHORT[verdict] if verdict else "no file and no digest"
            said = f"{safe(grid.grid.labels[grid.line])}  {at}  {word}"
        self.query_one("#coverage-here", Static).update(Content(said))

    def _hour(self, hour: int) -> str:
        return f"{self._day} {hour:02}:00"

    def _here(self) -> tuple[int, date] | None:
        """The line and the day under the cursor."""
        grid = self._grid
        if not grid.grid.labels or not grid.grid.heads:
            return None
        return grid.line, self._days[grid.column] if self._day is None else self._day

    def action_open(self) -> None:
        here = self._here()
        if here is None:
            return
        folder = self._verifying.coverage.folder(self._regions[here[0]], here[1])
        if folder:
            self.dismiss(folder)
        else:
            self.notify("no log file of that day is here", markup=False)

    def action_zoom_in(self) -> None:
        if self._day is None and (here := self._here()):
            self._before = self._grid.column
            self._day = here[1]
            self._look()
            self._grid.go(0, here[0])

    def action_zoom_out(self) -> None:
        if self._day is not None:
            line = self._grid.line
            self._day = None
            self._look()
            self._grid.go(self._before, line)

    def action_back(self) -> None:
        if self._day is not None:
            self.action_zoom_out()
        else:
            self.dismiss(None)

    def action_files(self) -> None:
        def chosen(folder: str | None) -> None:
            if folder is not None:
                self.dismiss(folder)

        self.app.push_screen(FilesScreen(self._verifying.verdicts), chosen)

    def action_again(self) -> None:
        if self._verifying.running:
            self.notify("it still runs", markup=False)
        else:
            self.dismiss("")

    def action_keys(self) -> None:
        self.app.push_screen(HelpScreen([self, self._grid]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "zoom_in":
                return self._day is None
            case "zoom_out":
                return self._day is not None
            case "again":
                return not self._verifying.running
        return super().check_action(action, parameters)


_SHORT = {
    Verdict.VERIFIED: "verified",
    Verdict.UNCOVERED: "not covered",
    Verdict.MISSING: "missing",
    Verdict.UNREFERENCED: "unreferenced",
    Verdict.CHANGED: "changed",
}
