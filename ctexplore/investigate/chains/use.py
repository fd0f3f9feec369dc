"""What callers did: their events counted, all callers in one pass over the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from ctexplore.investigate.sensitive import is_sensitive
from ctexplore.store.columns.schema import FIELDS, NO_TIME
from ctexplore.store.columns.table import Table

Counts = list[tuple[str, int]]
Array = npt.NDArray[Any]

_MOST = 8
# Groups times entries up to which each pair gets a counter of its own, 8 bytes each.
_COUNTERS = 1 << 22


class Use(Struct):
    """Events of one caller. first, last: milliseconds since 1970, None without any.

    names, ips, regions, agents: the most frequent values. sensitive: all sensitive calls, failed
    ones too. distinct: how many values each of the others has.
    """

    events: int = 0
    failed: int = 0
    first: int | None = None
    last: int | None = None
    names: Sequence[tuple[str, int]] = ()
    sensitive: Sequence[tuple[str, int]] = ()
    ips: Sequence[tuple[str, int]] = ()
    regions: Sequence[tuple[str, int]] = ()
    agents: Sequence[tuple[str, int]] = ()

    @property
    def sensitive_calls(self) -> int:
        return sum(count for _, count in self.sensitive)


def uses(table: Table, rows: Array, groups: Array, count: int) -> list[Use]:
    """The use of each group. rows: uint32[n]; groups: int[n], each row's, below ``count``."""
    found = [Use() for _ in range(count)]
    if not len(rows):
        return found
    events = np.bincount(groups, minlength=count)
    errors = np.array([bool(text) for text in table.values("error")])
    failed = np.bincount(groups[errors[table.codes("error")[rows]]], minlength=count)
    for use, number, bad in zip(found, events.tolist(), failed.tolist(), strict=True):
        use.events, use.failed = number, bad
    _times(table.time[rows], groups, found)
    kinds = list(zip(table.values("source"), table.values("name"), strict=False))
    for group, counts in _pairs(groups, table.codes("kind")[rows], count):
        named: dict[str, int] = {}
        loud: dict[str, int] = {}
        for kind, number in counts:
            source, name = kinds[kind]
            named[name] = named.get(name, 0) + number
            if is_sensitive(source, name):
                loud[name] = loud.get(name, 0) + number
        found[group].names = _most(named, _MOST)
        found[group].sensitive = _most(loud, None)
    for attribute, field in (("ips", "ip"), ("regions", "region"), ("agents", "agent")):
        texts = table.values(field)
        for group, counts in _pairs(groups, table.codes(FIELDS[field][0])[rows], count):
            values = {texts[code]: number for code, number in counts if texts[code]}
            setattr(found[group], attribute, _most(values, None))
    return found


def _times(times: Array, groups: Array, found: list[Use]) -> None:
    dated = times != NO_TIME
    times, groups = times[dated], groups[dated]
    first = np.full(len(found), np.iinfo(np.int64).max)
    last = np.full(len(found), NO_TIME)
    np.minimum.at(first, groups, times)
    np.maximum.at(last, groups, times)
    for use, begin, end in zip(found, first.tolist(), last.tolist(), strict=True):
        if end != NO_TIME:
            use.first, use.last = begin, end


def _pairs(groups: Array, codes: Array, count: int) -> list[tuple[int, list[tuple[int, int]]]]:
    """(group, [(code, events)]) of each group that has any."""
    width = int(codes.max()) + 1
    both = groups.astype(np.int64) * width + codes
    if count * width <= _COUNTERS:
        numbers = np.bincount(both, minlength=count * width)
        seen = np.flatnonzero(numbers)
        numbers = numbers[seen]
    else:
        seen, numbers = np.unique(both, return_counts=True)
    owners, values = seen // width, seen % width
    cuts = np.flatnonzero(np.diff(owners)) + 1
    return [
        (int(group[0]), list(zip(value.tolist(), number.tolist(), strict=True)))
        for group, value, number in zip(
            np.split(owners, cuts), np.split(values, cuts), np.split(numbers, cuts), strict=True
        )
    ]


def _most(counts: dict[str, int], limit: int | None) -> Counts:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
