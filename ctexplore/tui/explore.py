"""The main screen: tree, list and detail side by side, and what passes between them."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal

from ctexplore.query.complete import Completion, completions
from ctexplore.sources.outline import Outline
from ctexplore.sources.source import Source
from ctexplore.store.cache import Cache
from ctexplore.store.scope import Limits, Scope
from ctexplore.text import safe
from ctexplore.tui.clipboard import copy
from ctexplore.tui.desk import Desk
from ctexplore.tui.dialogs import AskToLoad
from ctexplore.tui.event_detail import EventDetail
from ctexplore.tui.event_list import EventList
from ctexplore.tui.feed import Counted, LoadAsks, LoadHalted, Loading, ViewChanged
from ctexplore.tui.filter_bar import Completions, FilterBar
from ctexplore.tui.finding import Finder, Matches, position_of, search
from ctexplore.tui.footer import Footer
from ctexplore.tui.header import Header
from ctexplore.tui.opening import CannotOpen, Opened, open_in_background
from ctexplore.tui.panes import PanesScreen
from ctexplore.tui.problems import ProblemsScreen
from ctexplore.tui.prompt import Prompt
from ctexplore.tui.reader import RecordRead
from ctexplore.tui.status import StatusLine
from ctexplore.tui.trail_tree import TrailTree


class ExploreScreen(PanesScreen):
    """Wires the panes; what each does is in its own file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter", "Filter", id="app.filter"),
        Binding("plus", "narrow('+')", "Only this", id="narrow.only"),
        Binding("minus", "narrow('-')", "Not this", id="narrow.not"),
        Binding("equals_sign", "narrow('=')", "This one too", id="narrow.also"),
        Binding("u", "undo", "Undo the view", id="view.undo"),
        Binding("ctrl+r", "redo", "Redo", id="view.redo"),
        Binding("slash", "search", "Search", id="app.search"),
        Binding("n", "match(1)", "Next match", id="app.next_match"),
        Binding("N", "match(-1)", "Previous match", id="app.previous_match"),
        Binding("colon", "goto", "Go to a time or id", id="app.goto"),
        Binding("T", "zone", "UTC or local", id="app.zone"),
        Binding("E", "problems", "Problems", id="app.problems"),
        Binding("r", "resume", "Resume", id="load.resume"),
        Binding("r", "retry", "Retry failed", id="load.retry"),
        Binding("R", "list_again", "List again", id="load.again"),
        Binding("escape", "stop", "Stop", id="load.stop"),
        Binding("escape", "leave", "To the list", id="app.leave"),
    ]

    def __init__(
        self, source: Source, cache: Cache, wanted: Scope, limits: Limits, text: str = ""
    ) -> None:
        """wanted: what the command line narrowed to. text: the filter to start with."""
        super().__init__()
        self._outline = Outline(source)
        self._desk = Desk(source, cache, wanted, limits, self.post_message)
        self._text = text
        self._finder = Finder()
        self._note = ""

    def compose(self) -> ComposeResult:
        yield Header()
        yield FilterBar(self._complete, self._text)
        with Horizontal(id="body"):
            yield TrailTree(self._outline)
            with Container(id="main"):
                yield EventList()
                yield EventDetail()
        yield StatusLine()
        yield Prompt()
        yield Footer()
        yield Completions()

    def on_mount(self) -> None:
        desk = self._desk
        self.query_one(Header).where = desk.source.label
        self.query_one(StatusLine).tell("opening …")
        open_in_background(desk.source, self._outline, desk.wanted, self.post_message)

    def on_unmount(self) -> None:
        self._desk.close()

    @property
    def _list(self) -> EventList:
        return self.query_one(EventList)

    @property
    def _bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    # -- opening and loading

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        if event.folders:
            self._open(event.folders)
            return
        self.query_one(StatusLine).tell("nothing is open yet")
        self._list.message = Text("Nothing is open yet.\nIn the tree (t), enter opens a folder.")

    @on(CannotOpen)
    def _cannot_open(self, event: CannotOpen) -> None:
        self.query_one(StatusLine).tell(safe(str(event.error)))
        self._list.message = Text(f"{safe(event.error.reason)}\n\n{safe(event.error.hint)}")
        if event.wants_prefix:
            self.query_one(Prompt).ask("prefix", "open the folder", "AWSLogs/111122223333/")

    @on(TrailTree.Opened)
    def _tree_opened(self, event: TrailTree.Opened) -> None:
        self.remove_class("-tree")
        self._open(tuple(event.folders))
        self._list.focus()

    @on(TrailTree.Problem)
    def _tree_problem(self, event: TrailTree.Problem) -> None:
        self.notify(safe(str(event.error)), severity="warning", markup=False)

    def _open(self, folders: tuple[str, ...]) -> None:
        self._finder.forget()
        self._note = ""
        self._list.show(None)
        self._list.message = Text("reading …")
        self.query_one(EventDetail).show(None, [])
        self.query_one(StatusLine).begin()
        self._desk.open(folders, self._bar.filter)
        tree = self.query_one(TrailTree)
        tree.set_open(list(folders))
        tree.reveal(folders[0])
        parts = [self._desk.source.label, *filter(None, folders[0].split("/"))]
        more = f"  and {len(folders) - 1:,} more" if len(folders) > 1 else ""
        self.query_one(Header).where = " › ".join(parts) + more

    @on(Loading)
    def _loading(self, event: Loading) -> None:
        if event.generation == self._desk.generation:
            self._tell(event.running)
            self.refresh_bindings()

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        if event.generation == self._desk.generation:
            tree = self.query_one(TrailTree)
            for folder, (events, files) in event.counts.items():
                tree.set_count(folder, events, files)

    def _tell(self, running: bool) -> None:
        session = self._desk.session
        if session is None:
            return
        note = self._note
        if not running and session.full:
            note = "memory limit reached"
        elif not running and session.tally.waiting and not note:
            note = "stopped, r resumes"
        copies = len(session.order.copies)
        self.query_one(StatusLine).show(session.tally, running=running, folded=copies, note=note)

    @on(LoadAsks)
    def _asks(self, event: LoadAsks) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self._desk.resume()
            else:
                self._note = "not loaded, r asks again"
                self._tell(False)

        if event.generation == self._desk.generation:
            self.app.push_screen(AskToLoad(event.estimate), answered)

    @on(LoadHalted)
    def _halted(self, event: LoadHalted) -> None:
        if event.generation == self._desk.generation:
            hint = f" ({safe(event.error.hint)})" if event.error.hint else ""
            self._note = f"{safe(event.error.reason)}{hint}, r goes on"
            self._tell(False)

    @on(ViewChanged)
    def _view_changed(self, event: ViewChanged) -> None:
        if event.generation != self._desk.generation:
            return
        view = event.view
        if view.total and not len(view):
            self._list.message = Text("Nothing matches the filter.\nu undoes it, f edits it.")
        elif not view.total and not self._desk.running:
            self._list.message = Text("No events here.\nE lists what could not be read.")
        self._list.show(view)
        self._bar.say(len(view), view.total, complete=event.complete)
        self._tell(self._desk.running)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what would do something: the keys line shows what works now."""
        running = self._desk.running
        match action:
            case "stop":
                return running
            case "resume":
                return not running and self._desk.unfinished
            case "retry":
                return not running and bool(self._desk.failed)
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        self._desk.stop()

    def action_leave(self) -> None:
        self.leave_pane()

    def action_resume(self) -> None:
        self._note = ""
        self.query_one(StatusLine).begin()
        self._desk.resume()

    def action_retry(self) -> None:
        self.query_one(StatusLine).begin()
        self._desk.retry()

    def action_list_again(self) -> None:
        for folder in self._desk.folders:
            self._outline.forget(folder)
        if self._desk.folders:
            self._open(self._desk.folders)

    # -- narrowing and finding

    def _complete(self, text: str, cursor: int) -> list[Completion]:
        view = self._list.view
        return [] if view is None else completions(text, cursor, view.table, None)

    @on(FilterBar.Narrowed)
    def _narrowed(self, event: FilterBar.Narrowed) -> None:
        self._desk.filter(event.filter)

    def action_filter(self) -> None:
        self._bar.input.focus()

    def action_undo(self) -> None:
        self._bar.undo()

    def action_redo(self) -> None:
        self._bar.redo()

    def action_narrow(self, operator: str) -> None:
        row, view = self._list.cursor_row, self._list.view
        if row is not None and view is not None:
            self._bar.add(operator, "name", view.table.text("name", row))

    @on(EventDetail.Narrow)
    def _narrow_by_value(self, event: EventDetail.Narrow) -> None:
        self._bar.add(event.op, event.path, event.value)

    def action_search(self) -> None:
        self.query_one(Prompt).ask("search", "search", "any text, or a filter such as name:Get*")

    def action_goto(self) -> None:
        self.query_one(Prompt).ask("goto", "go to", "2024-01-15 09:14, 14:30, yesterday, an id")

    @on(Prompt.Answered)
    def _answered(self, event: Prompt.Answered) -> None:
        view, session = self._list.view, self._desk.session
        if event.name == "prefix":
            self._open((event.text.strip("/") + "/",))
        elif view is None or session is None:
            return
        elif event.name == "search":
            if wrong := search(session, view, event.text, self.post_message):
                self.notify(wrong, severity="error", markup=False)
        else:
            found = position_of(view, event.text, self._list.zone)
            if isinstance(found, str):
                self.notify(safe(found), severity="error", markup=False)
            else:
                self._list.go_to(found)

    @on(Matches)
    def _matched(self, event: Matches) -> None:
        self._go(self._finder.found(event, self._list.cursor_position or 0))

    def action_match(self, step: int) -> None:
        self._go(self._finder.next(self._list.view, self._list.cursor_position or 0, step))

    def _go(self, found: tuple[int | None, str]) -> None:
        position, said = found
        if position is not None:
            self._list.go_to(position)
        self.notify(said, markup=False, timeout=3)

    # -- the event under the cursor

    @on(EventList.Moved)
    def _moved(self, event: EventList.Moved) -> None:
        if event.row is None:
            self.query_one(EventDetail).show(None, [])
        elif self.query_one(EventDetail).display:
            self._want(event.row)

    @on(EventList.Opened)
    def _event_opened(self, event: EventList.Opened) -> None:
        self._want(event.row, at_once=True)
        self.show_detail()

    def _want(self, row: int, *, at_once: bool = False) -> None:
        if view := self._list.view:
            self._desk.want(row, view.copies, at_once=at_once)

    @on(RecordRead)
    def _record_read(self, event: RecordRead) -> None:
        if event.generation != self._desk.generation or event.row != self._list.cursor_row:
            return
        if event.error:
            self.notify(safe(event.error), severity="error", markup=False)
        self.query_one(EventDetail).show(event.record, event.where)

    @on(EventDetail.CopyRequested)
    async def _copy(self, event: EventDetail.CopyRequested) -> None:
        said = " ".join(filter(None, (await copy(self.app, event.text), event.note)))
        self.notify(safe(said), markup=False)

    # -- other screens and settings

    def action_zone(self) -> None:
        listed = self._list
        listed.zone = None if listed.zone is not None else UTC
        self.query_one(Header).zone = "UTC" if listed.zone else "local time"

    def action_problems(self) -> None:
        problems = self._desk.session.tally.problems if self._desk.session else []
        self.app.push_screen(ProblemsScreen(problems))
