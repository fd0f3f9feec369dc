"""Rows: memory an event takes, and whether time and memory grow no faster than events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from tests.bench.corpora import thousands
from tests.bench.processes import Cost
from tests.bench.table import Limit, Row, row, times


def rows(
    costs: Mapping[int, Cost], empty: Cost, full: tuple[int, Cost] | None = None
) -> Iterator[Row]:
    """costs: of cold opens, by number of dense events. Peaks are of the largest process, which
    is the one that holds the table. full: how many rows inside/rows.py held, and its cost."""
    for events, cost in sorted(costs.items()):
        each = (cost.peak - empty.peak) / events
        yield row(
            f"dense {thousands(events)}: peak memory beyond an empty start",
            f"{each:.0f} bytes an event",
            each,
            Limit(160, 100, unit=" bytes"),
            beside=f"{(cost.peak - empty.peak) / 1e6:.0f} MB beyond {empty.peak / 1e6:.0f} MB",
        )
    if full:
        count, cost = full
        yield row(
            f"a table of {thousands(count)} rows, in order: peak memory",
            f"{cost.peak / 1e9:.2f} GB",
            cost.peak / 1e9,
            Limit(2, unit=" GB"),
            beside=f"{(cost.peak - empty.peak) / count:.0f} bytes a row",
        )
    sizes = sorted(costs)
    for few, many in pairwise(sizes):
        factor = many / few
        pairs = (
            ("time", costs[few].cpu - empty.cpu, costs[many].cpu - empty.cpu),
            ("memory", costs[few].peak - empty.peak, costs[many].peak - empty.peak),
        )
        for what, before, after in pairs:
            if before <= 0:
                # Less than what an empty start takes for a moment.
                yield Row(f"growth of {what}, {thousands(few)} to {thousands(many)}", "", "unknown")
                continue
            grown = after / before / factor
            yield row(
                f"growth of {what}, {thousands(few)} to {thousands(many)}",
                times(grown),
                grown,
                Limit(1.1, unit="×"),
                beside="processor time beyond an empty start" if what == "time" else "",
            )
