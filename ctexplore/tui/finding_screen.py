"""``/`` searches, ``n`` and ``N`` go from match to match, ``:`` goes to a time or an id."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from ctexplore.text import safe
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.finding import Finder, Matches, position_of, search
from ctexplore.tui.prompt import Prompt


class FindingScreen(OverviewScreen):
    """Moves the list's cursor and hides nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="app.search", tooltip="Search; hides nothing"),
        Binding("n", "match(1)", "Next match", id="app.next_match"),
        Binding("N", "match(-1)", "Previous match", id="app.previous_match"),
        Binding("colon", "goto", "Go to", id="app.goto", tooltip="Go to a time, day or event id"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._finder = Finder()

    def action_search(self, text: str = "") -> None:
        self.query_one(Prompt).ask("search", "search", "any text, or as a filter: name:Get*", text)

    def action_goto(self, text: str = "") -> None:
        hint = "2024-01-15 09:14, 14:30, yesterday, an id"
        self.query_one(Prompt).ask("goto", "go to", hint, text)

    @on(Prompt.Answered)
    def _find(self, event: Prompt.Answered) -> None:
        view, session = self.events.view, self.desk.session
        if view is None or session is None:
            return
        if event.name == "search":
            if wrong := search(session, view, event.text, self.post_message):
                self.notify(safe(wrong), severity="error", markup=False)
                self.action_search(event.text)
            else:
                self._finder.ask(event.text)
        elif event.name == "goto":
            found = position_of(view, event.text, self.events.zone)
            if isinstance(found, str):
                self.notify(safe(found), severity="error", markup=False)
                self.action_goto(event.text)
            else:
                self.events.go_to(found)

    @on(Matches)
    def _matched(self, event: Matches) -> None:
        self._go(self._finder.found(event, self.events.cursor_row))
        self.refresh_bindings()

    def action_match(self, step: int) -> None:
        view, session = self.events.view, self.desk.session
        if self._finder.waits(step):
            return
        if view is not None and session and (text := self._finder.again(view, step)):
            self._finder.ask(text)
            search(session, view, text, self.post_message)
        else:
            self._go(self._finder.next(view, self.events.cursor_row, step))

    def _go(self, found: tuple[int | None, str]) -> None:
        row, said = found
        if row is not None:
            self.events.select(row)
        if said:
            self.notify(said, markup=False, timeout=3)
