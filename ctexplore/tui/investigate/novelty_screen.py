"""``U``: what an actor did for the first time, as the column ``new`` and ``is:new``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from ctexplore.investigate.novelty import COLUMN, find_new
from ctexplore.query.added import added_in
from ctexplore.query.narrow import only
from ctexplore.query.when import TimeError, parse_span
from ctexplore.text import safe
from ctexplore.tui.detail.related_screen import RelatedScreen
from ctexplore.tui.feed import Loading, ViewChanged
from ctexplore.tui.filter.filter_bar import FilterBar
from ctexplore.tui.prompt import Prompt

_QUESTION = "baseline"


@dataclass
class NewFound(Message):
    """The column is there for the rows that were loaded. events: how many have a value."""

    generation: int
    loaded: int
    events: int


class NoveltyScreen(RelatedScreen):
    """Compares once somebody asks, and again when loading ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "U", "first_seen", "First seen", id="chain.new",
            tooltip="First seen: APIs, regions, IPs, agents new to an actor",
        ),
    ]  # fmt: skip

    _baseline: timedelta | None = None
    _baseline_text = ""
    _new_of: tuple[int, int, timedelta | None] | None = None

    def action_first_seen(self, text: str | None = None) -> None:
        hint = "what is usual by then: 24h, 7d; enter: a quarter of the range"
        before = self._baseline_text if text is None else text
        self.query_one(Prompt).ask(_QUESTION, "baseline", hint, before, or_nothing=True)

    @on(Prompt.Answered)
    def _baseline_answered(self, event: Prompt.Answered) -> None:
        if event.name != _QUESTION:
            return
        text = event.text.strip()
        try:
            self._baseline = parse_span(text) if text else None
        except TimeError as error:
            self.notify(safe(str(error)), severity="error", markup=False)
            self.action_first_seen(text)
            return
        self._baseline_text = text
        self.bar.put(only(self.bar.text, "is", "new"))
        self._compare()

    @on(FilterBar.Narrowed)
    @on(Loading)
    @on(ViewChanged)
    def _compare_for_filter(self) -> None:
        wanted = self.bar.filter
        asked = wanted is not None and COLUMN in added_in(wanted.node)
        if asked and not self.desk.running:
            self._compare()

    def _compare(self) -> None:
        session, generation, baseline = self.desk.session, self.desk.generation, self._baseline
        if session is None:
            return
        now = (generation, session.order.count, baseline)
        if now == self._new_of:
            return
        self._new_of = now

        def work() -> Message:
            return NewFound(generation, now[1], find_new(session, baseline))

        self._beside(work)

    @on(NewFound)
    def _new_found(self, event: NewFound) -> None:
        if event.generation == self.desk.generation:
            self.desk.judged()
