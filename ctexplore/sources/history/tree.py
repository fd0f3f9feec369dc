"""The folders of Event history: account, kind of event, region, and days as in a bucket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ctexplore.trail.layout import place_of
from ctexplore.trail.window import DELIVERY_SLACK

EVENTS: Final = "Events"
INSIGHTS: Final = "Insights"
KINDS: Final = (EVENTS, INSIGHTS)
# AWS CloudTrail API Reference, "LookupEvents".
REACH: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class HistoryTree:
    """Made up without any request.

    kinds: of KINDS. known: the folders of days of which something is kept. now: seconds since
    1970. offline: no other days are there.
    """

    account: str
    regions: tuple[str, ...]
    kinds: tuple[str, ...]
    known: Callable[[], Sequence[str]]
    now: Callable[[], float]
    offline: bool

    def below(self, folder: str) -> list[str] | None:
        """The folders in ``folder``, above days, in byte order; None when there is no such."""
        match folder.split("/")[:-1]:
            case []:
                names = {self.account}
            case [self.account]:
                names = set(self.kinds)
            case [self.account, kind] if kind in KINDS:
                names = set(self.regions)
            case _ if not place_of(folder).region:
                return None
            case [_, _, _, *dated]:
                names = {f"{day:%Y/%m/%d}".split("/")[len(dated)] for day in self._days(folder)}
            case _:
                return None
        return [f"{folder}{name}/" for name in sorted(names)]

    def newest(self) -> tuple[str, ...]:
        """The newest day of each region: today, once its first events can have been delivered;
        offline the newest one that is known."""
        latest = (datetime.fromtimestamp(self.now(), UTC) - DELIVERY_SLACK).date()
        found = []
        for region in self.regions:
            top = f"{self.account}/{EVENTS}/{region}/"
            if days := [day for day in self._days(top) if day <= latest]:
                found.append(f"{top}{max(days):%Y/%m/%d}/")
        return tuple(found)

    def _days(self, folder: str) -> list[date]:
        """The days below ``folder`` that can be asked for, or that something is known of."""
        folders = list(self.known())
        if not self.offline:
            top = "/".join(folder.split("/")[:3])
            today = datetime.fromtimestamp(self.now(), UTC).date()
            folders += [
                f"{top}/{today - timedelta(days=ago):%Y/%m/%d}/" for ago in range(REACH.days + 1)
            ]
        return [day for f in folders if f.startswith(folder) and (day := place_of(f).date)]
