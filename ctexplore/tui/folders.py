"""What of the source lies open: the tree, the header, and opening other folders."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rich.text import Text
from textual import on

from ctexplore.sources.outline import Outline
from ctexplore.sources.source import Source
from ctexplore.store.cache.cache import Cache
from ctexplore.store.scope import Limits, Scope
from ctexplore.text import safe
from ctexplore.trail.layout import Level, place_of
from ctexplore.tui.desk import Desk
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.feed import Counted
from ctexplore.tui.filter.filter_bar import FilterBar
from ctexplore.tui.header import Header
from ctexplore.tui.opening import CannotOpen, Opened, begin_at, open_in_background
from ctexplore.tui.panes import PanesScreen
from ctexplore.tui.prompt import Prompt
from ctexplore.tui.status import StatusLine
from ctexplore.tui.tree.trail_tree import TrailTree
from ctexplore.tui.whom import as_whom

_MOST_FOLDERS = 5_000  # looked through for the newest day: 20 ms


class FoldersScreen(PanesScreen):
    """Opens folders of a source on the desk, and shows in the tree which those are."""

    def __init__(
        self, source: Source, cache: Cache, wanted: Scope, limits: Limits, text: str = ""
    ) -> None:
        """wanted: what the command line narrowed to. text: the filter to start with."""
        super().__init__()
        self.outline = Outline(source)
        self.desk = Desk(source, cache, wanted, limits, self.post_message)
        self.text = text

    def on_mount(self) -> None:
        desk = self.desk
        header = self.query_one(Header)
        header.where, header.identity = desk.source.label, as_whom(desk.source)
        self.query_one(StatusLine).tell("opening …")
        self.events.message = Text("opening …")
        open_in_background(desk.source, self.outline, desk.wanted, self.post_message)

    def on_unmount(self) -> None:
        self.desk.close()

    @property
    def events(self) -> EventList:
        return self.query_one(EventList)

    @property
    def bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        if event.folders:
            self.open(event.folders)
            return
        self.query_one(StatusLine).tell("nothing is open yet")
        self.events.message = Text("Nothing is open yet.\nIn the tree (t), enter opens a folder.")

    @on(CannotOpen)
    def _cannot_open(self, event: CannotOpen) -> None:
        self.query_one(StatusLine).tell(safe(str(event.error)))
        self.events.message = Text(f"{safe(event.error.reason)}\n\n{safe(event.error.hint)}")
        if event.wants_prefix:
            self.query_one(Prompt).ask("prefix", "open the folder", "AWSLogs/111122223333/")

    def begin_at(self, prefix: str) -> None:
        """Start again at a folder that may be listed, where the top of the bucket may not."""
        begin_at(self.outline, prefix)
        self.query_one(TrailTree).show(self.outline)
        open_in_background(self.desk.source, self.outline, self.desk.wanted, self.post_message)

    @on(TrailTree.Opened)
    def _tree_opened(self, event: TrailTree.Opened) -> None:
        self.remove_class("-tree")
        self.open(tuple(event.folders))
        self.events.focus()

    @on(TrailTree.Problem)
    def _tree_problem(self, event: TrailTree.Problem) -> None:
        self.notify(safe(str(event.error)), severity="warning", markup=False)

    def open(self, folders: tuple[str, ...]) -> None:
        self.events.show(None)
        self.events.message = Text("reading …")
        self.query_one(EventDetail).show(None, [])
        self.desk.open(folders, self.bar.filter)
        tree = self.query_one(TrailTree)
        tree.set_open(list(folders))
        tree.reveal(folders[0])
        more = f"  and {len(folders) - 1:,} more" if len(folders) > 1 else ""
        self.query_one(Header).tell(self.desk.source.label, folders[0], more)

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        if event.generation == self.desk.generation:
            tree = self.query_one(TrailTree)
            for folder, (events, files) in event.counts.items():
                tree.set_count(folder, events, files)
            root = self.desk.source.root
            if self.desk.folders == (root,) and tree.cursor_folder == root:
                tree.reveal(_newest_day(event.counts) or root)
            self.refresh_bindings()


def _newest_day(folders: Iterable[str]) -> str | None:
    """The day folder to show of a whole trail; None where that would take long or there is none."""
    known = list(islice(folders, _MOST_FOLDERS))
    places = {folder: place_of(folder) for folder in known}
    days = {f: p.date for f, p in places.items() if p.level is Level.DAY and p.date}
    return max(days, key=days.__getitem__) if days and len(known) < _MOST_FOLDERS else None
