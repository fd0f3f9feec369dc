"""Athena, asked from the palette: this filter, or how often each value comes. Never unasked,
because it costs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.content import Content
from textual.message import Message

from ctexplore.sources.athena.queries import Done
from ctexplore.sources.athena.source import AthenaSource, Tally
from ctexplore.sources.source import Source
from ctexplore.text import fit, safe
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.investigate.page import Page
from ctexplore.tui.preferences import Preferences

_BAR = 30  # cells of the longest
_CELLS = 60  # of a value


@dataclass
class AthenaOpened(Message):
    """A table to ask, or why there is none."""

    source: Source | None
    error: str = ""


@dataclass
class AthenaCounted(Message):
    """An answer of GROUP BY, or why there is none. field: what was counted."""

    generation: int
    field: str
    rows: Tally = ()
    done: Done | None = None
    error: str = ""


class AthenaScreen(OverviewScreen):
    """Asks the table that is open, or that of the command line in an explorer of its own."""

    def on_mount(self) -> None:
        self._answers: list[Source] = []  # that were opened from here

    def on_unmount(self) -> None:
        for source in self._answers:
            source.close()  # what still runs costs

    def action_ask_athena(self) -> None:
        """Ask with the filter as it is now."""
        if isinstance(self.desk.source, AthenaSource):
            self.desk.source.list_again("")
            self.open(self.desk.folders)
            return
        opens = getattr(self.app, "preferences", Preferences()).athena
        if opens is None:
            self.notify("ctexplore --engine athena --table DB.TABLE asks it", markup=False)
            return
        if not self.bar.text.strip():
            self.notify(
                "type a filter first: without one Athena reads the whole table", markup=False
            )
            return

        def work() -> Message:
            return AthenaOpened(opens(self.desk.cache))

        self._ask_beside(work, lambda error: AthenaOpened(None, error))

    @on(AthenaOpened)
    def _athena_opened(self, event: AthenaOpened) -> None:
        source = event.source
        if source is None:
            self.notify(safe(event.error), severity="error", markup=False, timeout=10)
            return
        self._answers.append(source)
        desk = self.desk
        answer = type(self)(source, desk.cache, desk.wanted, desk.limits, self.bar.text)
        self.app.push_screen(answer, lambda _: source.close())

    def action_count_athena(self) -> None:
        """How often each value of the list's current column comes in all that the filter of the
        question asks for, however many rows came."""
        source, session = self.desk.source, self.desk.session
        if not isinstance(source, AthenaSource) or session is None:
            self.notify("only an answer of Athena's is counted there", markup=False)
            return
        node = self.bar.filter.node if self.bar.filter else None
        generation, field = self.desk.generation, self.events.column.name
        self.notify(f"Athena counts by {field} …", markup=False, timeout=3)

        def work() -> Message:
            rows, done = source.tally(node, session.scope, field)
            return AthenaCounted(generation, field, rows, done)

        self._ask_beside(work, lambda error: AthenaCounted(generation, field, error=error))

    @on(AthenaCounted)
    def _athena_counted(self, event: AthenaCounted) -> None:
        if event.generation != self.desk.generation:
            return
        if event.error:
            self.notify(safe(event.error), severity="error", markup=False, timeout=10)
            return
        head = f"{event.field} by Athena: {event.done}"
        self.app.push_screen(Page(safe(head), Content("\n".join(counted_lines(event.rows)))))

    def _ask_beside(self, work: Any, failed: Any) -> None:
        def run() -> None:
            try:
                self.post_message(work())
            except Exception as error:
                self.post_message(failed(str(error)))

        threading.Thread(target=run, name="athena", daemon=True).start()


def counted_lines(rows: Sequence[tuple[str, int]]) -> list[str]:
    """A line for each value, safe for a screen, with a bar as long as its share of the most."""
    most = max((count for _, count in rows), default=0)
    width = max((len(f"{count:,}") for _, count in rows), default=1)
    lines = [
        f"{count:>{width},}  {fit(safe(value or '-'), _CELLS)} {'█' * round(count / most * _BAR)}"
        for value, count in rows
    ]
    return lines or ["nothing matches"]
