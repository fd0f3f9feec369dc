"""The third line: when the events of the list were, which failed, and where the list is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ctexplore.query.timeline import Timeline
from ctexplore.tui.counts.timeline_text import Axis, Cell, Pointed, bins_wanted
from ctexplore.tui.glyphs import glyphs


class TimelineBar(Widget):
    """A histogram in one line. Solid bars are events, dotted ones beside them those that failed;
    the bar of the list's cursor, or the span chosen with keys or mouse, is reversed, those of the
    list's page are underlined.

    Only the cells that came out different are painted.
    """

    COMPONENT_CLASSES = {  # noqa: RUF012
        "timeline--events",
        "timeline--failed",
        "timeline--label",
        "timeline--page",
        "timeline--chosen",
    }
    DEFAULT_CSS = """
    TimelineBar { height: 1; color: $foreground; }
    TimelineBar > .timeline--events { color: $severity-read; }
    TimelineBar > .timeline--failed { color: $event-error; }
    TimelineBar > .timeline--label { color: $text-muted; }
    TimelineBar > .timeline--page { text-style: underline; }
    TimelineBar > .timeline--chosen { text-style: reverse; }
    """

    @dataclass
    class Resized(Message):
        """There is room for another number of bars."""

    @dataclass
    class Clicked(Message):
        """A bar was clicked. since, until: its range, milliseconds since 1970 UTC."""

        since: int
        until: int

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._glyphs = glyphs(os.environ)
        self._timeline: Timeline | None = None
        self._axis: Axis | None = None
        self._zone: tzinfo | None = UTC
        self._cursor: int | None = None
        self._page: tuple[int, int] | None = None
        self._drawn: tuple[int, int] | None = None  # the chosen span, as times
        self._pressed: int | None = None
        self._held = 0  # the bar at which the chosen span began
        self._cells: list[Cell] = []

    @property
    def bins(self) -> int:
        """Bars to count for: as many as there is room for."""
        return bins_wanted(self.size.width)

    @property
    def timeline(self) -> Timeline | None:
        return self._timeline

    @property
    def zone(self) -> tzinfo | None:
        """The zone of the times shown: UTC, another, or None for this machine's own."""
        return self._zone

    @zone.setter
    def zone(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._lay_out()

    @property
    def chosen(self) -> tuple[int, int] | None:
        """Since and until of the chosen span, else of the cursor's bar."""
        bins = self._chosen_bins()
        if bins is None or self._timeline is None:
            return None
        edges = self._timeline.edges
        return int(edges[bins[0]]), int(edges[bins[1] + 1])

    def show(self, timeline: Timeline | None) -> None:
        self._timeline = timeline
        self._lay_out()

    def point(self, cursor: int | None, page: tuple[int, int] | None) -> None:
        """Where the list is. cursor: the time of the event there. page: the earliest and the
        latest time in sight. Milliseconds since 1970 UTC."""
        if (cursor, page) != (self._cursor, self._page):
            self._cursor, self._page = cursor, page
            self._paint()

    def forget_span(self) -> bool:
        """Drop the chosen span; whether there was one."""
        had = self._drawn is not None
        self._drawn = None
        self._paint()
        return had

    def extend(self, step: int) -> bool:
        """Move one end of the chosen span by a bar, earlier (-1) or later (1); the other end stays
        at the bar it began with. Whether there is a span now."""
        timeline, axis, chosen = self._timeline, self._axis, self._chosen_bins()
        if timeline is None or axis is None or chosen is None:
            return False
        if self._drawn is None:
            self._held = chosen[0]
        held = min(chosen, key=lambda end: abs(end - self._held))  # bars may be others by now
        end = sum(chosen) - held + step
        self._draw(held, max(0, min(end, len(timeline) - 1)))
        return True

    def _draw(self, held: int, end: int) -> None:
        """Choose the span between two bars, both included."""
        assert self._timeline is not None
        edges = self._timeline.edges
        self._drawn = int(edges[min(held, end)]), int(edges[max(held, end) + 1])
        self._paint()

    def next_bar(self, step: int) -> tuple[int, int] | None:
        """Since and until of the nearest bar with events before (-1) or after (1) the cursor's."""
        timeline, axis = self._timeline, self._axis
        if timeline is None or axis is None:
            return None
        here = axis.bin_of(self._cursor) if self._cursor is not None else None
        if here is None:
            here = -1 if step > 0 else len(timeline)
        at = here + step
        while 0 <= at < len(timeline):
            if timeline.counts[at]:
                return int(timeline.edges[at]), int(timeline.edges[at + 1])
            at += step
        return None

    def on_resize(self) -> None:
        self._lay_out()
        self.post_message(self.Resized())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if self._axis is None or event.button != 1:
            return
        self.capture_mouse()
        self._pressed = self._held = self._axis.bin_at(event.x)
        self.forget_span()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed is None or self._axis is None or self._timeline is None:
            return
        here = self._axis.bin_at(event.x)
        if self._drawn is not None or here != self._pressed:
            self._draw(self._pressed, here)

    def on_mouse_up(self) -> None:
        self.release_mouse()
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self._drawn is None and self._timeline is not None:
            edges = self._timeline.edges
            self.post_message(self.Clicked(int(edges[pressed]), int(edges[pressed + 1])))

    def _lay_out(self) -> None:
        shown = self._timeline
        width = self.size.width
        self._axis = Axis(shown, width, self._zone) if shown and width else None
        self._paint()

    def _chosen_bins(self) -> tuple[int, int] | None:
        axis = self._axis
        if axis is None:
            return None
        if self._drawn is not None:
            first, last = axis.bin_of(self._drawn[0]), axis.bin_of(self._drawn[1] - 1)
            return None if first is None or last is None else (first, last)
        here = axis.bin_of(self._cursor) if self._cursor is not None else None
        return None if here is None else (here, here)

    def _page_bins(self) -> tuple[int, int] | None:
        axis, page = self._axis, self._page
        if axis is None or page is None:
            return None
        edges = axis.timeline.edges
        first = axis.bin_of(max(page[0], int(edges[0])))
        last = axis.bin_of(min(page[1], int(edges[-1]) - 1))
        return None if first is None or last is None else (first, last)

    def _paint(self) -> None:
        """Compute the line and repaint from its first to its last cell that differs."""
        pointed = Pointed(self._page_bins(), self._chosen_bins())
        cells = self._axis.cells(pointed, self._glyphs) if self._axis else []
        blank = Cell(" ", "label")
        width = self.size.width
        before = self._cells + [blank] * (width - len(self._cells))
        self._cells = cells
        after = cells + [blank] * (width - len(cells))
        changed = [x for x in range(width) if before[x : x + 1] != after[x : x + 1]]
        if changed:
            self.refresh(Region(changed[0], 0, changed[-1] - changed[0] + 1, 1))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        segments = [
            Segment("".join(cell.text for cell in cells), self._look(alike))
            for alike, cells in groupby(self._cells, lambda cell: cell._replace(text=""))
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _look(self, cell: Cell) -> Style:
        style = self.get_component_rich_style(f"timeline--{cell.style}")
        if cell.page:
            style += self.get_component_rich_style("timeline--page", partial=True)
        if cell.chosen:
            style += self.get_component_rich_style("timeline--chosen", partial=True)
        return style
