"""The calendar of what digests cover: region and day, or hour; enter opens the day."""

from __future__ import annotations

import os
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from ctexplore.investigate.integrity.verdicts import Verdict, summary
from ctexplore.text import safe
from ctexplore.tui.events.signs import signs
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.integrity.coverage_lines import (
    CELL,
    Grid,
    by_day,
    by_hour,
    cell_text,
    label_text,
    label_width,
)
from ctexplore.tui.integrity.verifying import Verifying

_HEADS = 2  # lines above the first region
_AGAIN = 0.5  # seconds between two looks while it runs
_LOUD = (Verdict.CHANGED, Verdict.MISSING, Verdict.UNREFERENCED)


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
        if isinstance(self.screen, CoverageScreen):
            self.screen.pointed()

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
        return self.get_component_rich_style("coverage--loud") if verdict in _LOUD else plain


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

    def pointed(self) -> None:
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
