"""How many events there were when, and how many of them failed."""

from __future__ import annotations

from itertools import chain, count
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from ctexplore.query.facets import BLOCK, RowNumbers
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.table import Table

Ints = npt.NDArray[np.int64]

_SECOND: Final = 1000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_WIDTHS: Final = (
    *(n * _SECOND for n in (1, 2, 5, 10, 15, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 7, 14, 28, 91, 364)),
)
_MONDAY: Final = 4 * _DAY  # the first Monday after 1970-01-01, so that weeks start on Mondays


class Timeline(Struct, frozen=True):
    """n bins of one width, oldest first; none when no event has a time and no range was given.

    edges: int64[n + 1], milliseconds since 1970 UTC, whole multiples of ``width`` from a Monday's
    midnight; bin i is from edges[i] until before edges[i + 1]. counts, failures: int64[n], events
    and those of them with an error. width: milliseconds. undated: events without a time, in no
    bin.
    """

    edges: Ints
    counts: Ints
    failures: Ints
    width: int
    undated: int

    def __len__(self) -> int:
        return len(self.counts)


def timeline(
    table: Table, rows: RowNumbers, bins: int, start: int | None = None, stop: int | None = None
) -> Timeline:
    """The rows' histogram with at most ``bins`` bins, which are at least two.

    start, stop: milliseconds since 1970 UTC, stop exclusive; by default the rows' own range.
    The outermost bins reach over it to a round time, and count what is there.
    """
    times = table.time
    blocks = [rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK)]
    undated = sum(int(np.count_nonzero(times[block] == NO_TIME)) for block in blocks)
    if undated < len(rows) and (start is None or stop is None):
        first, last = _range(times, blocks)
        start = first if start is None else start
        stop = last + 1 if stop is None else stop
    if start is None or stop is None or stop <= start:
        none = np.empty(0, np.int64)
        return Timeline(none, none, none, 0, undated)
    width = _width(start, stop, bins)
    first, last = (start - _MONDAY) // width, (stop - 1 - _MONDAY) // width
    edges = np.arange(first, last + 2, dtype=np.int64) * width + _MONDAY
    errors = np.array([bool(text) for text in table.values("error")], np.bool_)
    codes = table.codes("error")
    counts = np.zeros(len(edges) - 1, np.int64)
    failures = counts.copy()
    for block in blocks:
        when = times[block]
        inside = (when >= edges[0]) & (when < edges[-1])
        if not inside.all():
            block, when = block[inside], when[inside]
        places = (when - edges[0]) // width
        counts += np.bincount(places, minlength=len(counts))
        failures += np.bincount(places[errors[codes[block]]], minlength=len(counts))
    return Timeline(edges, counts, failures, width, undated)


def _range(times: Ints, blocks: list[RowNumbers]) -> tuple[int, int]:
    """The earliest and the latest time of rows of which at least one has a time."""
    dated = [when for block in blocks if len(when := times[block][times[block] != NO_TIME])]
    return min(int(w.min()) for w in dated), max(int(w.max()) for w in dated)


def _width(start: int, stop: int, bins: int) -> int:
    """The narrowest round width whose bins, aligned to it, cover the range in ``bins``."""
    # One bin never holds a range that lies across an edge of every width; two do.
    bins = max(bins, 2)
    widths = chain(_WIDTHS, (_WIDTHS[-1] << doubled for doubled in count(1)))
    return next(w for w in widths if (stop - 1 - _MONDAY) // w - (start - _MONDAY) // w < bins)
