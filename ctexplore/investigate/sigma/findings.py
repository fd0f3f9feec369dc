"""What rules found in a load: how many events, from when to when, and the newest of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct, field

from ctexplore.engines.answer import Answer
from ctexplore.export.fields import Field, columns
from ctexplore.investigate.sigma.detect import Detector
from ctexplore.investigate.sigma.rule import Rule
from ctexplore.query.evaluate import Records
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.table import Table


class Finding(Struct):
    """events: how many a rule matches, copies of one event counted once. first, last:
    milliseconds since 1970 UTC, None while none has a time. newest: the texts of some fields of
    the newest ones, as the log has them."""

    rule: Rule
    events: int = 0
    first: int | None = None
    last: int | None = None
    newest: list[tuple[str, ...]] = field(default_factory=list)


class Findings:
    """Takes whole loads, the newest first where there are several."""

    def __init__(
        self,
        rules: Sequence[Rule],
        fields: Sequence[Field],
        most: int,
        lost: Callable[[Table, int], None],
    ) -> None:
        """fields, most: what to keep of the newest events of each rule, and of how many.
        lost: gets events whose record a rule had to read and could not be."""
        self.of_rules = [Finding(rule) for rule in rules]
        self.events = 0
        self._detector = Detector(rules)
        self._fields, self._most, self._lost = tuple(fields), most, lost

    @property
    def some(self) -> list[Finding]:
        """Those with events, the worst level first."""
        return [finding for finding in self.of_rules if finding.events]

    def take(self, table: Table, order: Order, records: Records) -> None:
        hits = self._detector.hits(table, 0, order.count, records)
        for row in hits.unread:
            self._lost(table, row)
        self.events += len(order.rows)
        for finding, rows in zip(self.of_rules, hits.rows, strict=True):
            if not len(rows):
                continue
            mask = np.zeros(order.count, np.bool_)
            mask[rows] = True
            shown = order.view(mask).rows
            finding.events += len(shown)
            times = table.time[shown]
            times = times[times != NO_TIME]
            if len(times):
                first, last = int(times.min()), int(times.max())
                finding.first = first if finding.first is None else min(first, finding.first)
                finding.last = last if finding.last is None else max(last, finding.last)
            if left := self._most - len(finding.newest):
                newest = Answer(table, shown[:left], records)
                finding.newest += zip(*columns(newest, self._fields), strict=True)
