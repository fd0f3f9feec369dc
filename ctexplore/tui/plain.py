"""A screen in ASCII alone, for terminals that show nothing else: borders, signs, scroll bars."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_STANDS_FOR = {
    "…": "~",  # one cell, as in the lists of many a program that cuts
    "·": "-",
    "•●": "o",
    "›▸▶→⏎▌": ">",
    "▾▼": "v",
    "▲": "^",
    "×✗": "x",
    "✓": "v",
    "≠": "#",
    "±": "~",
    "─━╌╍═▁▔▂": "-",
    "│┃║▏▎▕▐▍": "|",
    "┌┏┐┓└┗┘┛╔╗╚╝╭╮╯╰├┣┤┫┬┴┼╠╣": "+",
    "🔎": "/ ",  # before the palette's line
    "▃▄▅▆▇█▊▉▋▖▗▘▙▛▜▝▟▀": "#",
}
_TABLE = {ord(char): sign for chars, sign in _STANDS_FOR.items() for char in chars}


class Plain(LineFilter):
    """Runs over every line on its way to the terminal, whoever drew it.

    Log text has become escapes by then (``ctexplore.text.show_only_ascii``); whatever else is
    left, such as what was typed, is a ``?`` a cell, so that nothing shifts.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [
            segment if segment.text.isascii() else Segment(in_ascii(segment.text), *segment[1:])
            for segment in segments
        ]


def in_ascii(text: str) -> str:
    """``text``, one of ours, in as many cells."""
    text = text.translate(_TABLE)
    return (
        text if text.isascii() else "".join(c if c.isascii() else "?" * cell_len(c) for c in text)
    )
