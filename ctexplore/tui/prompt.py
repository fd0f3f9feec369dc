"""A line at the bottom that asks for one text: a search, a time to go to, a prefix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from ctexplore.tui.line_input import LineInput


class PromptInput(LineInput):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Go", id="prompt.accept"),
        Binding("escape", "leave", "Back", id="prompt.leave"),
    ]


class Prompt(Horizontal):
    """Hidden until ``ask``; posts ``Answered`` with the question's name."""

    DEFAULT_CSS = """
    Prompt { height: 1; display: none; background: $surface; }
    Prompt > Static { width: auto; padding: 0 1; color: $text-muted; }
    """

    @dataclass
    class Answered(Message):
        """``name`` says which question; ``text`` is empty only where that is an answer."""

        name: str
        text: str

    def __init__(self, id: str | None = None, back: str = "EventList") -> None:  # noqa: A002
        """back: which widget gets the focus when the line closes."""
        super().__init__(id=id)
        self._back = back
        self._question = ""
        self._or_nothing = False

    def compose(self) -> ComposeResult:
        yield Static("", markup=False)
        yield PromptInput()

    def ask(
        self, name: str, label: str, hint: str = "", text: str = "", *, or_nothing: bool = False
    ) -> None:
        """``label`` and ``hint`` are our own words, never log text. text: to start from.
        or_nothing: whether no text is an answer, too."""
        self._question, self._or_nothing = name, or_nothing
        self.query_one(Static).update(label)
        line = self.query_one(PromptInput)
        line.placeholder = hint
        line.value, line.cursor_position = text, len(text)
        self.display = True
        line.focus()

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self._leave()
        if event.value.strip() or self._or_nothing:
            self.post_message(self.Answered(self._question, event.value.strip()))

    @on(LineInput.Left)
    def _left(self, event: LineInput.Left) -> None:
        event.stop()
        self._leave()

    def _leave(self) -> None:
        self.display = False
        # At once: a focus that comes later would be taken from the line if it asks again.
        self.screen.set_focus(self.screen.query_one(self._back))
