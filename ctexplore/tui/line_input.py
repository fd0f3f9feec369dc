"""A line to type in, as the filter bar and the prompt have it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message
from textual.widgets import Input

from ctexplore.query.lexer import escaped


class LineInput(Input):
    """Draws what is pasted without obeying it, and does not blink: that is traffic over SSH."""

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

    def action_leave(self) -> None:
        self.post_message(self.Left())
