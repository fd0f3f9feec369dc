"""A verification of what lies open: the files of some folders, and no more."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta

from ctexplore.investigate.integrity.keys import KeyRing, ring_of
from ctexplore.investigate.integrity.run import Verification
from ctexplore.sources.source import Source, streams
from ctexplore.store.cache.cache import Cache
from ctexplore.store.columns.table import Table
from ctexplore.store.scope import Scope
from ctexplore.trail.layout import place_of
from ctexplore.trail.names import parse_name
from ctexplore.trail.window import INSIGHT_SLACK

_DAY = timedelta(days=1)
_INSTANT = timedelta(seconds=1)


def can_verify(source: Source) -> bool:
    """Whether there are files of a trail, which digests may vouch for."""
    return not streams(source)


def verification_of(
    source: Source,
    cache: Cache,
    scope: Scope,
    table: Table | None = None,
    keys: KeyRing | None = None,
    *,
    most: int = sys.maxsize,
) -> Verification:
    """Of the log files that a scope has, those of its folders' days, accounts and regions.

    table: what was loaded of it: a day's events may lie in files of the next day. keys: those
    beside the files or CloudTrail's own, unless given. most: files to read. Raises SourceError.
    """
    places = [place_of(folder) for folder in scope.folders]
    spans = [span for place in places if (span := place.span())]
    since, until = scope.since, scope.until
    if places and len(spans) == len(places):
        first = _midnight(min(start for start, _ in spans))
        last = _midnight(max(end for _, end in spans)) + _DAY
        since = max(since, first) if since else first
        until = min(until, last) if until else last
    if until is not None:
        # An event may be delivered after the range, as far as a walk looks for it.
        until = max(until, scope.until + INSIGHT_SLACK) if scope.until else until
        names = (parse_name(file.name) for file in (table.files if table else ()))
        until = max((name.delivered + _INSTANT for name in names if name), default=until)
    return Verification(
        source,
        cache,
        keys or ring_of(source),
        since=since,
        until=until,
        regions=scope.regions or _all_or_none([place.region for place in places]),
        accounts=scope.accounts or _all_or_none([place.account for place in places]),
        most=most,
    )


def _midnight(day: object) -> datetime:
    return datetime.combine(day, time(tzinfo=UTC))  # type: ignore[arg-type]


def _all_or_none(names: list[str]) -> frozenset[str]:
    """The names, unless a folder has none of its own: then all."""
    return frozenset(names) if all(names) else frozenset()
