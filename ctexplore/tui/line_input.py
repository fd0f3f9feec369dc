"""A line to type in, as the filter bar and the prompt have it."""

from __future__ import annotations

from dataclasses import dataclass
from string import printable
from typing import ClassVar, Self

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from ctexplore.query.lexer import escaped

_KEYS = {" ": "space", ",": "comma"}  # that a binding cannot be written with


def _letters() -> list[BindingType]:
    """Keys that were on their way to another pane when the line took the focus come here as
    bindings: without these they would find those of the screen."""
    return [
        Binding(_KEYS.get(letter, letter), f"insert({letter!r})", show=False)
        for letter in printable
        if letter.isprintable()
    ]


class LineInput(Input):
    """Draws what is pasted without obeying it, and does not blink: that is traffic over SSH.

    It has the focus at once, and all that is typed behind the key that leads to it.
    """

    BINDINGS: ClassVar[list[BindingType]] = _letters()

    DEFAULT_CSS = """
    LineInput {
        border: none; height: 1; padding: 0; width: 1fr; background: $surface;
        background-tint: transparent;
        &:focus { background-tint: transparent; }
    }
    """

    @dataclass
    class Left(Message):
        """Nothing is wanted after all."""

    def __init__(self, value: str = "", placeholder: str = "") -> None:
        super().__init__(value, placeholder, select_on_focus=False, compact=True)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        r"""What acts on a terminal or hides becomes ``\u001b``, which filters read in quotes."""
        return escaped(value)

    def focus(self, scroll_visible: bool = True) -> Self:
        self.screen.set_focus(self, scroll_visible)
        return self

    def action_insert(self, letter: str) -> None:
        self.insert_text_at_cursor(letter)

    def action_leave(self) -> None:
        self.post_message(self.Left())
