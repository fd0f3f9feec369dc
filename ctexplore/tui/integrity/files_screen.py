"""Every file that was verified, with its verdict and why; enter opens its folder."""

from __future__ import annotations

import os
from itertools import groupby
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from ctexplore.investigate.integrity.verdicts import LOUD, Judged, Verdicts, summary
from ctexplore.text import clip, clip_middle, fit, safe
from ctexplore.trail.layout import LogKind
from ctexplore.trail.names import parse_name
from ctexplore.tui.events.signs import signs
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.line_list import Line, LineList

# Cells: that a name leaves to the reason where there is one, of a whole name, of what it tells.
_REASON, _NAME, _SHORT = 45, 82, 34


class FileList(LineList[Judged]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open its folder", id="files.open"),
    ]


class FilesScreen(Screen[str | None]):
    """The worst first. Dismissed with the folder of a file, or None."""

    DEFAULT_CSS = """
    FilesScreen > Static { height: 1; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "dismiss(None)", "Back", id="app.quit"),
        Binding("question_mark", "keys", "Keys", id="app.keys"),
        Binding("tab", "section(1)", "Next verdict", id="files.next"),
        Binding("shift+tab", "section(-1)", "Verdict before", show=False, id="files.previous"),
    ]

    def __init__(self, verdicts: Verdicts) -> None:
        super().__init__()
        self._head = summary(verdicts)
        self._files = verdicts.judged()
        self._signs = signs(os.environ).integrity

    def compose(self) -> ComposeResult:
        yield Static(safe(self._head), markup=False)
        yield FileList()
        yield Footer()

    def on_mount(self) -> None:
        listed = self.query_one(FileList)
        listed.focus()
        listed.show(self._lines)

    def _lines(self, width: int) -> list[Line[Judged]]:
        lines: list[Line[Judged]] = []
        for verdict, those in groupby(self._files, key=lambda each: each.verdict):
            files = list(those)
            lines += [Line("")] if lines else []
            lines.append(Line(f"{verdict.upper()} ({len(files):,})", "head"))
            kind = "alert" if verdict in LOUD else "row"
            sign = self._signs[verdict]
            lines += [Line(f"{sign} {_said(each, width - 2)}", kind, each) for each in files]
        return lines

    @on(LineList.Opened)
    def _opened(self) -> None:
        file = self.query_one(FileList).item
        if file is None:
            return
        if file.key:
            self.dismiss(file.key.rpartition("/")[0] + "/")
        else:
            self.notify("it is not there", markup=False)

    def action_section(self, step: int) -> None:
        self.query_one(FileList).to_section(step)

    def action_keys(self) -> None:
        self.app.push_screen(HelpScreen([self, *self.query(FileList)]))


def _said(file: Judged, width: int) -> str:
    """A file's name and why. Where there is room for one only, the name is what it tells."""
    name, reason = safe(file.place.rpartition("/")[2]), safe(file.reason)
    if not reason:
        return clip_middle(name, width)
    room = min(max(width - _REASON - 2, width // 2), _NAME)
    if len(name) > room and (parts := parse_name(file.place.rpartition("/")[2])):
        digest = " digest" if parts.kind is LogKind.DIGEST else ""
        name, room = f"{parts.region} {parts.delivered:%Y-%m-%d %H:%MZ}{digest}", _SHORT
    return f"{fit(clip_middle(name, room), room)}  {clip(reason, max(1, width - room - 2))}"
