"""Sigma rules in the explorer: asked beside everything else, their hits flagged and explained."""

from __future__ import annotations

import os
from collections.abc import Iterator

from textual import on
from textual.content import Content

from ctexplore.investigate.sigma.explain import reasons
from ctexplore.investigate.sigma.rule import Rule, RuleSet
from ctexplore.query.record import decode
from ctexplore.store.columns.order import View
from ctexplore.text import safe
from ctexplore.trail.exact import JsonError
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.events.signs import signs
from ctexplore.tui.feed import Loading, ViewChanged
from ctexplore.tui.investigate.page import Page
from ctexplore.tui.investigate.rule_text import flag, rule_line, rule_page, rules_page
from ctexplore.tui.investigate.ruling import COLUMN, Ruled, RulesRead, Ruling, read_beside
from ctexplore.tui.preferences import Preferences
from ctexplore.tui.reader import RecordRead

_MOST_READ = 1 << 18  # bytes of a record that the screen's thread explains: some milliseconds


class RuledScreen(OverviewScreen):
    """Asks the rules that the person's preferences name."""

    _ruleset: RuleSet | None = None
    _ruling: Ruling | None = None
    _ruled: Ruled | None = None
    _explained: tuple[int, bytes] | None = None

    def on_mount(self) -> None:
        self._sign = signs(os.environ).flag
        self.events.flag = self._flag
        own = getattr(self.app, "preferences", Preferences())
        if own.rules is not None:
            read_beside(own.rules, self.post_message)

    def on_unmount(self) -> None:
        self._stop_ruling()

    @on(RulesRead)
    def _rules_read(self, event: RulesRead) -> None:
        if event.rules is None:
            self.notify(safe(event.error), severity="error", markup=False, timeout=10)
            return
        self._ruleset = event.rules
        if problems := event.rules.problems:
            said = f"{len(problems):,} rules cannot be asked (ctrl+p, Sigma rules): {problems[0]}"
            self.notify(safe(said), severity="warning", markup=False, timeout=10)
        self._begin_ruling()

    def open(self, folders: tuple[str, ...]) -> None:
        self._stop_ruling()
        super().open(folders)
        self._begin_ruling()

    def _begin_ruling(self) -> None:
        session = self.desk.session
        if self._ruleset is None or session is None or self._ruling is not None:
            return
        self._ruled = None
        self._ruling = Ruling(session, self._ruleset.rules, self.post_message, self.desk.generation)
        self._ask_more()

    def _stop_ruling(self) -> None:
        if self._ruling is not None:
            self._ruling.close()
            self._ruling = None

    @on(Loading)
    @on(ViewChanged)
    def _ask_more(self) -> None:
        """Of files that come over a network records are wanted once they are in the cache."""
        if self._ruling is not None and (self.desk.source.local or not self.desk.running):
            self._ruling.more()

    @on(Ruled)
    def _rules_asked(self, event: Ruled) -> None:
        if event.generation == self.desk.generation:
            self._ruled = event
            self.desk.judged()
            self._tell(self.desk.running)
            self.events.refresh()

    @property
    def standing_note(self) -> str:
        before = super().standing_note
        if self._ruleset is None or self._ruled is None or not self._ruleset.rules:
            return before
        hit = sum(map(bool, self._ruled.events))
        said = f"{hit:,} of {len(self._ruleset.rules):,} rules match"
        return f"{before} · {said}" if before else said

    # -- the event under the cursor

    def _hits(self, view: View, row: int) -> Iterator[Rule]:
        column = view.table.added.get(COLUMN)
        if column is not None and self._ruleset is not None:
            for name in column.values(row):
                if rule := self._ruleset.named(name):
                    yield rule

    def _flag(self, view: View, row: int) -> str:
        worst = next(self._hits(view, row), None)
        return flag(worst, self._sign) if worst else ""

    @on(RecordRead)
    def _explain(self, event: RecordRead) -> None:
        if event.generation != self.desk.generation or event.row != self.events.cursor_row:
            return
        self._explained = (event.row, event.record) if event.record is not None else None
        self._say_why()

    def _say_why(self) -> None:
        """Beside the record that is shown, which may have been there before its hits were."""
        view = self.events.view
        if view is None or self._explained is None:
            return
        row, record = self._explained
        said = [
            rule_line(rule, reasons(rule.tree, parsed), self._sign)
            for rule in self._hits(view, row)
            if (parsed := _parsed(record)) is not None
        ]
        self.query_one(EventDetail).explain(said)

    @on(Ruled)
    def _say_later(self) -> None:
        if self._explained and self._explained[0] == self.events.cursor_row:
            self._say_why()

    # -- pages

    def action_rules(self) -> None:
        """All rules, and how many events each matches."""
        if self._ruleset is None:
            self.notify("no rules are loaded: ctexplore --rules DIR", markup=False)
            return
        rules = self._ruleset
        ruled = self._ruled or Ruled(0, (0,) * len(rules.rules), 0)
        waits = "" if self._ruled else ", still being asked"
        head = f"Sigma rules, and how many events each matches{waits}"
        self.app.push_screen(Page(head, rules_page(rules, ruled.events, ruled.unread)))

    def action_rules_here(self) -> None:
        """What the rules that match the event under the cursor say, and why they match."""
        view, row = self.events.view, self.events.cursor_row
        found = list(self._hits(view, row)) if view is not None and row is not None else []
        if not found:
            self.notify("no rule matches this event", markup=False)
            return
        record = self._explained[1] if self._explained and self._explained[0] == row else b""
        parsed = _parsed(record)
        pages = [
            rule_page(rule, reasons(rule.tree, parsed) if parsed is not None else ())
            for rule in found
        ]
        number = f"{len(found)} rule{'s match' if len(found) > 1 else ' matches'} this event"
        self.app.push_screen(Page(number, Content("\n\n").join(pages)))


def _parsed(record: bytes) -> object:
    if not record or len(record) > _MOST_READ:
        return None
    try:
        found: object = decode(record)
    except JsonError:
        return None
    return found
