"""Times of events in words, for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from ctexplore.store.columns.schema import NO_TIME

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(milliseconds: int, zone: tzinfo | None = UTC) -> datetime:
    """zone: None is this machine's."""
    return (_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(zone)


def moment(milliseconds: int | None, zone: tzinfo | None = UTC) -> str:
    """``2026-03-07 03:58:21``; "no time" where an event has none."""
    if milliseconds is None or milliseconds == NO_TIME:
        return "no time"
    return f"{at(milliseconds, zone):%Y-%m-%d %H:%M:%S}"


def span(first: int | None, last: int | None, zone: tzinfo | None = UTC) -> str:
    """From one time to another; what they share is said once."""
    if first is None or last is None:
        return moment(first, zone)
    start, end = moment(first, zone), moment(last, zone)
    if start == end:
        return start
    return f"{start} to {end[11:] if start[:10] == end[:10] else end}"


def stamp(milliseconds: int | None) -> str | None:
    """ISO 8601 in UTC, as CloudTrail writes it; None where there is no time."""
    if milliseconds is None or milliseconds == NO_TIME:
        return None
    return f"{at(milliseconds):%Y-%m-%dT%H:%M:%SZ}"
