"""Which hours of which region somebody vouches for: what verifying found, as a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from ctexplore.investigate.integrity.result import Finding, Kind
from ctexplore.investigate.integrity.verdicts import Verdict, verdict_of, worse
from ctexplore.trail.names import parse_name

_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 24


class Region(NamedTuple):
    account: str
    region: str


class Coverage:
    """The worst that was found of each hour, UTC. One thread adds; any may ask.

    A digest tells of the hour it covers, a log file of the hour in which it was delivered.
    """

    def __init__(self) -> None:
        self._hours: dict[Region, dict[int, Verdict]] = {}
        self._folders: dict[tuple[Region, date], str] = {}

    def add(self, finding: Finding) -> None:
        place, verdict = Region(finding.account, finding.region), verdict_of(finding)
        if finding.span is not None:
            first, last = (_hour(at) for at in finding.span)
            for hour in range(first, max(last, first + 1)):
                self._set(place, hour, verdict)
            return
        name = parse_name(finding.uri.rpartition("/")[2])
        if name is None:
            return
        digest = finding.kind is Kind.DIGEST
        at = name.delivered - _HOUR if digest else name.delivered
        self._set(place, _hour(at), verdict)
        if finding.key and not digest:
            folder = finding.key.rpartition("/")[0] + "/"
            self._folders.setdefault((place, name.delivered.date()), folder)

    @property
    def regions(self) -> list[Region]:
        return sorted(self._hours)

    @property
    def days(self) -> tuple[date, ...]:
        """From the first to the last of which anything is known."""
        hours = [hour for known in list(self._hours.values()) for hour in list(known)]
        if not hours:
            return ()
        first, last = min(hours) // _DAY, max(hours) // _DAY
        return tuple(_day(number) for number in range(first, last + 1))

    def day(self, place: Region, day: date) -> Verdict | None:
        """The worst of a day's hours; None where nothing is known of any."""
        found: Verdict | None = None
        for verdict in self.hours(place, day).values():
            found = worse(found, verdict)
        return found

    def hours(self, place: Region, day: date) -> Mapping[int, Verdict]:
        """By hour of the day, 0 to 23; without those of which nothing is known."""
        known, first = self._hours.get(place, {}), _number(day) * _DAY
        return {hour: known[first + hour] for hour in range(_DAY) if first + hour in known}

    def folder(self, place: Region, day: date) -> str:
        """Where log files of the day lie, or ""."""
        return self._folders.get((place, day), "")

    def _set(self, place: Region, hour: int, verdict: Verdict) -> None:
        known = self._hours.setdefault(place, {})
        known[hour] = worse(known.get(hour), verdict)


def _hour(at: datetime) -> int:
    return (at - _EPOCH) // _HOUR


def _number(day: date) -> int:
    return (day - _EPOCH.date()).days


def _day(number: int) -> date:
    return _EPOCH.date() + timedelta(days=number)
