"""Why hours have no digest: what the trail itself tells of logging that was stopped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from ctexplore.investigate.integrity.content import LoggingEvent
from ctexplore.investigate.integrity.result import Finding, Kind, Status
from ctexplore.trail.chain import HOUR, Uncovered

_STOPS = ("StopLogging", "DeleteTrail", "UpdateTrail")
_STARTS = ("StartLogging", "CreateTrail", "UpdateTrail")
# "The digest chain is broken after one hour" (CloudTrail User Guide, "Validating CloudTrail log
# file integrity"), and the hour after it began may have a digest of its own.
_AROUND = timedelta(hours=2)
# How long after its time a call may be delivered in a log file that no digest lists.
EDGE = timedelta(minutes=30)


class Gap(Struct, frozen=True):
    """Hours without a digest. uri: the folder of its chain. trail: "" where none is known.
    hint: what else is known of why."""

    time: Uncovered
    uri: str
    account: str
    region: str
    trail: str = ""
    hint: str = ""

    def at_edge(self, delivered: datetime) -> bool:
        """Whether a log file that was delivered then may hold the calls that explain the gap."""
        start, end = self.time.start, self.time.end
        return start - EDGE <= delivered <= start + EDGE or end - EDGE <= delivered <= end + EDGE

    def finding(self, events: Iterable[LoggingEvent]) -> Finding:
        start, end = self.time.start, self.time.end
        hours = max(1, round((end - start) / HOUR))
        reason = (
            f"no digest covers {_stamp(start)} to {_stamp(end)}, "
            f"{hours:,} hour{'s' * (hours > 1)}: {self._why(list(events))}"
        )
        status, place = Status.NO_DIGEST, (self.account, self.region)
        return Finding(Kind.DIGEST, self.uri, status, reason, *place, span=(start, end))

    def _why(self, events: list[LoggingEvent]) -> str:
        start, end = self.time.start, self.time.end
        stop = _last(events, _STOPS, self.trail, start - _AROUND, end)
        begun = _last(events, _STARTS, self.trail, start, end + _AROUND)
        if begun == stop:
            begun = None
        told = [
            f"{what} at {event.time} by {event.who or 'somebody'} ({event.name})"
            for event, what in ((stop, "stopped"), (begun, "started"))
            if event
        ]
        if told:
            why = "logging was " + " and ".join(told)
        elif self.hint:
            return self.hint
        else:
            why = "no StopLogging or StartLogging event at hand explains it"
        return why + ("; a new chain begins after it" if self.time.restart else "")


def _last(
    events: Iterable[LoggingEvent],
    names: tuple[str, ...],
    trail: str,
    start: datetime,
    end: datetime,
) -> LoggingEvent | None:
    """The latest of these calls on the trail within the time."""
    found = [
        event
        for event in events
        if event.name in names
        and event.trail.rpartition("/")[2] in ("", trail)
        and start <= (_time(event.time) or end + HOUR) <= end
    ]
    # Only where nothing else tells: it changes other things, too.
    plain = [event for event in found if event.name != "UpdateTrail"]
    return max(plain or found, key=lambda event: event.time, default=None)


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else None


def _stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
