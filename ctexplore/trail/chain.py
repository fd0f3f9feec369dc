"""What is missing of a chain of digests: digests that were removed, and hours without any.

CloudTrail delivers a digest every hour, of hours in which nothing happened too; each names the
one before it, and a new chain begins where logging was stopped and started again (CloudTrail
User Guide, "CloudTrail digest file structure", "Validating CloudTrail log file integrity").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from ctexplore.trail.names import LogName, parse_name

HOUR = timedelta(hours=1)
# Digests do not end at the very second.
_ABOUT = timedelta(minutes=20)


class Seen(Struct, frozen=True):
    """A digest that is here.

    key: as CloudTrail named it, its folders included. name: what it tells. start: of what it
    covers. previous: key of the one before, "" where the chain begins; previous_bucket: its
    bucket. trusted: it was verified, so that what it says is AWS's word.
    """

    key: str
    bucket: str
    name: LogName
    start: datetime
    previous: str = ""
    previous_bucket: str = ""
    trusted: bool = True


class Removed(Struct, frozen=True):
    """A digest that must have been. key, bucket: where it was. named: a digest names it; else it
    follows from the hours, and its name is a guess by the minute."""

    key: str
    bucket: str
    end: datetime
    named: bool


class Uncovered(Struct, frozen=True):
    """Time that no digest covers, nor was meant to. restart: the chain that begins after it, of
    a digest that says so; None where there is nothing but silence."""

    start: datetime
    end: datetime
    restart: Seen | None


Break = Removed | Uncovered


def breaks(newest_first: Sequence[Seen], since: datetime | None) -> Iterator[Break]:
    """What is missing between the digests of one chain, and before the oldest back to ``since``.

    Without ``since`` nothing is asked of what was before the oldest.
    """
    here = {_name(seen.key) for seen in newest_first}
    olders: list[Seen | None] = [*newest_first[1:], None]
    for newer, older in zip(newest_first, olders, strict=False):
        if newer.trusted and not newer.previous:
            lower = older.name.delivered if older else since
            if lower is not None and newer.start - lower > _ABOUT:
                yield Uncovered(lower, newer.start, newer)
            continue
        if _name(newer.previous) in here and newer.trusted:
            continue
        if older is None and not newer.trusted:
            if since is not None and newer.start - since > _ABOUT:
                yield Uncovered(since, newer.start, None)
            continue
        yield from _removed(newer, older, since)


def _removed(newer: Seen, older: Seen | None, since: datetime | None) -> Iterator[Removed]:
    """The digests between two that are here, or back to ``since``, newest first."""
    end = newer.start
    lower = older.name.delivered if older else since
    if lower is None:
        return
    if newer.trusted:
        named = parse_name(_name(newer.previous))
        end = named.delivered if named else end
        if end < lower and not older:
            return
        yield Removed(newer.previous, newer.previous_bucket or newer.bucket, end, True)
        end -= HOUR
    if newer.name.backfill:  # these are made when there is need, not by the hour
        return
    while end > lower + _ABOUT:
        yield Removed(_key_at(newer, end), newer.bucket, end, False)
        end -= HOUR


def _key_at(near: Seen, end: datetime) -> str:
    """The key of the digest of this hour."""
    name = near.name._replace(delivered=end)
    parts = near.key.split("/")[:-1]
    if len(parts) >= 3 and all(part.isdigit() for part in parts[-3:]):
        parts[-3:] = [f"{end.year:04}", f"{end.month:02}", f"{end.day:02}"]
    return "/".join([*parts, name.build()])


def _name(key: str) -> str:
    return key.rpartition("/")[2]
