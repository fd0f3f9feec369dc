"""The line of the filter bar: its keys, and the part of the text that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message

from ctexplore.text import cell_width
from ctexplore.tui.line_input import LineInput


class _Underline(Highlighter):
    span: tuple[int, int] | None = None

    def highlight(self, text: Text) -> None:
        if self.span is not None:
            text.stylize("underline", *self.span)


class FilterInput(LineInput):
    """Completes with tab; up and down choose among the completions, up in an empty line among the
    filters of earlier."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "accept", "Complete", id="filter.complete"),
        Binding("enter", "submit", "Filter by this", id="filter.accept"),
        Binding("escape", "leave", "Back", id="filter.leave"),
        Binding("down", "choose(1)", "Choose a completion", show=False, id="filter.next"),
        Binding("up", "choose(-1)", "Choose a completion", show=False, id="filter.previous"),
        Binding("ctrl+up", "recall(1)", "Earlier filter", show=False, id="filter.earlier"),
        Binding("ctrl+down", "recall(-1)", "Later filter", show=False, id="filter.later"),
    ]

    @dataclass
    class Accepted(Message):
        """The highlighted completion is wanted."""

    @dataclass
    class Chosen(Message):
        """The highlight moves."""

        step: int

    @dataclass
    class Recalled(Message):
        """A filter of earlier is wanted: one before (1) or after (-1) this one."""

        step: int

    def __init__(self, value: str = "", placeholder: str = "") -> None:
        super().__init__(value, placeholder)
        self.highlighter = self._wrong = _Underline()

    def action_accept(self) -> None:
        self.post_message(self.Accepted())

    def action_choose(self, step: int) -> None:
        self.post_message(self.Chosen(step))

    def action_recall(self, step: int) -> None:
        self.post_message(self.Recalled(step))

    def focus(self, scroll_visible: bool = True) -> Self:
        self.cursor_position = len(self.value)
        return super().focus(scroll_visible)

    def below(self, column: int) -> Offset:
        """The cell of the screen below a character of the text."""
        before = cell_width(self.value[:column]) - int(self.scroll_offset.x)
        return Offset(self.region.x + max(0, before), self.region.bottom)

    def underline(self, span: tuple[int, int] | None) -> None:
        """Draw these characters of the text apart, from one to another, or none."""
        self._wrong.span = span
        self.refresh()
