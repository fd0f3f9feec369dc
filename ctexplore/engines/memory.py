"""Queries answered by the table: read the logs, look at every event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ctexplore.engines.answer import Answer, Lost, Noting
from ctexplore.query.evaluate import Filter
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.order import View
from ctexplore.store.days import Part
from ctexplore.trail.names import order_key


def answers(
    parts: Iterable[Part],
    wanted: Filter | None,
    lost: Lost,
    *,
    limit: int | None = None,
    fold: bool = True,
) -> Iterator[Answer]:
    """What matches in each part, newest first; parts are only taken as long as they are needed.

    wanted: None is everything. limit: events at most. fold: identical copies are one event.
    lost: gets the records that the filter or whoever takes the answers could not read.
    """
    left = limit
    for part in parts:
        mask = None
        if wanted is not None:
            mask = wanted.mask(part.table, 0, part.order.count, part.records)
            for row in wanted.unread:
                lost.add(part.table, row)
        view = part.order.view(mask)
        rows = (view.rows if fold else _unfolded(view))[:left]
        if len(rows):
            yield Answer(part.table, rows, Noting(part.table, part.records, lost))
        if left is not None:
            left -= len(rows)
            if not left:
                return


def _unfolded(view: View) -> Codes:
    """The rows of a view and all their copies, in the same order."""
    table, copies = view.table, view.copies
    rows = np.concatenate([view.rows, copies.rows[np.isin(copies.of, view.rows)]])
    places = np.array([order_key(file.key) for file in table.files], np.uint64)
    by = np.lexsort((table.index[rows], places[table.file[rows]], table.time[rows]))
    return rows[by[::-1]]
