"""The folders of what is asked for events: account, kind, region, and days as in a bucket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from ctexplore.sources.history.service import EVENTS
from ctexplore.trail.layout import place_of
from ctexplore.trail.window import DELIVERY_SLACK


class HistoryTree(Struct, frozen=True):
    """Made up without any request.

    places: the regions of each account. kinds: of KINDS. reach: days before today. known: the
    folders of days of which something is kept. now: seconds since 1970. offline: no other days
    are there.
    """

    places: Mapping[str, tuple[str, ...]]
    kinds: tuple[str, ...]
    reach: int
    known: Callable[[], Sequence[str]]
    now: Callable[[], float]
    offline: bool

    def below(self, folder: str) -> list[str] | None:
        """The folders in ``folder``, above days, in byte order; None when there is no such."""
        match folder.split("/")[:-1]:
            case []:
                names = set(self.places)
            case [account] if account in self.places:
                names = set(self.kinds)
            case [account, kind] if account in self.places and kind in self.kinds:
                names = set(self.places[account])
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
        tops = (f"{a}/{EVENTS}/{r}/" for a, regions in self.places.items() for r in regions)
        for top in tops:
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
                f"{top}/{today - timedelta(days=ago):%Y/%m/%d}/" for ago in range(self.reach + 1)
            ]
        return [day for f in folders if f.startswith(folder) and (day := place_of(f).date)]
