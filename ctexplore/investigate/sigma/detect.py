"""All rules asked about a range of events: columns first, then each record that is needed, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from ctexplore.investigate.sigma.columns import any_of, part_of
from ctexplore.investigate.sigma.rule import Rule
from ctexplore.investigate.sigma.tree import matches
from ctexplore.investigate.sigma.wanted import Like
from ctexplore.query.evaluate import Records
from ctexplore.query.lookup import Lookups, Mask
from ctexplore.query.plan import Rows
from ctexplore.query.record import decode
from ctexplore.store.columns.table import Table
from ctexplore.trail.exact import JsonError

# Rows asked in one go: their masks stay in the processor's cache, and a screen waits for none.
_BLOCK: Final = 1 << 16
_RARE: Final = 20  # one record in so many
# Records of these categories have their name, source and account elsewhere than rules look.
_ODD: Final = (Like(("Insight",)), Like(("Aggregated",)))


class Hits(Struct):
    """Which events each rule matches.

    rows: for each rule, in their order, uint32, ascending row numbers. unread: rows of which a
    rule had to read the record, and it could not be read; they match no rule that had to.
    """

    rows: list[npt.NDArray[np.uint32]]
    unread: list[int] = field(default_factory=list)


class Detector:
    """Rules made ready to be asked about one table after another, or a growing one."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._parts = [part_of(rule.tree) for rule in rules]
        self._lookups: Lookups | None = None

    def hits(self, table: Table, start: int, stop: int, records: Records) -> Hits:
        """Ask about the rows from ``start`` until before ``stop``. Blocks on disk or network."""
        if self._lookups is None or self._lookups.table is not table:
            self._lookups = Lookups(table, kept=4 * len(self.rules) + 256)
        sure: list[list[npt.NDArray[np.intp]]] = [[] for _ in self.rules]
        asked: list[list[npt.NDArray[np.intp]]] = [[] for _ in self.rules]
        for at in range(start, stop, _BLOCK):
            rows = Rows(self._lookups, at, min(at + _BLOCK, stop))
            odd = self._odd(rows)
            for number, part in enumerate(self._parts):
                yes, may = part(rows)
                if odd is not None:
                    yes, may = yes & ~odd, yes | may
                sure[number].append(np.flatnonzero(yes) + at)
                if yes is not may:
                    asked[number].append(np.flatnonzero(may & ~yes) + at)
        found = [_joined(each) for each in sure]
        undecided = [_joined(each) for each in asked]
        if not any(map(len, undecided)):
            return Hits(found)
        more, unread = self._read(undecided, records, stop - start)
        rows_of = [
            np.sort(np.concatenate([some, np.array(also, np.uint32)])) if also else some
            for some, also in zip(found, more, strict=True)
        ]
        return Hits(rows_of, unread)

    def _odd(self, rows: Rows) -> Mask | None:
        """Where columns know more than the record says at the usual places; None for nowhere."""
        masks = [
            rows.lookups.judged(
                ("category", odd), ("category",), odd.test, False, rows.start, rows.stop
            )
            for odd in _ODD
        ]
        odd: Mask = np.logical_or(*masks)
        return odd if odd.any() else None

    def _read(
        self, undecided: list[npt.NDArray[np.uint32]], records: Records, among: int
    ) -> tuple[list[list[int]], list[int]]:
        """The rows whose record each rule matches, and those that could not be read.

        among: rows that were asked about.
        """
        askers = [n for n, rows in enumerate(undecided) if len(rows)]
        wanted = np.unique(np.concatenate([undecided[n] for n in askers]))
        of_row: dict[int, list[int]] = {}
        for n in askers:
            for row in undecided[n].tolist():
                of_row.setdefault(row, []).append(n)
        more: list[list[int]] = [[] for _ in self.rules]
        # The few that columns leave over are read as they are: looking for words in all bytes of
        # their files first took four times as long.
        rare = len(wanted) * _RARE < among
        may_match = None if rare else any_of(self.rules[n].tree for n in askers)

        def ruled_out(rows: npt.NDArray[np.uint32]) -> None:
            for row in rows.tolist():
                del of_row[row]

        for row, raw in records.read(wanted, may_match, ruled_out):
            asking = of_row.pop(row)
            try:
                record = decode(raw)
            except JsonError:
                of_row[row] = asking
                continue
            for n in asking:
                if matches(self.rules[n].tree, record):
                    more[n].append(row)
        return more, sorted(of_row)


def _joined(blocks: list[npt.NDArray[np.intp]]) -> npt.NDArray[np.uint32]:
    return np.concatenate(blocks).astype(np.uint32) if blocks else np.empty(0, np.uint32)
