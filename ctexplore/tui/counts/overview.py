"""What is known of all events of the list at once, and how that narrows it: timeline, facets."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from ctexplore.query.combine import between, has_times, let_go, timed_like
from ctexplore.query.narrow import also, exclude, only
from ctexplore.store.columns.order import View
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.tui.counts.counting import FacetsCounted, Question, TimelineCounted
from ctexplore.tui.counts.facets_pane import FacetsPane
from ctexplore.tui.counts.timeline_bar import TimelineBar
from ctexplore.tui.events.cursor import first_at
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.feed import ViewChanged
from ctexplore.tui.filter.presets import PresetsScreen
from ctexplore.tui.tree.trail_tree import TrailTree

_NARROWEST = 1000  # milliseconds; CloudTrail's times are whole seconds


class OverviewScreen(PresetsScreen):
    """Every key here changes the filter's text and nothing else, so that what filters is always
    seen and ``u`` undoes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("F", "facets", "Facets", id="app.facets", tooltip="Facets: which values"),
        Binding(
            "left_square_bracket",
            "bar(-1)",
            "Bar before",
            id="time.previous",
            tooltip="Timeline: the bar before",
        ),
        Binding(
            "right_square_bracket",
            "bar(1)",
            "Bar after",
            id="time.next",
            tooltip="Timeline: the bar after",
        ),
        Binding(
            "less_than_sign", "span(-1)", "Span earlier", id="time.earlier",
            tooltip="Timeline: a span of bars",
        ),
        Binding(
            "greater_than_sign", "span(1)", "Span later", id="time.later",
            tooltip="Timeline: a span of bars",
        ),
        Binding("z", "zoom_in", "Zoom in", id="time.zoom_in", tooltip="Zoom in on a bar or span"),
        Binding("Z", "zoom_out", "Zoom out", id="time.zoom_out", tooltip="Zoom out again"),
    ]  # fmt: skip

    def on_mount(self) -> None:
        self._zooms: list[str] = []
        self.watch(self.events, "scroll_y", self._point)

    @property
    def timeline(self) -> TimelineBar:
        return self.query_one(TimelineBar)

    def _facets(self) -> FacetsPane:
        return self.query_one(FacetsPane)

    # -- counting

    @on(ViewChanged)
    def _count_view(self, event: ViewChanged) -> None:
        if event.generation == self.desk.generation:
            self._count(event.view)

    @on(TimelineBar.Resized)
    @on(FacetsPane.Wanted)
    def _count_again(self) -> None:
        if (view := self.events.view) is not None:
            self._count(view)

    def _count(self, view: View) -> None:
        facets = self._facets()
        facets.offer(view.added)
        self.desk.count(
            Question(view, self.bar.filter, self.timeline.bins, facets.columns, facets.values)
        )

    @on(TimelineCounted)
    def _timeline_counted(self, event: TimelineCounted) -> None:
        if event.generation == self.desk.generation:
            self.timeline.show(event.timeline)
            self._point()

    @on(FacetsCounted)
    def _facets_counted(self, event: FacetsCounted) -> None:
        if event.generation == self.desk.generation:
            self._facets().show(event.facets)

    # -- the timeline

    @on(EventList.Moved)
    def _point(self) -> None:
        """Show on the timeline where the list is."""
        events, view = self.events, self.events.view
        if view is None or not len(view):
            self.timeline.point(None, None)
            return
        times, row = view.table.time, events.cursor_row
        first, last = events.visible_rows
        # The list may be sorted by something else, so that any of its lines is the oldest.
        page = times[view.rows[first : last + 1]]
        page = page[page != NO_TIME]
        cursor = NO_TIME if row is None else int(times[row])
        self.timeline.point(
            None if cursor == NO_TIME else cursor,
            (int(page.min()), int(page.max())) if len(page) else None,
        )

    @on(TimelineBar.Clicked)
    def _bar_clicked(self, event: TimelineBar.Clicked) -> None:
        self._go_to_bar(event.until)

    def action_bar(self, step: int) -> None:
        self.timeline.forget_span()
        if (bar := self.timeline.next_bar(step)) is not None:
            self._go_to_bar(bar[1])

    def action_span(self, step: int) -> None:
        """Choose more bars than one, or fewer again."""
        if not self.timeline.extend(step):
            self.notify("no bar is chosen: [ and ] choose one", markup=False)

    def _go_to_bar(self, until: int) -> None:
        """To the newest event before a time, the first of a bar as the list has them."""
        view = self.events.view
        if view is not None and len(view):
            self.events.go_to(first_at(view, until - 1))

    def action_zoom_in(self) -> None:
        chosen, timeline = self.timeline.chosen, self.timeline.timeline
        if chosen is None or timeline is None:
            self.notify("no bar is chosen: [ and ] choose one", markup=False)
            return
        if timeline.width <= _NARROWEST and chosen[1] - chosen[0] <= _NARROWEST:
            self.notify("one second is as near as it gets", markup=False)
            return
        before = self.bar.text
        self.timeline.forget_span()
        self.bar.put(between(before, *chosen))
        self._zooms.append(before)

    def action_zoom_out(self) -> None:
        """Back to the times before the last zoom, whatever else the filter says by now."""
        now = self.bar.text
        if not has_times(now):
            self._zooms.clear()
            self.notify("this is the whole range", markup=False)
            return
        wider = now
        while wider == now:
            wider = timed_like(now, self._zooms.pop() if self._zooms else "")
        self.bar.put(wider)

    # -- facets

    def action_facets(self) -> None:
        """Show the facets and go there; from there, hide them."""
        if self._facets().has_focus:
            self.remove_class("-facets")
            self.events.focus()
        else:
            self.add_class("-facets")
            self._facets().focus()

    def action_tree(self) -> None:
        """The tree comes back where the facets have taken its place."""
        if self.has_class("-facets") and not self.narrow:
            self.remove_class("-facets", "-no-tree")
            self.query_one(TrailTree).focus()
        else:
            super().action_tree()

    @on(FacetsPane.Narrow)
    def _facet_chosen(self, event: FacetsPane.Narrow) -> None:
        """What is asked for already is let go by the same key."""
        text, field, value = self.bar.text, event.column, event.value
        change: Callable[[str, str, str], str]
        match event.operator:
            case "-":
                change = also if event.mark == "-" else exclude
            case "=":
                change = let_go if event.mark == "x" else also
            case _:
                change = let_go if only(text, field, value) == text else only
        self.bar.put(change(text, field, value))
