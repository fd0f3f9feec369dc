"""The signs of the event list: what colour says is said by a character, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from ctexplore.tui.glyphs import ASCII, glyphs

_VERDICTS: Final = {
    "verified": "✓", "changed": "✗", "missing": "−", "unreferenced": "?", "uncovered": "○", "": "·",
}  # fmt: skip
_PLAIN_VERDICTS: Final = {
    "verified": "=", "changed": "X", "missing": "-", "unreferenced": "?", "uncovered": "o", "": ".",
}  # fmt: skip


class Signs(Struct, frozen=True):
    """Each takes one cell.

    cursor: of the current line. cell: before its current cell. up, down: before the title that
    the list is sorted by. severity: by level. contested: behind the name of an event whose id
    another one has, too. new: of a line that came while following. flag: of a Sigma rule's hit.
    first: of what an actor did for the first time. integrity: by verdict, "" being unknown, behind
    an event's name, beside a folder and in the calendar.
    """

    cursor: str
    cell: str
    up: str
    down: str
    severity: tuple[str, str, str] = (" ", "+", "!")
    contested: str = "≠"
    new: str = "•"
    flag: str = "⚑"
    first: str = "¹"
    integrity: Mapping[str, str] = field(default_factory=lambda: _VERDICTS)


UNICODE = Signs("▌", "▸", "▲", "▼")
PLAIN = Signs(
    ">", ">", "^", "v", contested="#", new="o", flag="*", first="1", integrity=_PLAIN_VERDICTS
)


def signs(env: Mapping[str, str]) -> Signs:
    """Those that the terminal can show."""
    return PLAIN if glyphs(env) is ASCII else UNICODE
