"""A line to type what to search for inside a pane, with the count of what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from ctexplore.text import safe


class SearchInput(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="search.leave"),
    ]

    @dataclass
    class Left(Message):
        """Nothing is searched for after all."""

    def action_leave(self) -> None:
        self.post_message(self.Left())


class SearchLine(Horizontal):
    """Hidden until ``open``; posts Typed with every keystroke, then Done."""

    DEFAULT_CSS = """
    SearchLine { height: 1; display: none; background: $panel; }
    SearchLine > #search-sign { width: 2; }
    SearchLine > SearchInput { width: 1fr; border: none; height: 1; padding: 0; }
    SearchLine > #search-count { width: auto; padding: 0 1; color: $text-muted; }
    """

    @dataclass
    class Typed(Message):
        words: str

    @dataclass
    class Done(Message):
        """kept: the search stays; else it is given up."""

        kept: bool

    def compose(self) -> ComposeResult:
        yield Static("/ ", id="search-sign", markup=False)
        yield SearchInput(compact=True)
        yield Static("", id="search-count", markup=False)

    def open(self) -> None:
        line = self.query_one(SearchInput)
        with self.prevent(Input.Changed):
            line.value = ""
        self.count("")
        self.display = True
        line.focus()

    def count(self, words: str) -> None:
        """Show ``3/41`` or the like: our own words, never log text."""
        self.query_one("#search-count", Static).update(words)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if not event.value.isprintable():
            # Pasted control characters are written as the panes draw them, and so are found.
            event.input.value = safe(event.value)
            return
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._close(kept=True)

    @on(SearchInput.Left)
    def _left(self, event: SearchInput.Left) -> None:
        event.stop()
        self._close(kept=False)

    def _close(self, *, kept: bool) -> None:
        self.display = False
        self.post_message(self.Done(kept))
