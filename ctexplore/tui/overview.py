"""What is known of all events of the list at once: timeline, facets, presets; how they narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.command import Provider

from ctexplore.query.canonical import value_text
from ctexplore.query.combine import between, has_all, has_times, let_go, switched, timed_like
from ctexplore.query.narrow import also, exclude, only
from ctexplore.query.presets import HIDE_READS, HIDE_SERVICES, PRESETS, Preset
from ctexplore.query.syntax import FilterError
from ctexplore.store.order import View
from ctexplore.store.schema import NO_TIME
from ctexplore.text import safe
from ctexplore.tui.clipboard import copy
from ctexplore.tui.command_line import query_command
from ctexplore.tui.counting import FacetsCounted, Question, TimelineCounted
from ctexplore.tui.cursor import first_at
from ctexplore.tui.event_list import EventList
from ctexplore.tui.facets_pane import FacetsPane
from ctexplore.tui.feed import ViewChanged
from ctexplore.tui.loading import LoadingScreen
from ctexplore.tui.offers import KEYS, Offers
from ctexplore.tui.prompt import Prompt
from ctexplore.tui.timeline_bar import TimelineBar
from ctexplore.tui.trail_tree import TrailTree

_NARROWEST = 1000  # milliseconds; CloudTrail's times are whole seconds
_BY_ID = {preset.id: preset for preset in PRESETS}


def _preset_keys() -> list[BindingType]:
    return [
        Binding(
            str(number),
            f"preset('{preset.id}')",
            preset.title,
            id=f"preset.{preset.id}",
            tooltip=f"Preset: {preset.title}",
        )
        for number, preset in enumerate(PRESETS[:KEYS], 1)
    ]


class OverviewScreen(LoadingScreen):
    """Every key here changes the filter's text and nothing else, so that what filters is always
    seen and ``u`` undoes it."""

    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Offers}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("F", "facets", "Facets", id="app.facets", tooltip="Which values, how often"),
        Binding("left_square_bracket", "bar(-1)", "Bar before", id="time.previous"),
        Binding("right_square_bracket", "bar(1)", "Bar after", id="time.next"),
        Binding("z", "zoom_in", "Zoom in", id="time.zoom_in", tooltip="Only this bar or span"),
        Binding("Z", "zoom_out", "Zoom out", id="time.zoom_out", tooltip="The times before"),
        Binding("H", "hide_reads", "Reads", id="view.reads", tooltip="Hide or show reads"),
        Binding(
            "S", "hide_services", "Services", id="view.services",
            tooltip="Hide or show services' own events",
        ),
        *_preset_keys(),
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
        times = view.table.time
        row = events.cursor_row
        first, last = events.visible_rows
        cursor = None if row is None else int(times[row])
        newest, oldest = (int(times[view.rows[p]]) for p in (first, min(last, len(view) - 1)))
        self.timeline.point(
            None if cursor == NO_TIME else cursor,
            None if oldest == NO_TIME or last < first else (oldest, newest),
        )

    @on(TimelineBar.Clicked)
    def _bar_clicked(self, event: TimelineBar.Clicked) -> None:
        self._go_to_bar(event.until)

    def action_bar(self, step: int) -> None:
        self.timeline.forget_span()
        if (bar := self.timeline.next_bar(step)) is not None:
            self._go_to_bar(bar[1])

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

    # -- presets and what is hidden

    def action_preset(self, id: str) -> None:  # noqa: A002
        """Add a preset's terms to the filter, or take them back."""
        preset = _BY_ID[id]
        if not self._switch(preset.filter) or not preset.ask:
            return
        self.query_one(Prompt).ask(
            f"preset {id}",
            f"{preset.title}: which?",
            "part of a name or id; escape is all of them",
            self._at_hand(preset),
        )

    def _at_hand(self, preset: Preset) -> str:
        """The target of the event under the cursor, where it is of the preset's service."""
        row, view = self.events.cursor_row, self.events.view
        if row is None or view is None:
            return ""
        service = preset.filter.split()[0].removeprefix("source:")
        if view.table.text("source", row).partition(".")[0] != service:
            return ""
        return view.table.text("target", row)

    @on(Prompt.Answered)
    def _asked(self, event: Prompt.Answered) -> None:
        preset = _BY_ID.get(event.name.removeprefix("preset "))
        if preset is None or not event.name.startswith("preset "):
            return
        wanted = event.text if "*" in event.text else f"*{value_text(event.text)}*"
        try:
            self.bar.put(switched(self.bar.text, f"{preset.ask}:{wanted}"))
        except FilterError as error:
            self.notify(safe(str(error)), severity="error", markup=False)

    def action_hide_reads(self) -> None:
        self._switch(HIDE_READS)

    def action_hide_services(self) -> None:
        self._switch(HIDE_SERVICES)

    def _switch(self, terms: str) -> bool:
        """Whether the terms are in the filter now."""
        self.bar.put(switched(self.bar.text, terms))
        return has_all(self.bar.text, terms)

    def action_view(self, name: str, text: str) -> None:
        """Filter by a named view; a view that cannot be read changes nothing."""
        try:
            switched("", text)
        except FilterError as error:
            said = safe(f"view {name}: {error}")
            self.notify(said, severity="error", markup=False)
        else:
            self.bar.put(text)

    async def action_copy_command(self) -> None:
        session = self.desk.session
        if session is None:
            self.notify("nothing is open yet", markup=False)
            return
        command = query_command(self.desk.source, session.scope, self.bar.text)
        said = await copy(self.app, command.text)
        self.notify(safe("; ".join(filter(None, (said, command.note)))), markup=False)

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
