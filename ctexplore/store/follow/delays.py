"""How late events come: from when they happened to their log file, and from there to here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median

from msgspec import Struct

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.table import Table
from ctexplore.trail.names import parse_name

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Delay(Struct, frozen=True):
    """Medians. delivered: from an event to its log file. seen: from then until it was found."""

    delivered: timedelta
    seen: timedelta

    def __str__(self) -> str:
        return f"delivered after {span(self.delivered)}, seen {span(self.seen)} later"


def delivered(file: LogFile) -> datetime | None:
    """When a log file was delivered: by its name, to the minute, else when a local one was
    written. None where nothing tells."""
    if name := parse_name(file.name):
        return name.delivered
    try:
        return _EPOCH + timedelta(microseconds=int(file.version) // 1000)
    except (ValueError, OverflowError):
        return None


def delay_of(table: Table, rows: Codes, now: datetime) -> Delay | None:
    """The delay of some events that are seen now; None where nothing tells of it."""
    known = {number: delivered(table.files[number]) for number in set(table.file[rows].tolist())}
    times = zip(table.time[rows].tolist(), table.file[rows].tolist(), strict=True)
    came = [(time, at) for time, file in times if time != NO_TIME and (at := known[file])]
    if not came:
        return None
    waits = [at.timestamp() - time / 1000 for time, at in came]
    seen = [(now - at).total_seconds() for _, at in came]
    return Delay(timedelta(seconds=median(waits)), timedelta(seconds=median(seen)))


def span(time: timedelta) -> str:
    """A length of time in its two largest units; a negative one, of a clock that is wrong, too."""
    seconds = round(time.total_seconds())
    sign, seconds = "-" if seconds < 0 else "", abs(seconds)
    for name, unit, smaller in (("d", 86400, ("h", 3600)), ("h", 3600, ("min", 60))):
        if seconds >= unit:
            rest = seconds % unit // smaller[1]
            return f"{sign}{seconds // unit} {name}" + f" {rest} {smaller[0]}" * bool(rest)
    return f"{sign}{seconds // 60} min" if seconds >= 120 else f"{sign}{seconds} s"
