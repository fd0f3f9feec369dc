"""The screen as text: read back from Textual's own screenshot, compared with a kept file."""

from __future__ import annotations

import difflib
import html
import os
import re
from pathlib import Path

from textual.app import App

from ctexplore.text import cell_width

UPDATE = "CTEXPLORE_UPDATE_SNAPSHOTS"
_FOLDER = Path(__file__).parent / "snapshots"
_CELL = 12.2  # Rich draws its SVG with characters this wide
_PIECE = re.compile(
    r'<text class="[^"]*" x="([0-9.]+)"[^>]*clip-path="url\([^)]*line-(\d+)\)">(.*?)<'
)


def screen_lines(app: App[None]) -> list[str]:
    """What a person sees, a text for each line, without blanks at the ends."""
    return lines_of(app.export_screenshot())


def lines_of(svg: str) -> list[str]:
    """The text of a screenshot. A piece's place is its cells, so wide characters count two."""
    lines: dict[int, str] = {}
    for x, line, text in _PIECE.findall(svg):
        before = lines.get(int(line), "")
        gap = " " * (round(float(x) / _CELL) - cell_width(before))
        lines[int(line)] = before + gap + html.unescape(text).replace("\xa0", " ")
    return [lines.get(n, "").rstrip() for n in range(max(lines, default=-1) + 1)]


def check(app: App[None], name: str) -> None:
    """Compare the screen with ``snapshots/NAME.txt``; with CTEXPLORE_UPDATE_SNAPSHOTS, keep it."""
    shown = "".join(f"{line}\n" for line in screen_lines(app))
    kept = _FOLDER / f"{name}.txt"
    if os.environ.get(UPDATE):
        kept.write_text(shown)
        return
    before = kept.read_text() if kept.exists() else ""
    changes = difflib.unified_diff(
        before.splitlines(), shown.splitlines(), "kept", "shown", lineterm="", n=1
    )
    assert shown == before, f"{name} looks different ({UPDATE}=1 keeps it):\n" + "\n".join(changes)
