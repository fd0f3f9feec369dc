"""Every file that failed, was skipped or lost something, and why."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ctexplore.store.problem import Outcome, Problem
from ctexplore.text import safe
from ctexplore.tui.footer import Footer

# More lines than anybody reads; the head line says how many there are.
_MOST = 5_000
_ORDER = (Outcome.FAILED, Outcome.PARTIAL, Outcome.SKIPPED, Outcome.NOTED)
_SIGN = {Outcome.FAILED: "✗", Outcome.PARTIAL: "!", Outcome.SKIPPED: "-", Outcome.NOTED: "·"}


class ProblemsScreen(Screen[None]):
    """Worst first: failed, partly read, skipped, merely odd."""

    DEFAULT_CSS = """
    ProblemsScreen > Static { height: auto; padding: 0 1; background: $panel; }
    ProblemsScreen > OptionList { height: 1fr; border: none; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,E", "app.pop_screen", "Back", id="app.quit"),
        Binding("j", "down", show=False, id="problems.down"),
        Binding("k", "up", show=False, id="problems.up"),
    ]

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self._problems = sorted(problems, key=lambda p: _ORDER.index(p.outcome))

    def compose(self) -> ComposeResult:
        yield Static(self._head(), markup=False)
        lines = OptionList(*(Option(_line(p)) for p in self._problems[:_MOST]))
        yield lines
        yield Footer()

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def _head(self) -> Text:
        if not self._problems:
            return Text("Nothing failed and nothing was skipped.")
        counts = {o: sum(p.outcome is o for p in self._problems) for o in _ORDER}
        said = ", ".join(f"{n:,} {o.value}" for o, n in counts.items() if n)
        more = f" (the first {_MOST:,} shown)" if len(self._problems) > _MOST else ""
        return Text(f"Files with something to say: {said}{more}", style="bold")


def _line(problem: Problem) -> Text:
    text = Text(f"{_SIGN[problem.outcome]} {problem.outcome.value:<8}", style="bold")
    text.append(safe(problem.reason), style="none")
    if problem.place:
        text.append(f" at {safe(problem.place)}", style="none")
    if problem.hint:
        text.append(f" ({safe(problem.hint)})", style="none")
    text.append(f"\n           {safe(problem.key)}", style="dim")
    return text
