"""The folders in which the last events of a day lie: those of the day after.

A log file lies in the folder of the day on which it was delivered, some minutes after its events
(CloudTrail User Guide, "How CloudTrail works"). So what happened in the last minutes of a day is
in the first files of the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ctexplore.sources.source import Source, SourceError
from ctexplore.trail.layout import Level, LogKind, Place, place_of

_DATED = {Level.YEAR: 1, Level.MONTH: 2, Level.DAY: 3}


def next_days(folders: Iterable[str]) -> list[str]:
    """The day after each year, month or day among ``folders``, but for those that lie in one of
    them, in byte order."""
    opened = tuple(folders)
    after = {_next(folder, place_of(folder)) for folder in opened}
    return sorted(day for day in after if day and not day.startswith(opened))


def is_there(source: Source, day: str, today: date) -> bool:
    """Whether a day's folder is worth a request. Asks for nothing but local listings.

    today: UTC; what S3 has of a later day cannot be CloudTrail's.
    """
    if not source.local:
        delivered = place_of(day).date
        return delivered is not None and delivered <= today
    # A local folder that is not there is an error, where S3 has an empty listing.
    parts = day.removesuffix("/").split("/")
    for depth in range(len(parts) - 3, len(parts)):
        above = "".join(f"{part}/" for part in parts[:depth])
        try:
            pages = source.children(above)
            if not any(f"{above}{parts[depth]}/" in page.folders for page in pages):
                return False
        except SourceError:
            return False
    return True


def _next(folder: str, place: Place) -> str:
    """The day after a dated folder of log files, "" for other folders."""
    span = place.span()
    if span is None or place.kind is LogKind.DIGEST:
        return ""
    above = folder.removesuffix("/").split("/")[: -_DATED[place.level]]
    # With nothing above it, a copy of a trail begins at a region's years.
    if above and not (place.account or place.kind or place.region):
        return ""
    try:
        day = span[1] + timedelta(days=1)
    except OverflowError:
        return ""
    return "".join(f"{part}/" for part in above) + f"{day.year:04}/{day.month:02}/{day.day:02}/"
