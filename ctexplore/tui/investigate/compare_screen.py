"""``d``: marked events side by side, or what the one under the cursor changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from ctexplore.export.fields import times
from ctexplore.investigate.compare.fields import MOST, field_rows
from ctexplore.investigate.compare.previous import policy_change
from ctexplore.sources.source import SourceError
from ctexplore.store.session import Session
from ctexplore.text import safe
from ctexplore.trail.change_words import change_words
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.node import Object
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.feed import Failed
from ctexplore.tui.investigate.compare_text import Compared, compare_page
from ctexplore.tui.investigate.page import Page


@dataclass
class ComparedEvents(Message):
    """What a comparison found, or why there is none."""

    generation: int
    found: Compared | None
    error: str = ""


class ComparePage(Page):
    """Only what differs, until all is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "all", "All fields", id="page.all", tooltip="All fields, or what differs"),
        Binding("d", "app.pop_screen", "Back", id="page.back", show=False, tooltip="Back"),
    ]

    def __init__(self, found: Compared) -> None:
        self._found = found
        self._all = False
        super().__init__(self._title, compare_page(found, all_fields=False))

    @property
    def _title(self) -> str:
        if len(self._found.heads) == 1:
            return "What this event changed"
        return f"{len(self._found.heads)} events, {'all fields' if self._all else 'what differs'}"

    def action_all(self) -> None:
        self._all = not self._all
        self.show(self._title, compare_page(self._found, all_fields=self._all))


class ComparingScreen(OverviewScreen):
    """Records are read beside the screen's thread."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "d", "compare", "Compare", id="compare.events",
            tooltip="Compare marked events, or a policy with the one before",
        ),
    ]  # fmt: skip

    def action_compare(self) -> None:
        session, row = self.desk.session, self.events.cursor_row
        rows = set(self.events.marked)
        if len(rows) < 2 and row is not None:
            rows.add(row)
        if session is None or not rows:
            self.notify("nothing to compare: no event is in the list", markup=False)
            return
        if len(rows) > MOST:
            said = f"{len(rows):,} events are marked; {MOST} can be compared"
            self.notify(said, severity="warning", markup=False)
            return
        generation, post = self.desk.generation, self.post_message
        chosen = sorted(rows, key=lambda each: (int(session.table.time[each]), each))

        def work() -> None:
            try:
                post(_compared(session, chosen, generation))
            except Exception as error:
                post(Failed(generation, error))

        threading.Thread(target=work, name="compare", daemon=True).start()

    @on(ComparedEvents)
    def _compared(self, event: ComparedEvents) -> None:
        if event.generation != self.desk.generation:
            return
        if event.found is None:
            self.notify(safe(event.error), severity="warning", markup=False)
        else:
            self.app.push_screen(ComparePage(event.found))


def _compared(session: Session, rows: list[int], generation: int) -> ComparedEvents:
    try:
        records = [session.records.one(row) for row in rows]
    except SourceError as error:
        return ComparedEvents(generation, None, str(error))
    change = policy_change(session, rows[0], records[0]) if len(rows) == 1 else None
    before = change.before if change else None
    found = Compared(
        tuple(_head(session, row) for row in rows),
        tuple(map(_words, records)),
        tuple(field_rows(records)),
        change,
        "" if before is None else _head(session, before),
    )
    alone = len(rows) == 1 and change is None and not found.words[0]
    if alone:
        said = "mark two to five events (m) to compare them; this one changes no policy"
        return ComparedEvents(generation, None, said)
    return ComparedEvents(generation, found)


def _words(record: bytes) -> tuple[str, ...]:
    try:
        root = parse(record).root
    except JsonError:
        return ()
    return tuple(change_words(root)) if isinstance(root, Object) else ()


def _head(session: Session, row: int) -> str:
    table = session.table
    said = [*times(table, [row]), *(table.text(name, row) for name in ("name", "who", "target"))]
    return "  ".join(filter(None, (*said, table.text("error", row))))
