"""Every file that failed, was skipped or lost something, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from ctexplore.store.problem import Outcome, Problem
from ctexplore.text import cell_width, safe
from ctexplore.tui.footer import Footer

# Worst first, with a sign and a word for each.
_OUTCOMES = {
    Outcome.FAILED: ("✗", "failed"),
    Outcome.PARTIAL: ("!", "read in part"),
    Outcome.SKIPPED: ("-", "skipped"),
    Outcome.NOTED: ("·", "noted"),
}
_INDENT = "    "
_BOLD, _PLAIN, _DIM = Style(bold=True), Style(), Style(dim=True)

_Reason = tuple[Outcome, str, str]


class ProblemList(ScrollView, can_focus=True):
    """A head line for each reason, below it the files; lines are made when they are drawn."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("left,h", "scroll_left", show=False),
        Binding("right,l", "scroll_right", "Further right", id="problems.right"),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
        Binding("space,ctrl+d", "page_down", show=False),
        Binding("b,ctrl+u", "page_up", show=False),
    ]
    DEFAULT_CSS = """
    ProblemList { height: 1fr; padding: 0 1; scrollbar-size: 0 1; }
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self._lines = list(_lines(problems))

    def on_mount(self) -> None:
        widest = max((sum(cell_width(t) for t, _ in _pieces(x)) for x in self._lines), default=0)
        self.virtual_size = Size(widest, len(self._lines))

    def on_resize(self) -> None:
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Nothing lies further right where all lines fit."""
        return action != "scroll_right" or self.virtual_size.width > self.size.width

    def render_line(self, y: int) -> Strip:
        x, top = self.scroll_offset
        width = self.scrollable_content_region.width
        if y + top >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = (Segment(text, style) for text, style in _pieces(self._lines[y + top]))
        return Strip(line).crop_extend(x, x + width, None).apply_style(self.rich_style)


class ProblemsScreen(Screen[None]):
    """Worst first: failed, partly read, skipped, merely odd."""

    DEFAULT_CSS = """
    ProblemsScreen > Static { height: auto; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "app.pop_screen", "Back", id="app.quit"),
        Binding("escape,E", "app.pop_screen", "Back", show=False),
    ]

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self._problems = list(problems)

    def compose(self) -> ComposeResult:
        yield Static(self._head(), markup=False)
        yield ProblemList(self._problems)
        yield Footer()

    def _head(self) -> Content:
        if not self._problems:
            return Content("Nothing failed and nothing was skipped.")
        counts = {o: sum(p.outcome is o for p in self._problems) for o in _OUTCOMES}
        said = (f"{n:,} {_OUTCOMES[o][1]}" for o, n in counts.items() if n)
        return Content.styled(", ".join(said), "bold")


def _lines(problems: Iterable[Problem]) -> Iterator[str | Problem]:
    """Head lines, already safe, and the problems below them: the reason with most files first."""
    reasons: dict[_Reason, list[Problem]] = {}
    for problem in problems:
        reasons.setdefault((problem.outcome, problem.reason, problem.hint), []).append(problem)
    worst = list(_OUTCOMES)

    def rank(item: tuple[_Reason, list[Problem]]) -> tuple[int, int]:
        return worst.index(item[0][0]), -len(item[1])

    for number, ((outcome, reason, hint), files) in enumerate(sorted(reasons.items(), key=rank)):
        if number:
            yield ""
        sign, says = _OUTCOMES[outcome]
        often = f"  ×{len(files):,}" if len(files) > 1 else ""
        advice = f" ({safe(hint)})" if hint else ""
        yield f"{sign} {says}: {safe(reason)}{advice}{often}"
        yield from files


def _pieces(line: str | Problem) -> list[tuple[str, Style]]:
    if isinstance(line, str):
        return [(line, _BOLD)]
    folder, slash, name = line.key.rpartition("/")
    if not name:
        folder, name = "", line.key
    place = f"  {safe(line.place)}" if line.place else ""
    where = f"  in {safe(folder + slash)}" if folder else ""
    return [(f"{_INDENT}{safe(name)}{place}", _PLAIN), (where, _DIM)]
