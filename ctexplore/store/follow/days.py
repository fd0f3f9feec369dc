"""The days of a trail that is followed: when each of them is to be listed, and from where on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from ctexplore.trail.layout import Level, place_of
from ctexplore.trail.names import parse_name
from ctexplore.trail.window import start_after_name

DATED: Final = {Level.YEAR: 1, Level.MONTH: 2, Level.DAY: 3}


class Rhythm(Struct, frozen=True):
    """How often what is listed, where listing costs requests.

    whole: today and yesterday from their first name on, and the levels above days. late: each
    day before. overlap: how much earlier than the newest name a file may still come unnoticed
    until the next whole listing. after: how long after midnight yesterday's files still come.
    """

    whole: timedelta = timedelta(minutes=15)
    late: timedelta = timedelta(hours=6)
    overlap: timedelta = timedelta(hours=1)
    after: timedelta = timedelta(hours=1)


class FollowedDay(Struct):
    """whole: when its folder was last listed from the first name on. newest: the latest delivery
    by the names in it. again: when it may be asked for again after it was denied."""

    folder: str
    whole: datetime | None = None
    newest: datetime | None = None
    again: datetime | None = None

    def start(self, now: datetime, rhythm: Rhythm, *, free: bool) -> str | None:
        """The key after which it is to be listed now; None when it is not due.

        free: listing costs nothing.
        """
        today = now.astimezone(UTC)
        days_ago = (today.date() - date_of(self.folder)).days
        period = rhythm.whole if days_ago <= 1 else rhythm.late
        if free or self.whole is None or now - self.whole >= period:
            return None if self.again and now < self.again else ""
        midnight = datetime.combine(today.date(), time.min, UTC)
        fills = days_ago < 1 or (days_ago == 1 and today - midnight < rhythm.after)
        if not fills:
            return None
        return (
            ""
            if self.newest is None
            else start_after_name(self.folder, self.newest - rhythm.overlap)
        )

    def expect(self, name: str, now: datetime, rhythm: Rhythm) -> None:
        """Be due whole, unless what is due anyway has this file."""
        parsed = parse_name(name)
        if (
            parsed is None
            or self.newest is None
            or parsed.delivered < self.newest - rhythm.overlap
            or date_of(self.folder) < now.astimezone(UTC).date()
        ):
            self.whole = None

    def saw(self, names: Iterable[str], now: datetime) -> None:
        """These log files are in it."""
        for name in names:
            parsed = parse_name(name)
            # A name may claim any time; what comes in its own must be found all the same.
            if parsed and (self.newest or parsed.delivered) <= parsed.delivered <= now:
                self.newest = parsed.delivered


def beginnings(folders: Iterable[str]) -> Iterator[tuple[str, date]]:
    """Above each year, month or day among the folders: from which date on."""
    firsts: dict[str, date] = {}
    for folder in folders:
        span = place_of(folder).span()
        if span is not None:
            base = base_of(folder)
            firsts[base] = min(span[0], firsts.get(base, span[0]))
    yield from firsts.items()


def base_of(folder: str) -> str:
    """What lies above the years of a year, month or day."""
    parts = folder.removesuffix("/").split("/")
    return "".join(f"{part}/" for part in parts[: -DATED[place_of(folder).level]])


def date_of(folder: str) -> date:
    """Of delivery; the first of the calendar where the folder tells none."""
    return place_of(folder).date or date.min
