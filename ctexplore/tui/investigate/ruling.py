"""Asks Sigma rules about what is loaded, on a thread of its own, and shows what they found as the
column ``rule`` of the table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from textual.message import Message

from ctexplore.investigate.sigma.detect import Detector, Hits
from ctexplore.investigate.sigma.read import RulesError, read_rules
from ctexplore.investigate.sigma.rule import Rule, RuleSet
from ctexplore.store.columns.added import Draft, Values
from ctexplore.store.session import Session
from ctexplore.tui.feed import Failed

COLUMN: Final = "rule"
# Rows asked between two looks whether the scope was left.
_CHUNK: Final = 1 << 18


@dataclass
class RulesRead(Message):
    """The rules of the command line or the configuration, or why there are none."""

    rules: RuleSet | None
    error: str = ""


@dataclass
class Ruled(Message):
    """Rules were asked about all rows that were loaded. events: by rule, in their order, copies
    of one event included. unread: records that could not be read."""

    generation: int
    events: tuple[int, ...]
    unread: int


def read_beside(where: Path, post: Callable[[Message], Any]) -> None:
    """Read rules on a thread: pySigma takes a while to be imported."""

    def read() -> None:
        try:
            post(RulesRead(read_rules(where.expanduser())))
        except RulesError as error:
            post(RulesRead(None, str(error)))
        except Exception as error:
            post(Failed(0, error))

    threading.Thread(target=read, name="rules", daemon=True).start()


class Ruling:
    """One session's rows, asked as they come."""

    def __init__(
        self,
        session: Session,
        rules: Sequence[Rule],
        post: Callable[[Message], Any],
        generation: int,
    ) -> None:
        self._session = session
        self._rules = tuple(rules)
        self._post = post
        self._generation = generation
        self._wake = threading.Event()
        self._closed = False
        threading.Thread(target=self._guarded, name="ruling", daemon=True).start()

    def more(self) -> None:
        """Rows have come."""
        self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._wake.set()

    def _guarded(self) -> None:
        try:
            self._work()
        except Exception as error:
            if not self._closed:
                self._post(Failed(self._generation, error))

    def _work(self) -> None:
        detector, found = Detector(self._rules), Found(self._rules)
        table, asked, unread = self._session.table, 0, 0
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._closed:
                return
            begun = asked
            while asked < (count := table.count) and not self._closed:
                stop = min(count, asked + _CHUNK)
                hits = detector.hits(table, asked, stop, self._session.records)
                found.add(hits)
                unread += len(hits.unread)
                asked = stop
            if self._closed or (asked == begun and asked):
                continue
            found.draft.put(table)
            self._post(Ruled(self._generation, tuple(found.events), unread))


class Found:
    """What rules found so far, as a draft of the column: of each event its rules, worst first."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.draft = Draft(COLUMN)
        self.events = [0] * len(rules)
        self._names = [rule.name for rule in rules]

    def add(self, hits: Hits) -> None:
        """Hits about rows that were not asked about before."""
        sets: list[tuple[int, ...]] = [()]
        numbers: dict[tuple[int, ...], int] = {(): 0}
        some = [rows for rows in hits.rows if len(rows)]
        if not some:
            return
        first = min(int(rows[0]) for rows in some)
        codes = np.zeros(max(int(rows[-1]) for rows in some) + 1 - first, np.uint32)
        for n, rows in enumerate(hits.rows):
            self.events[n] += len(rows)
            before = codes[rows - np.uint32(first)]
            for code in np.unique(before).tolist():
                more = (*sets[code], n)
                if more not in numbers:
                    numbers[more] = len(sets)
                    sets.append(more)
                codes[rows[before == code] - np.uint32(first)] = numbers[more]
        for code, rules in enumerate(sets[1:], 1):
            at = np.flatnonzero(codes == code) + first
            if len(at):
                values: Values = tuple(self._names[n] for n in rules)
                self.draft.set(at, values)
