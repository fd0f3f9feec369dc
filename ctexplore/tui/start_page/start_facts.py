"""What is known of the entry under the start page's cursor, names beside texts."""

from __future__ import annotations

import textwrap

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ctexplore.text import safe
from ctexplore.tui.start_page.start_entries import Entry

_NAMES = 13  # cells


class Facts(VerticalScroll):
    DEFAULT_CSS = """
    Facts {
        height: 40%; border-top: solid $panel; padding: 0 1;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    Facts > Static { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._entry: Entry | None = None

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, entry: Entry | None) -> None:
        if self._entry is None or entry is None or entry.key != self._entry.key:
            self.scroll_home(animate=False)
        self._entry = entry
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        facts = self._entry.facts if self._entry else ()
        room = max(20, self.scrollable_content_region.width - _NAMES)
        lines = []
        for name, text in facts:
            for part in textwrap.wrap(safe(text), room, break_on_hyphens=False):
                lines.append(Content.assemble((f"{name:<{_NAMES}}", "dim"), part))
                name = ""
        self.query_one(Static).update(Content("\n").join(lines))
