"""Times in few cells: what all loaded events share of a date stands in the title, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct

from ctexplore.store.columns.order import View
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.table import Table

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK = 7 * 86_400_000  # milliseconds
_YEAR = 366 * 86_400_000


class Clock(Struct, frozen=True):
    """How times are written: ``03-08 23:48:03`` where the year, and away from UTC the offset,
    are the same for all; else with what differs, because nobody should have to guess.

    zone: None is this machine's own. years, offsets: whether every line carries its own.
    """

    zone: tzinfo | None
    title: str
    years: bool
    offsets: bool

    @property
    def width(self) -> int:
        return 14 + 5 * self.years + 6 * self.offsets

    def text(self, view: View, row: int) -> str:
        """When the event happened, to the second. A time that could not be read is the record's
        own text, a missing one "-"."""
        stamp = int(view.table.time[row])
        if stamp == NO_TIME:
            return view.table.text("timetext", row) or "-"
        moment = _local(stamp, self.zone)
        if moment is None:  # the first and last days of the calendar are not everywhere on it
            return (_EPOCH + timedelta(milliseconds=stamp)).isoformat(" ", "seconds")
        end = None if self.offsets else 19
        return moment.isoformat(" ", "seconds")[0 if self.years else 5 : end]


def utc_text(view: View, row: int) -> str:
    """``2026-03-08T23:48:03Z``, as filters take it; "" when the event has no time."""
    stamp = int(view.table.time[row])
    if stamp == NO_TIME:
        return ""
    return (_EPOCH + timedelta(milliseconds=stamp)).isoformat(timespec="seconds")[:19] + "Z"


def clock(zone: tzinfo | None, span: tuple[int, int] | None = None) -> Clock:
    """The shortest way to write the times between two, milliseconds since 1970 UTC, that leaves
    nothing open; before any time is known the one that most often will do."""
    local = zone is not UTC
    if span is None:
        return Clock(zone, f"TIME {'local' if local else 'UTC'}", years=False, offsets=False)
    years = {moment and moment.year for moment in (_local(stamp, zone) for stamp in span)}
    year = years.pop() if len(years) == 1 else None
    offset = "UTC" if not local else _offset(zone, *span)
    if year is None:
        title = f"TIME {offset or 'local'}"
    else:
        title = f"{offset} {year}" if offset and local else f"TIME {offset or 'local'} {year}"
    return Clock(zone, title, years=year is None, offsets=not offset)


class Span:
    """The first and last time of a table's events, kept while it grows."""

    def __init__(self) -> None:
        self._table: Table | None = None
        self._seen = 0
        self._span: tuple[int, int] | None = None

    def of(self, table: Table) -> tuple[int, int] | None:
        """Milliseconds since 1970 UTC; None while no event has a time. Looks at new rows only:
        10 ms for ten million."""
        if table is not self._table:
            self._table, self._seen, self._span = table, 0, None
        times: Any = table.time[self._seen :]
        if len(times):
            self._seen += len(times)
            known = times if int(times.min()) != NO_TIME else times[times != NO_TIME]
            ends = [int(known.min()), int(known.max())] if len(known) else []
            ends += self._span or ()
            self._span = (min(ends), max(ends)) if ends else None
        return self._span


def _local(stamp: int, zone: tzinfo | None) -> datetime | None:
    moment = _EPOCH + timedelta(milliseconds=stamp)
    try:
        return moment if zone is UTC else moment.astimezone(zone)
    except OverflowError:
        return None


def _offset(zone: tzinfo | None, first: int, last: int) -> str:
    """The offset from UTC at all times between two, as ``+05:30``; "" when it changes.

    Looks once a week, for no summer time is shorter.
    """
    if last - first > _YEAR:
        return ""
    moments = [_local(stamp, zone) for stamp in (*range(first, last, _WEEK), last)]
    offsets = {moment.isoformat(" ", "seconds")[19:] if moment else "" for moment in moments}
    return offsets.pop() if len(offsets) == 1 else ""
