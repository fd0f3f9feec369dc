"""First seen: the first time that an actor used an API, a region, an address, a user agent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from ctexplore.store.columns.added import Draft, Values
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.schema import FIELDS, NO_TIME
from ctexplore.store.columns.table import Table

Array = npt.NDArray[Any]

# The values of the column ``new`` and what each compares: an API is a service's and a name.
KINDS: Final = {
    "api": ("source", "name"),
    "region": ("region",),
    "ip": ("ip",),
    "agent": ("agent",),
}
COLUMN: Final = "new"


class Loaded(Protocol):
    """Events that are loaded, as a session or a part of a load has them."""

    @property
    def table(self) -> Table: ...
    @property
    def order(self) -> Order: ...


def find_new(loaded: Loaded, baseline: timedelta | None = None) -> int:
    """Fill the table's column ``new`` for all loaded events; how many of them have a value.

    baseline: the beginning of the loaded range in which everything is usual; None is a quarter of
    the range, seven days at most. What an actor does first after it is new, unless it is the
    actor's first event at all, which is new as ``actor`` only. Of several events with one time,
    the first loaded counts. Events without a time, an actor or a value are not compared. Reads no
    records; half a second for a million events.
    """
    table, count = loaded.table, loaded.order.count
    times = table.time[:count]
    kept = times != NO_TIME
    copies = loaded.order.copies.rows
    kept[copies[copies < count]] = False
    actors = _numbers(table.values("actor"))[table.codes("identity")[:count]]
    rows = np.flatnonzero(kept & (actors > 0))
    draft = Draft(COLUMN)
    if not len(rows):
        draft.put(table)
        return 0
    rows = rows[np.argsort(times[rows], kind="stable")]
    begin, end = int(times[rows[0]]), int(times[rows[-1]])
    span = usual(begin, end) if baseline is None else round(baseline.total_seconds() * 1000)
    late = times[rows] >= begin + span
    who = actors[rows].astype(np.int64)
    first_ever = np.zeros(len(rows), bool)
    first_ever[np.unique(who, return_index=True)[1]] = True
    bits = np.zeros(len(rows), np.uint8)
    bits[first_ever & late] = 1
    for place, fields in enumerate(KINDS.values(), 1):
        codes = _codes(table, fields, count)[rows]
        width = int(codes.max()) + 1
        first = np.zeros(len(rows), bool)
        first[np.unique(who * width + codes, return_index=True)[1]] = True
        bits[first & late & ~first_ever & (codes > 0)] |= 1 << place
    names = ("actor", *KINDS)
    found = np.flatnonzero(bits)
    for value in np.unique(bits[found]).tolist():
        values: Values = tuple(name for n, name in enumerate(names) if value >> n & 1)
        draft.set(rows[bits == value], values)
    draft.put(table)
    return len(found)


def usual(begin: int, end: int) -> int:
    """Milliseconds of baseline for a range: a quarter of it, seven days at most."""
    return min((end - begin) // 4, 7 * 86_400_000)


def _codes(table: Any, fields: tuple[str, ...], count: int) -> Array:
    """int64[count]: a number for each event's value of some fields of one dimension, 0 for none."""
    columns = zip(*(list(table.values(field)) for field in fields), strict=False)
    numbers = _numbers(["\0".join(texts) if any(texts) else "" for texts in columns])
    codes: Array = numbers[table.codes(FIELDS[fields[0]][0])[:count]]
    return codes


def _numbers(texts: list[str]) -> Array:
    """A number for each text, the same for equal ones; 0 for ""."""
    numbers = {"": 0}
    return np.array([numbers.setdefault(text, len(numbers)) for text in list(texts)], np.int64)
