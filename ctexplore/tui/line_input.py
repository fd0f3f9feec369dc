"""A line to type in, as the filter bar and the prompt have it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message
from textual.widgets import Input


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
        if value.isprintable():
            return value
        return "".join(c if c.isprintable() else _escaped(c) for c in value)

    def action_leave(self) -> None:
        self.post_message(self.Left())


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
