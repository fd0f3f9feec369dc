"""The start page's list: sections that come and grow while the cursor stays where it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ctexplore.text import cell_width, clip_middle, fit, safe
from ctexplore.tui.glyphs import glyphs
from ctexplore.tui.start_page.start_entries import Entry, Section

# Cells of the first columns, where there are many and where there are two; the rest take what
# they need.
_WIDEST = (24, 12, 40)
_WIDEST_OF_TWO = (56,)
_GAP = "  "


class _Line(NamedTuple):
    """An entry, or a head above entries, or an empty line between two sections."""

    text: str
    entry: Entry | None = None
    head: bool = False


class StartList(ScrollView, can_focus=True, inherit_bindings=False):
    """A cursor on one entry. Entries that come above it scroll out at the top, so that it stays
    on its entry and on its line of the screen."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="start.open"),
        Binding("up,k", "move(-1)", "Up", show=False, id="start.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="start.down"),
        Binding("pageup,b", "page(-1)", "Page up", show=False, id="start.page_up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="start.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="start.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="start.half_down"),
        Binding("home,g", "move(-100000)", "First", show=False, id="start.first"),
        Binding("end,G", "move(100000)", "Last", show=False, id="start.last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "start--head",
        "start--entry",
        "start--quiet",
        "start--alert",
        "start--cursor",
    }
    DEFAULT_CSS = """
    StartList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .start--head { color: $titles; text-style: $titles-style; }
        & > .start--entry { color: $severity-read; }
        & > .start--quiet { color: $text-muted; }
        & > .start--alert { color: $severity-alert; text-style: $severity-alert-style; }
        & > .start--cursor { background: $cursor-blurred; }
        &:focus > .start--cursor {
            color: $cursor-foreground;
            background: $cursor;
            text-style: $cursor-style;
        }
    }
    """

    @dataclass
    class Moved(Message):
        """The cursor is on another entry, or what is known of its entry has changed."""

        entry: Entry | None

    @dataclass
    class Opened(Message):
        entry: Entry

    def __init__(self) -> None:
        super().__init__()
        self._sign = ">" if glyphs(os.environ).lying.isascii() else "▌"
        self._lines: list[_Line] = []
        self._at = 0  # the line of the cursor

    @property
    def entry(self) -> Entry | None:
        """The one under the cursor."""
        return self._lines[self._at].entry if self._at < len(self._lines) else None

    def show(self, sections: Iterable[Section]) -> None:
        """Show what is known now in the place of what was known before."""
        before, line = self.entry, self._at - self.scroll_offset.y
        self._lines = list(_lines(sections))
        places = self._places()
        if not places:
            return
        kept = self._find(before.key) if before is not None else 0
        self._at = kept or min(places, key=lambda place: abs(place - self._at))
        top = max(0, self._at - line) if kept else self.scroll_offset.y
        # A list that is no longer than the screen may need to scroll for that, too.
        self.virtual_size = Size(self.size.width, max(len(self._lines), top + self.size.height))
        self.scroll_to(y=top, animate=False, immediate=True)
        self.refresh()
        if self.entry != before:
            self.post_message(self.Moved(self.entry))

    def action_move(self, steps: int) -> None:
        places = self._places()
        if places:
            here = places.index(self._at)
            self._go(places[max(0, min(here + steps, len(places) - 1))])

    def action_page(self, pages: float) -> None:
        places = self._places()
        if places:
            wanted = self._at + round(pages * max(1, self.size.height - 1))
            self._go(min(places, key=lambda place: abs(place - wanted)))

    def action_open(self) -> None:
        if self.entry is not None and self.entry.words:
            self.post_message(self.Opened(self.entry))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        line = -1 if offset is None else offset.y + self.scroll_offset.y
        if line in self._places():
            self._go(line)
            if event.chain == 2:
                self.action_open()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._lines))
        self._go(self._at)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def _places(self) -> list[int]:
        return [n for n, line in enumerate(self._lines) if line.entry is not None]

    def _find(self, key: str) -> int:
        """The line of an entry; 0, which is a head's, where it is gone."""
        found = (n for n, line in enumerate(self._lines) if line.entry and line.entry.key == key)
        return next(found, 0)

    def _go(self, line: int) -> None:
        before, self._at = self._at, line
        # The head comes into sight with the first entry below it.
        top = line - 1 if line and self._lines[line - 1].head else line
        page, y = max(1, self.size.height), self.scroll_offset.y
        if top < y:
            self.scroll_to(y=top, animate=False, immediate=True)
        elif line >= y + page:
            self.scroll_to(y=line + 1 - page, animate=False, immediate=True)
        for changed in (before, line):
            self.refresh(Region(0, changed - self.scroll_offset.y, self.size.width, 1))
        if before != line:
            self.post_message(self.Moved(self.entry))

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line, here = self._lines[number], number == self._at
        style = self.get_component_rich_style
        entry = line.entry
        if entry is None:
            look = style("start--head")
        else:
            kind = "alert" if entry.sign else "quiet" if entry.quiet else "entry"
            look = style(f"start--{kind}")
        if here:
            look += style("start--cursor", partial=True)
        return Strip([Segment(fit((self._sign if here else " ") + line.text, width), look)], width)


def _lines(sections: Iterable[Section]) -> Iterable[_Line]:
    for number, section in enumerate(sections):
        if number:
            yield _Line("")
        rows = [tuple(map(safe, entry.cells)) for entry in section.entries]
        heads = (safe(section.title), *(head.upper() for head in section.heads))
        # An entry of one cell is a sentence, and no column.
        widths = _widths([heads, *(row for row in rows if len(row) > 1)])
        yield _Line(" " + _joined(heads, widths), head=True)
        for entry, row in zip(section.entries, rows, strict=True):
            text = _joined(row, widths) if len(row) > 1 else "".join(row)
            yield _Line(f"{entry.sign or ' '} {text}", entry)


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    count = max(map(len, rows))
    limits = _WIDEST if count > 2 else _WIDEST_OF_TWO
    widest = [
        max((cell_width(row[n]) for row in rows if n < len(row)), default=0) for n in range(count)
    ]
    return [min(w, *limits[n : n + 1] or (w,)) for n, w in enumerate(widest)]


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(
        fit(clip_middle(cell, width), width) for cell, width in zip(cells, widths, strict=False)
    ).rstrip()
