"""The values of one column among the events of the list, as the facets pane shows them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from msgspec import Struct

from ctexplore.query.combine import Asked, without
from ctexplore.query.evaluate import Filter
from ctexplore.query.facets import RowNumbers, counted, most
from ctexplore.query.syntax import EVERYTHING, Node
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.table import Table


class FacetValue(NamedTuple):
    """value: as the log has it, not safe for a screen; "" is none. mark: "x" where the filter
    asks for it, "-" where it excludes it. outside: its events are not in the list, but would be
    if the filter asked for nothing of this column."""

    value: str
    events: int
    mark: str = ""
    outside: bool = False


class Facet(Struct, frozen=True):
    """The most frequent values of a column, the filter's own among them. distinct: how many
    there are in all, without the empty one."""

    column: str
    distinct: int
    values: tuple[FacetValue, ...]


def facet_of(
    column: str, table: Table, rows: RowNumbers, node: Node, order: Order, limit: int
) -> Facet:
    """Count ``rows``, which are the filter ``node``'s answer.

    Where the filter has terms on the column, its events without those terms are counted, so that
    other values can be taken up. Not where that would mean to read records.
    """
    asked = Asked.of(node, column)
    if asked.wanted is None and asked.unwanted is None:
        counts = counted(table, rows, column)
        shown = [FacetValue(value, count) for value, count in most(counts, limit)]
        return Facet(column, len(counts) - ("" in counts), tuple(shown))
    rest = Filter(without(node, column))
    counts = counted(table, rows if rest.needs_records else _answer(rest, order, table), column)
    marked = {v: _mark(v, asked) for v in counts}
    top = dict(most(counts, limit))
    # The filter's own values are shown however rare they are; of a wide pattern, the first.
    own = {v: n for v, n in counts.items() if marked[v] and v not in top}
    own = dict(most(own, max(2, limit // 2)))
    if own:
        top = dict(most(top, max(2, limit - len(own))))
    shown = [
        FacetValue(
            v, n, marked[v], marked[v] == "-" or (asked.wanted is not None and not marked[v])
        )
        for v, n in most(top | own, None)
    ]
    return Facet(column, len(counts) - ("" in counts), tuple(shown))


def _mark(value: str, asked: Asked) -> str:
    if asked.unwanted is not None and asked.unwanted(value):
        return "-"
    return "x" if asked.wanted is not None and asked.wanted(value) else ""


def _answer(wanted: Filter, order: Order, table: Table) -> RowNumbers:
    # The order may grow meanwhile: its rows first, then a mask that covers them.
    rows = order.rows
    if wanted.node == EVERYTHING:
        return rows
    mask = wanted.mask(table, 0, table.count)
    answer: RowNumbers = rows[np.take(mask, rows)]
    return answer
