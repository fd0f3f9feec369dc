"""The main screen: what the keys do to the filter, the cursor and the event under it."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Container, Horizontal
from textual.events import DescendantBlur, DescendantFocus

from ctexplore.query.complete import Completion
from ctexplore.text import safe
from ctexplore.tui.clipboard import copy
from ctexplore.tui.copy_choices import CopyChoices
from ctexplore.tui.counts.facets_pane import FacetsPane
from ctexplore.tui.counts.timeline_bar import TimelineBar
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.exports import ExportsScreen
from ctexplore.tui.feed import ViewChanged
from ctexplore.tui.filter.athena_screen import AthenaScreen
from ctexplore.tui.filter.completing import Completing
from ctexplore.tui.filter.filter_bar import FilterBar
from ctexplore.tui.filter.filter_hints import Completions, FilterTrouble
from ctexplore.tui.filter.history import own_history
from ctexplore.tui.finding_screen import FindingScreen
from ctexplore.tui.follow_screen import FollowScreen
from ctexplore.tui.footer import Footer
from ctexplore.tui.header import Header
from ctexplore.tui.integrity.verify_screen import VerifyScreen
from ctexplore.tui.investigate.around_choices import AroundChoices
from ctexplore.tui.investigate.compare_screen import ComparingScreen
from ctexplore.tui.investigate.investigate_screen import InvestigateScreen
from ctexplore.tui.investigate.life_line import LifeLine
from ctexplore.tui.investigate.policy_screen import PolicyScreen
from ctexplore.tui.investigate.ruled_screen import RuledScreen
from ctexplore.tui.notebook.noting import NotingScreen
from ctexplore.tui.problems import ProblemsScreen
from ctexplore.tui.prompt import Prompt
from ctexplore.tui.reader import RecordRead
from ctexplore.tui.status import StatusLine
from ctexplore.tui.too_small import TooSmall
from ctexplore.tui.tree.trail_tree import TrailTree


class ExploreScreen(
    FindingScreen,
    VerifyScreen,
    RuledScreen,
    ComparingScreen,
    PolicyScreen,
    FollowScreen,
    InvestigateScreen,
    NotingScreen,
    AthenaScreen,
    ExportsScreen,
):
    """Wires the panes; what each does is in its own file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter", "Filter", id="app.filter", tooltip="Type a filter"),
        Binding("u", "undo", "Undo", id="view.undo", tooltip="Undo the last filter"),
        Binding("ctrl+r", "redo", "Redo", id="view.redo", tooltip="Redo what u undid"),
        Binding("T", "zone", "Time zone", id="app.zone", tooltip="Times in UTC or local"),
        Binding("E", "problems", "Problems", id="app.problems", tooltip="What failed, and why"),
    ]

    def compose(self) -> ComposeResult:
        self._completing = Completing()
        yield Header()
        yield FilterBar(self._complete, self.text, history=own_history())
        yield TimelineBar()
        yield LifeLine(markup=False)
        with Horizontal(id="body"):
            yield TrailTree(self.outline)
            yield FacetsPane()
            with Container(id="main"):
                yield EventList()
                yield EventDetail()
        yield CopyChoices(id="list-copy")
        yield AroundChoices()
        yield StatusLine()
        yield Prompt()
        yield Footer(self._word)
        yield Completions()
        yield FilterTrouble()
        yield TooSmall()

    def on_mount(self) -> None:
        self._shown: int | None = None  # the row whose record the detail has or waits for
        self.screen_layout_refresh_signal.subscribe(self, self._laid_out)

    # -- narrowing and finding

    def _complete(self, text: str, cursor: int) -> list[Completion]:
        return self._completing.offers(self.events.view, text, cursor)

    @on(FilterBar.Narrowed)
    def _narrowed(self, event: FilterBar.Narrowed) -> None:
        if self.desk.suffices(event.filter):
            self.desk.filter(event.filter)
        else:
            self.open(self.desk.folders)

    @on(Completions.Picked)
    def _picked(self, event: Completions.Picked) -> None:
        self.bar.take(event.place)

    def action_filter(self) -> None:
        self.bar.input.focus()

    def action_undo(self) -> None:
        self.bar.undo()

    def action_redo(self) -> None:
        self.bar.redo()

    @on(EventDetail.Narrow)
    def _narrow_by_value(self, event: EventDetail.Narrow) -> None:
        self.bar.add(event.op, event.path, event.value)

    @on(DescendantFocus)
    @on(DescendantBlur)
    def _asking(self) -> None:
        self.set_class(self.query_one(Prompt).has_focus_within, "-asks")

    @on(Prompt.Answered)
    def _prefix_answered(self, event: Prompt.Answered) -> None:
        if event.name == "prefix":
            self.begin_at(event.text)

    # -- the event under the cursor

    @on(EventList.Moved)
    def _moved(self, event: EventList.Moved) -> None:
        if event.row is None:
            self._shown = None
            self.query_one(EventDetail).show(None, [])
        elif self.query_one(EventDetail).region:
            self._want(event.row)

    def _laid_out(self, _screen: object) -> None:
        """A detail that came on the screen lacks what was gone to meanwhile; a pane that folded
        away had the focus."""
        if self.focused is None and self.app.app_focus:
            self.events.focus()
        row = self.events.cursor_row
        if row is not None and row != self._shown and self.query_one(EventDetail).region:
            self._want(row)

    @on(EventList.Opened)
    def _event_opened(self, event: EventList.Opened) -> None:
        self._want(event.row, at_once=True)
        self.show_detail()

    def _want(self, row: int, *, at_once: bool = False) -> None:
        if view := self.events.view:
            self._shown = row
            self.query_one(EventDetail).expect()
            self.desk.want(row, view.copies, at_once=at_once)

    @on(RecordRead)
    def _record_read(self, event: RecordRead) -> None:
        if event.generation != self.desk.generation or event.row != self.events.cursor_row:
            return
        if event.error:
            self.notify(safe(event.error), severity="error", markup=False)
        self.query_one(EventDetail).show(event.record, event.where, safe(event.error))

    @on(EventDetail.CopyRequested)
    async def _copy(self, event: EventDetail.CopyRequested) -> None:
        said = " ".join(filter(None, (await copy(self.app, event.text), event.note)))
        self.notify(safe(said), markup=False)

    # -- what the keys line says

    def _word(self, active: ActiveBinding) -> str:
        binding, events = active.binding, self.events
        if (
            isinstance(self.focused, (CopyChoices, AroundChoices))
            and active.node is not self.focused
        ):
            return ""  # its line says what its keys do; any other closes it
        match binding.id:
            case "app.quit":
                return "Back" if self.opened_from_page or not self.at_the_list else "Quit"
            case "narrow.only" | "narrow.not" | "narrow.also":
                works = active.node is not self or (
                    events.has_focus and events.cursor_row is not None
                )
            case "list.open" | "list.copy" | "list.sort" | "list.mark" | "list.print":
                works = events.cursor_row is not None
            case "list.next_mark":
                works = bool(events.marked)
            case "app.next_match":
                works = self._finder.searching
            case "app.problems":
                works = bool(self.desk.session and self.desk.session.tally.problems)
            case "view.undo":
                works = bool(self.bar.text)
            case "detail.next":
                works = self.query_one(EventDetail).searching
            case _:
                works = True
        return binding.description if works else ""

    @on(ViewChanged)
    @on(EventList.Marked)
    def _other_keys_work(self) -> None:
        self.refresh_bindings()

    # -- other screens and settings

    def keep_chain(self, title: str, text: str) -> None:
        self.keep_filter(title, text, "chain")

    def action_zone(self) -> None:
        listed = self.events
        listed.zone = None if listed.zone is not None else UTC
        self.query_one(Header).zone = "UTC" if listed.zone else "local time"
        self.timeline.zone = listed.zone

    def action_problems(self) -> None:
        problems = self.desk.session.tally.problems if self.desk.session else []
        self.app.push_screen(ProblemsScreen(problems))
