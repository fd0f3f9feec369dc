"""Which folder to show first: the newest day of a place, found with few listings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from ctexplore.sources.outline import Outline
from ctexplore.sources.source import SourceError
from ctexplore.trail.layout import Level, LogKind, Place, place_of
from ctexplore.trail.window import DELIVERY_SLACK

# Where the global services record (CloudTrail User Guide, "CloudTrail concepts"), so the
# likeliest region to have today's folder.
_FIRST_REGION = "us-east-1"
_FIRST_LEVELS = {Level.AWSLOGS: 0, Level.ACCOUNT: 1, Level.ORGANIZATION: 2}
# Siblings of these levels are asked whether they have a newer day.
_COMPARED = frozenset((Level.AWSLOGS, Level.ORGANIZATION, Level.ACCOUNT, Level.REGION))


def newest_day(
    outline: Outline,
    start: str,
    accept: Callable[[Place], bool] = lambda _: True,
    *,
    limit: int = 40,
    today: date | None = None,
) -> list[str] | None:
    """The folder to open at start: the newest day at or below ``start``, or None.

    Goes down through the places that ``accept`` takes, dates newest first. Accounts,
    organizations and regions are compared, in byte order but us-east-1 before other regions,
    until one has the newest day there can be (``today``, UTC; yesterday for the first quarter
    of an hour, while today's first files are on their way) or ``limit`` folders below ``start``
    are listed: then it is the newest of those seen. On a live trail that is the first account,
    for about a listing per level. A folder of log files without dates is taken when no day is
    found.

    Raises SourceError when ``start`` cannot be listed or nothing else could be either;
    a folder below that cannot be listed is passed over.
    """
    if place_of(start).level is Level.DAY:
        return [start]
    outline.listed(start)
    latest = today or (datetime.now(UTC) - DELIVERY_SLACK).date()
    found = _Search(outline, accept, latest, limit).below(start, None)
    return [found] if found is not None else None


class _Search:
    def __init__(
        self, outline: Outline, accept: Callable[[Place], bool], latest: date, limit: int
    ) -> None:
        self._outline = outline
        self._accept = accept
        self._latest = latest
        self._left = limit

    def below(self, folder: str, after: date | None) -> str | None:
        """The newest day below ``folder`` that is later than ``after``."""
        if not self._outline.knows(folder):
            if not self._left:
                return None
            self._left -= 1
        try:
            listed = self._outline.listed(folder)
        except SourceError as error:
            if error.fatal:
                raise
            return None
        best = None
        for child in sorted(listed.folders, key=_preference):
            place = place_of(child)
            span = place.span()
            if place.foreign or place.kind is LogKind.DIGEST or not self._accept(place):
                continue
            if span and after and span[1] <= after:
                continue
            found = child if place.level is Level.DAY else self.below(child, after)
            if found is None:
                continue
            best, after = found, place_of(found).date
            if place.level not in _COMPARED or after is None or after >= self._latest:
                break
        digests = place_of(folder).kind is LogKind.DIGEST
        if best is None and listed.files and after is None and not digests:
            return folder
        return best


def _preference(folder: str) -> tuple[int, int, bytes]:
    place = place_of(folder)
    span = place.span()
    rank = 0 if place.name == _FIRST_REGION else _FIRST_LEVELS.get(place.level, 3)
    name = place.name.encode("utf-8", "surrogatepass")
    return -span[0].toordinal() if span else 0, rank, name
