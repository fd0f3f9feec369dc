"""Lines with a cursor on some of them, made for the width there is."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, NamedTuple, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ctexplore.text import fit
from ctexplore.tui.glyphs import glyphs

Item = TypeVar("Item")


class Line(NamedTuple, Generic[Item]):
    """text: safe for a screen. kind: ``row``, ``alert``, ``quiet`` or ``head``. item: what the
    cursor is on there; None where it can not be."""

    text: str
    kind: str = "row"
    item: Item | None = None


class LineList(ScrollView, Generic[Item], can_focus=True, inherit_bindings=False):
    """Only lines in sight are drawn; all are made anew when the width changes."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Its events", id="lines.open", tooltip="Narrow the list to it"),
        Binding("up,k", "move(-1)", "Up", show=False, id="lines.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="lines.down"),
        Binding("pageup,b", "page(-1)", "Page up", show=False, id="lines.page_up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="lines.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="lines.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="lines.half_down"),
        Binding("home,g", "end(0)", "First", show=False, id="lines.first"),
        Binding("end,G", "end(-1)", "Last", show=False, id="lines.last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--head",
        "lines--row",
        "lines--quiet",
        "lines--alert",
        "lines--cursor",
    }
    DEFAULT_CSS = """
    LineList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .lines--head { color: $titles; text-style: $titles-style; }
        & > .lines--row { color: $severity-read; }
        & > .lines--quiet { color: $text-muted; }
        & > .lines--alert { color: $severity-alert; text-style: $severity-alert-style; }
        & > .lines--cursor { background: $cursor-blurred; }
        &:focus > .lines--cursor {
            color: $cursor-foreground;
            background: $cursor;
            text-style: $cursor-style;
        }
    }
    """

    @dataclass
    class Moved(Message):
        """The cursor is on another item."""

    @dataclass
    class Opened(Message):
        """Somebody wants to see the events of the item under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._sign = ">" if glyphs(os.environ).lying.isascii() else "▌"
        self._make: Callable[[int], list[Line[Item]]] = lambda _: []
        self._lines: list[Line[Item]] = []
        self._places: list[int] = []  # lines that have an item
        self._at = 0  # place in _places

    @property
    def item(self) -> Item | None:
        """The one under the cursor."""
        return self._lines[self._line].item if self._places else None

    @property
    def _line(self) -> int:
        return self._places[self._at] if self._places else 0

    def show(
        self,
        make: Callable[[int], list[Line[Item]]],
        at: Item | None = None,
        *,
        keep: bool = False,
    ) -> None:
        """make: the lines for a width in cells, one of which is the cursor's. at: where the
        cursor begins; else on the first item. keep: where an equal item was, and is still."""
        before = self.item if keep else None
        self._make = make
        self._layout()
        items = [self._lines[line].item for line in self._places]
        if before is not None and before in items:
            self._go(items.index(before))
            self.post_message(self.Moved())
            return
        found = (n for n, item in enumerate(items) if item is at)
        self._at = next(found, 0) if at is not None else 0
        self.scroll_to(y=0, animate=False, immediate=True)
        self._go(self._at)
        self.refresh()
        self.post_message(self.Moved())

    def action_move(self, steps: int) -> None:
        self._go(self._at + steps)

    def action_end(self, place: int) -> None:
        self._go(place if place >= 0 else len(self._places) - 1)

    def action_page(self, pages: float) -> None:
        if self._places:
            wanted = self._line + round(pages * max(1, self.size.height - 1))
            nearest = min(self._places, key=lambda line: abs(line - wanted))
            self._go(self._places.index(nearest))

    def to_section(self, step: int) -> None:
        """To the first item below the next head, or the one before."""
        firsts = [
            place
            for place, line in enumerate(self._places)
            if line == 0 or self._lines[line - 1].kind == "head"
        ]
        if firsts:
            here = sum(place <= self._at for place in firsts) - 1
            self._go(firsts[(here + step) % len(firsts)])

    def action_open(self) -> None:
        if self.item is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        line = -1 if offset is None else offset.y + self.scroll_offset.y
        if line in self._places:
            self._go(self._places.index(line))
            if event.chain == 2:
                self.action_open()

    def on_resize(self) -> None:
        self._layout()
        self._go(self._at)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def _layout(self) -> None:
        width, height = self.outer_size
        self._lines = self._make(max(width - 1, 1))
        if len(self._lines) > height:
            # The bar comes with them: what Textual says is there now may lag behind.
            width -= self.styles.scrollbar_size_vertical
            self._lines = self._make(max(width - 1, 1))
        self._places = [n for n, line in enumerate(self._lines) if line.item is not None]
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def _go(self, place: int) -> None:
        if not self._places:
            return
        before, self._at = self._line, max(0, min(place, len(self._places) - 1))
        line, page, y = self._line, max(1, self.size.height), self.scroll_offset.y
        # Heads come into sight with the first item below them.
        top = line
        while top and self._lines[top - 1].kind == "head":
            top -= 1
        if top < y:
            self.scroll_to(y=top, animate=False, immediate=True)
        elif line >= y + page:
            self.scroll_to(y=line + 1 - page, animate=False, immediate=True)
        for changed in (before, line):
            self.refresh(Region(0, changed - self.scroll_offset.y, self.size.width, 1))
        if before != line:
            self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line, here = self._lines[number], bool(self._places) and number == self._line
        look = self.get_component_rich_style(f"lines--{line.kind}")
        if here:
            look += self.get_component_rich_style("lines--cursor", partial=True)
        return Strip([Segment(fit((self._sign if here else " ") + line.text, width), look)], width)
