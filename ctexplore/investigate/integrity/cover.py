"""Why a log file that no valid digest lists where it lies is not vouched for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ctexplore.investigate.integrity.digests import Verdict
from ctexplore.investigate.integrity.result import Status
from ctexplore.trail.chain import HOUR, Removed
from ctexplore.trail.names import LogName

# How long after the time in its name a file may be listed: a digest lists what was delivered in
# its hour, and the name tells when delivery began.
_LISTED_WITHIN = timedelta(minutes=15)

_Span = tuple[datetime, datetime]


class Cover:
    """What the digests of one account and region cover.

    place: which. removed: digests that must have been, and are not here.
    """

    def __init__(
        self, place: tuple[str, str], verdicts: Sequence[Verdict], removed: Iterable[Removed]
    ) -> None:
        self._place = place
        self._none = not verdicts
        valid = [v for v in verdicts if v.valid]
        wrong = [v for v in verdicts if not v.valid]
        self._listed = _names(valid)
        self._listed_by_wrong = _names(wrong)
        hourly = [v for v in valid if not v.read.name.backfill]
        self._spans = _merged((v.start, v.read.name.delivered) for v in hourly)
        self._wrong = _merged((v.start, v.read.name.delivered) for v in wrong)
        self._removed = _merged((r.end - HOUR, r.end) for r in removed)
        self._end = max((v.read.name.delivered for v in verdicts), default=None)

    def unlisted(self, name: str, parsed: LogName | None) -> tuple[Status, str]:
        """The status of a file that is not among those listed, and why."""
        if name in self._listed:
            return Status.UNREFERENCED, "moved: a digest lists a file of its name elsewhere"
        if name in self._listed_by_wrong:
            return Status.NO_DIGEST, "the digest that lists it is not valid"
        if parsed is None:
            return Status.UNREFERENCED, "not named as CloudTrail names its files: planted"
        if (parsed.account, parsed.region) != self._place:
            return Status.UNREFERENCED, "named as of another account or region: moved or planted"
        if self._none:
            return Status.NO_DIGEST, "no digest file of this account and region is here"
        at = parsed.delivered
        if _within(self._spans, at, at + _LISTED_WITHIN):
            planted = "no digest lists it: planted, or of a trail that has no digests"
            return Status.UNREFERENCED, planted
        if _within(self._removed, at, at):
            return Status.NO_DIGEST, "the digest of its hour is missing"
        if _within(self._wrong, at, at):
            return Status.NO_DIGEST, "the digest of its hour is not valid"
        if self._end is not None and at + _LISTED_WITHIN >= self._end:
            last = f"{self._end:%Y-%m-%dT%H:%M:%SZ}"
            return Status.NO_DIGEST, f"the last digest that is here ends at {last}"
        return Status.NO_DIGEST, "no digest covers the time of its delivery"


def _names(verdicts: Iterable[Verdict]) -> set[str]:
    digests = (v.read.digest for v in verdicts)
    return {f.key.rpartition("/")[2] for d in digests if d for f in d.files}


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _within(spans: Sequence[_Span], start: datetime, end: datetime) -> bool:
    """Whether one of the spans, which are in order and apart, has all of the time."""
    place = bisect_right(spans, start, key=lambda span: span[0])
    return place > 0 and spans[place - 1][1] >= end
