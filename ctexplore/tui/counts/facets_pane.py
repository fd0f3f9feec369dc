"""The facets: which values the events of the list have, and how many events each."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ctexplore.query.fields import ADDED
from ctexplore.text import fit
from ctexplore.tui.counts.facet import Facet
from ctexplore.tui.counts.facet_lines import Line, line_text, lines_of
from ctexplore.tui.events.signs import signs
from ctexplore.tui.glyphs import glyphs

# What is shown together; tab goes through them.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("what and who", ("source", "name", "who", "error")),
    ("from where", ("ip", "region", "account", "agent")),
    ("how", ("key", "type")),
)
_JUDGED = "found out"
_LEAST = 8  # values of each field, whatever the height
_TITLES = 1


class FacetsPane(ScrollView, can_focus=True, inherit_bindings=False):
    """The fields of one group with their most frequent values; a cursor on one of the values.

    ``[x]`` is a value that the filter asks for, ``[-]`` one it excludes. Dim values are not in
    the list: they would be if the filter asked for nothing of this field.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="facets.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="facets.down"),
        Binding("pageup,b", "move(-10)", "Ten up", show=False, id="facets.page_up"),
        Binding("pagedown,space", "move(10)", "Ten down", show=False, id="facets.page_down"),
        Binding("home,g", "move(-1000)", "First value", show=False, id="facets.first"),
        Binding("end,G", "move(1000)", "Last value", show=False, id="facets.last"),
        Binding("enter,plus", "narrow('+')", "Only this", id="facets.only"),
        Binding("minus", "narrow('-')", "Not this", id="facets.not"),
        Binding("equals_sign", "narrow('=')", "This one too", id="facets.also"),
        Binding("tab,right,l", "group(1)", "Other fields", id="facets.next_group"),
        Binding("shift+tab,left,h", "group(-1)", "Fields before", show=False, id="facets.group"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "facets--title",
        "facets--field",
        "facets--value",
        "facets--outside",
        "facets--cursor",
    }
    DEFAULT_CSS = """
    FacetsPane {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .facets--title { color: $text-muted; }
        & > .facets--field { color: $titles; text-style: $titles-style; }
        & > .facets--value { color: $severity-read; }
        & > .facets--outside { color: $text-muted; }
        & > .facets--cursor { background: $cursor-blurred; }
        &:focus > .facets--cursor {
            color: $cursor-foreground;
            background: $cursor;
            text-style: $cursor-style;
        }
    }
    """

    @dataclass
    class Narrow(Message):
        """operator: ``+`` only this value, ``-`` not this, ``=`` this one too. mark: as in
        FacetValue, so that a value asked for already can be let go."""

        operator: str
        column: str
        value: str
        mark: str

    @dataclass
    class Wanted(Message):
        """Other columns, or more values of them, are to be counted."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._glyphs = glyphs(os.environ)
        self._sign = signs(os.environ).cursor
        self._groups = GROUPS
        self._group = 0
        self._facets: tuple[Facet, ...] = ()
        self._lines: list[Line] = []
        self._at = 0  # the line of the cursor
        self._strips: list[tuple[Line, bool]] = []

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that are shown; none while the pane is hidden."""
        return self._groups[self._group][1] if self.display else ()

    @property
    def values(self) -> int:
        """How many values to count of each field."""
        return max(_LEAST, (self.size.height - _TITLES) // len(self._groups[self._group][1]) - 2)

    def offer(self, added: Collection[str]) -> None:
        """Let columns that rooms above added be shown, in a group of their own."""
        columns = tuple(name for name in ADDED if name in added)
        groups = (*GROUPS, (_JUDGED, columns)) if columns else GROUPS
        if groups != self._groups:
            self._groups = groups
            self._group = min(self._group, len(groups) - 1)
            self.refresh()

    def show(self, facets: Sequence[Facet]) -> None:
        """Show other counts; the cursor keeps its value, or else its line. Facets of another
        group came too late."""
        if tuple(f.column for f in facets) != self._groups[self._group][1]:
            return
        self._facets = tuple(facets)
        kept = self._chosen()
        self._lines = lines_of(facets)
        self._at = self._find(kept) if kept else self._nearest(self._at)
        height = len(self._lines) + _TITLES
        if height != self.virtual_size.height:
            self.virtual_size = Size(self.size.width, height)
        self._repaint()

    def action_move(self, lines: int) -> None:
        places = [i for i, line in enumerate(self._lines) if line.value is not None]
        if not places:
            return
        here = places.index(self._at) if self._at in places else 0
        self._go(places[max(0, min(here + lines, len(places) - 1))])

    def action_narrow(self, operator: str) -> None:
        if chosen := self._chosen():
            column, value = chosen
            mark = next(
                (v.mark for f in self._facets if f.column == column for v in f.values
                 if v.value == value), "",
            )  # fmt: skip
            self.post_message(self.Narrow(operator, column, value, mark))

    def action_group(self, step: int) -> None:
        self._group = (self._group + step) % len(self._groups)
        self._facets, self._lines, self._at = (), [], 0
        self.scroll_to(y=0, animate=False)
        self.refresh()
        self.post_message(self.Wanted())

    def on_show(self) -> None:
        self.post_message(self.Wanted())

    def on_resize(self) -> None:
        self.post_message(self.Wanted())
        self.refresh()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        line = -1 if offset is None else offset.y + self.scroll_offset.y - _TITLES
        if 0 <= line < len(self._lines) and self._lines[line].value is not None:
            self._go(line)
            if event.chain == 2:
                self.action_narrow("+")

    def _chosen(self) -> tuple[str, str] | None:
        """The column and value under the cursor."""
        if not 0 <= self._at < len(self._lines):
            return None
        line = self._lines[self._at]
        return None if line.value is None else (line.column, line.value.value)

    def _find(self, chosen: tuple[str, str]) -> int:
        for number, line in enumerate(self._lines):
            if line.value is not None and (line.column, line.value.value) == chosen:
                return number
        return self._nearest(self._at)

    def _nearest(self, line: int) -> int:
        places = [i for i, shown in enumerate(self._lines) if shown.value is not None]
        return min(places, key=lambda place: abs(place - line), default=0)

    def _go(self, line: int) -> None:
        self._at = line
        # The name of the first field comes into sight with its first value.
        top = 0 if line < 2 else line + _TITLES
        if not self.scroll_offset.y + _TITLES <= top < self.scroll_offset.y + self.size.height:
            up = top < self.scroll_offset.y + _TITLES
            self.scroll_to(
                y=max(0, line - 1 if up else line + _TITLES + 1 - self.size.height), animate=False
            )
        self._repaint()

    def _repaint(self) -> None:
        """Repaint the lines that came out different."""
        width = self.size.width
        now = [(line, i == self._at) for i, line in enumerate(self._lines)]
        before, self._strips = self._strips, now
        for number in range(max(len(before), len(now))):
            if before[number : number + 1] != now[number : number + 1]:
                y = number + _TITLES - self.scroll_offset.y
                if _TITLES <= y < self.size.height:
                    self.refresh(Region(0, y, width, 1))

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < _TITLES:
            return self._title(width)
        number = y - _TITLES + self.scroll_offset.y
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line, here = self._lines[number], number == self._at
        style = self.get_component_rich_style
        look = style("facets--field")
        if line.value is not None:
            look = style("facets--outside" if line.value.outside else "facets--value")
        if here:
            look += style("facets--cursor", partial=True)
        said = line_text(line, width, self._sign if here else " ", self._glyphs.lying)
        return Strip([Segment(said, look)], width)

    def _title(self, width: int) -> Strip:
        names = (
            f"[{n}]" if i == self._group else f" {n} " for i, (n, _) in enumerate(self._groups)
        )
        look = self.get_component_rich_style("facets--title")
        return Strip([Segment(fit("".join(names), width), look)], width)
