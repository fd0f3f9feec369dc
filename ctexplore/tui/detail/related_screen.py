"""Going from an event to what belongs with it: a correction, an Insight's other end, the calls
beneath an Insight."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from ctexplore.sources.source import SourceError
from ctexplore.store.session import Session
from ctexplore.text import safe
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.insight import read_insight
from ctexplore.trail.node import Object
from ctexplore.tui.detail.beneath import Beneath, beneath, inside
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.detail.related import Related, insight_pair, related
from ctexplore.tui.digests_screen import DigestsScreen
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.events.rows import RowsScreen
from ctexplore.tui.feed import Failed
from ctexplore.tui.key_names import key_name
from ctexplore.tui.reader import RecordRead
from ctexplore.tui.tree.trail_tree import TrailTree


@dataclass
class RelatedFound(Message):
    """What belongs with the event of a row."""

    generation: int
    row: int
    found: tuple[Related, ...]


@dataclass
class BeneathFound(Message):
    """The way to the calls beneath an Insight, or why there is none."""

    generation: int
    found: Beneath | None
    error: str = ""


class RelatedScreen(RowsScreen):
    """Both keys work in the list and in the detail, on the event under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ampersand", "related", "Its other", id="related.go",
            tooltip="Go to the record that belongs with this one",
        ),
        Binding(
            "B", "beneath", "Beneath", id="related.beneath",
            tooltip="The calls an Insight is made of",
        ),
    ]  # fmt: skip

    _related: tuple[int, tuple[Related, ...]] | None = None
    """A row, and what belongs with it once that is known."""
    _next = 0

    @on(TrailTree.DigestsWanted)
    def _digests_wanted(self, event: TrailTree.DigestsWanted) -> None:
        """What proves log files stands on a screen of its own, never among events."""
        self.app.push_screen(DigestsScreen(self.desk.source, event.folder))

    @on(EventList.Moved)
    def _forget_related(self, event: EventList.Moved) -> None:
        if self._related is not None and self._related[0] != event.row:
            self._related = None
        self.refresh_bindings()

    @on(RecordRead)
    def _relate(self, event: RecordRead) -> None:
        """Look for what belongs with the event that is shown now, beside the screen's thread."""
        session, generation, row = self.desk.session, event.generation, event.row
        if session is None or generation != self.desk.generation or event.record is None:
            return
        record = event.record

        def look() -> Message:
            return RelatedFound(generation, row, related(session, row, record))

        self._beside(look)

    @on(RelatedFound)
    def _related_found(self, event: RelatedFound) -> None:
        if event.generation != self.desk.generation or event.row != self.events.cursor_row:
            return
        self._related, self._next = (event.row, event.found), 0
        self.query_one(EventDetail).relate([each.said for each in event.found])
        self.refresh_bindings()

    def action_related(self) -> None:
        """To the next of those that belong with this event; the filter may hide it."""
        row = self.events.cursor_row
        if self._related is None or self._related[0] != row:
            self.notify("nothing is known to belong with this event", markup=False)
            return
        loaded = [each for each in self._related[1] if each.row is not None]
        if not loaded:
            said = "; ".join(each.said for each in self._related[1])
            self.notify(safe(said or "nothing belongs with this event"), markup=False)
            return
        wanted = loaded[self._next % len(loaded)]
        self._next += 1
        if wanted.row is None or not self.events.select(wanted.row):
            undo = key_name(self, "view.undo")
            said = f"the filter hides it ({undo} undoes the filter): {wanted.said}"
            self.notify(safe(said), severity="warning", markup=False)

    def action_beneath(self) -> None:
        session, row = self.desk.session, self.events.cursor_row
        if session is None or row is None:
            return
        generation = self.desk.generation
        self._beside(lambda: _find_beneath(session, row, generation))

    @on(BeneathFound)
    def _beneath_found(self, event: BeneathFound) -> None:
        if event.generation != self.desk.generation:
            return
        if event.found is None:
            self.notify(safe(event.error), severity="warning", markup=False)
            return
        way = event.found
        self.bar.put(way.filter)
        missing = [f for f in way.folders if not inside(f, self.desk.folders)]
        if missing:
            self.open(way.folders)
        self.remove_class("-detail")
        self.events.focus()
        undo = key_name(self, "view.undo")
        self.notify(f"the calls beneath the Insight; {undo} brings the filter back", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "related":
                return self._related is not None and bool(self._related[1])
            case "beneath":
                return self._on_insight()
        return super().check_action(action, parameters)

    def _on_insight(self) -> bool:
        if not self.is_mounted:
            return False
        view, row = self.events.view, self.events.cursor_row
        if view is None or row is None:
            return False
        return view.table.text("category", row) == "Insight"

    def _beside(self, work: Callable[[], Message]) -> None:
        generation, post = self.desk.generation, self.post_message

        def guarded() -> None:
            try:
                post(work())
            except Exception as error:
                post(Failed(generation, error))

        threading.Thread(target=guarded, name="related", daemon=True).start()


def _find_beneath(session: Session, row: int, generation: int) -> BeneathFound:
    table = session.table
    try:
        root = parse(session.records.one(row)).root
    except (SourceError, JsonError, IndexError) as error:
        return BeneathFound(generation, None, str(error))
    insight = read_insight(root) if isinstance(root, Object) else None
    if insight is None:
        return BeneathFound(generation, None, "this event is no Insight")
    found = beneath(
        insight,
        insight_pair(session, row, insight),
        table.files[int(table.file[row])].key,
        table.text("region", row),
        table.text("account", row),
    )
    lacks = "" if found else "this Insight names no event or no time"
    return BeneathFound(generation, found, lacks)
