"""Where the events lie that an Insights event was made of, and how to filter for them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from ctexplore.query.canonical import value_text
from ctexplore.trail.insight import Insight

# Files of the quarter of an hour after the last event may still hold some of them.
_DELIVERY = timedelta(minutes=15)
_SERVICE = ".amazonaws.com"
_MOST_DAYS = 31
_FOLDER = re.compile(r"((?:.*/)?)CloudTrail-Insight/([^/]+)/\d{4}/\d\d/\d\d/", re.DOTALL)


class Beneath(NamedTuple):
    """filter: a filter's text. folders: day folders to open; () where the key tells none."""

    filter: str
    folders: tuple[str, ...]


def beneath(
    insight: Insight, other: Insight | None, key: str, region: str, account: str
) -> Beneath | None:
    """How to come to the events beneath an Insight; None when it has no name or no time.

    other: its Start or End, where known: a Start cannot tell how long it lasted. key: of the log
    file that holds the Insight; CloudTrail puts management and data events beside it.
    """
    span = insight.span()
    if span is None or not insight.name:
        return None
    since, until = span
    if other is not None and (more := other.span()) is not None:
        since, until = min(since, more[0]), max(until, more[1])
    terms = {
        "source": insight.source.removesuffix(_SERVICE),
        "name": insight.name,
        "error": insight.error,
        "region": region,
        "account": account,
    }
    said = [f"{field}:{value_text(value)}" for field, value in terms.items() if value]
    # An Insight has the source and the name of what it is about.
    said += [
        "-is:insight",
        f"since:{_stamp(since)}",
        f"until:{_stamp(until + timedelta(seconds=1))}",
    ]
    return Beneath(" ".join(said), _folders(key, since, until + _DELIVERY))


def inside(folder: str, opened: tuple[str, ...]) -> bool:
    """Whether a folder's events are among those of the opened ones."""
    return any(folder.startswith(each) for each in opened)


def _folders(key: str, since: datetime, until: datetime) -> tuple[str, ...]:
    found = _FOLDER.match(key)
    if found is None:
        return ()
    above, region = found.groups()
    days = min((until.date() - since.date()).days, _MOST_DAYS)
    return tuple(
        f"{above}CloudTrail/{region}/{since.date() + timedelta(days=day):%Y/%m/%d}/"
        for day in range(days + 1)
    )


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
