"""Which folders and files can hold the events of a time range.

Folders and names carry the time of delivery, which is never before the event and usually
within minutes of it, Insights events within half an hour (CloudTrail User Guide, "How CloudTrail
works", "Working with CloudTrail Insights"). A delivery that was held up may come days later;
nothing here finds those.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ctexplore.trail.layout import Level, LogKind, Place, place_of
from ctexplore.trail.names import LogName

# How long after its time an event is looked for.
DELIVERY_SLACK = timedelta(minutes=15)
INSIGHT_SLACK = timedelta(minutes=30)


def delivery_slack(kind: LogKind | None) -> timedelta:
    """For folders and files of ``kind``; one that is not known may be any."""
    return INSIGHT_SLACK if kind in (LogKind.INSIGHT, None) else DELIVERY_SLACK


def may_hold(place: Place, since: datetime | None, until: datetime | None) -> bool:
    """Whether a folder can hold events with since <= eventTime < until (aware datetimes).

    True for every folder that no date speaks against. A year with no account, kind or
    region above it may be part of a prefix, and is never ruled out.
    """
    span = place.span()
    perhaps_prefix = not (place.account or place.kind or place.region)
    if span is None or (place.level is Level.YEAR and perhaps_prefix):
        return True
    earliest = _utc(since)
    latest = _utc(until, delivery_slack(place.kind))
    return (earliest is None or span[1] >= earliest.date()) and (
        latest is None or span[0] <= latest.date()
    )


def start_after_name(folder: str, since: datetime) -> str:
    """The full key after which a day folder's listing has the files delivered from ``since`` on.

    Empty when the folder's names cannot be told from its path (account, kind, region and day
    must be in it), or when its first file is wanted too.
    """
    place, earliest = place_of(folder), _utc(since)
    # Digest names continue with the trail's name instead of a time, and the names of the
    # other kinds are not documented.
    known = place.kind in (LogKind.CLOUDTRAIL, LogKind.INSIGHT) and place.account and place.region
    if place.level is not Level.DAY or not known or place.date is None:
        return ""
    if earliest is None or earliest.date() < place.date:
        return ""
    time = f"{earliest:%m%dT%H%M}Z"
    return f"{folder}{place.account}_{place.kind}_{place.region}_{earliest.year:04}{time}"


def past(name: LogName, until: datetime | None) -> bool:
    """Whether the file was delivered too late to hold an event before ``until``."""
    latest = _utc(until, delivery_slack(name.kind))
    return latest is not None and name.delivered > latest


def _utc(time: datetime | None, later: timedelta = timedelta()) -> datetime | None:
    """``time`` in UTC, ``later``; None when it is none or beyond the calendar: no bound."""
    if time is None:
        return None
    try:
        return time.astimezone(UTC) + later
    except OverflowError:
        return None
