"""An Insights event: a rate that is not the usual one, what it is made of, and when it was.

Source: CloudTrail User Guide, "CloudTrail record contents for Insights events for trails".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from ctexplore.trail.facts import at, text
from ctexplore.trail.node import Node, Object

_TYPES = {"ApiCallRateInsight": "API call rate", "ApiErrorRateInsight": "API error rate"}
_MOST = 366 * 24 * 60  # minutes of an insight that are believed


class Value(Struct, frozen=True):
    """One of up to five values of an attribute, and its average a minute; as written."""

    value: str
    average: str


class Attribution(Struct, frozen=True):
    """Whose calls these were, by one attribute: userIdentityArn, userAgent or errorCode.

    insight, baseline: at most five values each, the highest average first.
    """

    attribute: str
    insight: tuple[Value, ...] = ()
    baseline: tuple[Value, ...] = ()

    def usual(self, value: str) -> str:
        """The average of a value in the baseline; "" where it was not among its first."""
        return next((v.average for v in self.baseline if v.value == value), "")


class Insight(Struct, frozen=True):
    """What insightDetails says; texts as written, "" where nothing is.

    state: Start or End. type: insightType. error: errorCode, of an error rate. baseline, rate:
    averages a minute, digits. minutes, baseline_minutes: durations, digits. shared: sharedEventID,
    the same in the Start and the End. time: eventTime.
    """

    state: str = ""
    source: str = ""
    name: str = ""
    type: str = ""
    error: str = ""
    baseline: str = ""
    rate: str = ""
    minutes: str = ""
    baseline_minutes: str = ""
    shared: str = ""
    time: str = ""
    attributions: tuple[Attribution, ...] = ()

    @property
    def kind(self) -> str:
        """The type in words, where it is one of those known."""
        return _TYPES.get(self.type, self.type)

    @property
    def factor(self) -> float | None:
        """How many times the usual rate; None where that is not to be had."""
        usual, now = number(self.baseline), number(self.rate)
        times = now / usual if usual and now is not None else math.inf
        return times if math.isfinite(times) else None

    def values(self, attribute: str) -> tuple[Value, ...]:
        """The values of an attribute during the insight."""
        return next((a.insight for a in self.attributions if a.attribute == attribute), ())

    def span(self) -> tuple[datetime, datetime] | None:
        """First and last moment of the unusual activity; None where no time can be read.

        eventTime is the start of a Start and the end of an End. insightDuration of a Start covers
        what was known then, so the activity may well have gone on.
        """
        try:
            moment = datetime.fromisoformat(self.time)
        except ValueError:
            return None
        if moment.tzinfo is None:
            return None
        length = number(self.minutes) or 1.0
        span = timedelta(minutes=min(max(length, 1.0), _MOST))
        try:
            return (moment - span, moment) if self.state == "End" else (moment, moment + span)
        except OverflowError:
            return None


def read_insight(record: Object) -> Insight | None:
    """The insight of a record; None when it has no insightDetails."""
    details = at(record, "insightDetails")
    if not isinstance(details, Object):
        return None
    context = at(details, "insightContext")
    statistics = at(context, "statistics")
    attributions = at(context, "attributions")
    return Insight(
        text(details, "state"),
        text(details, "eventSource"),
        text(details, "eventName"),
        text(details, "insightType"),
        text(details, "errorCode"),
        text(statistics, "baseline", "average"),
        text(statistics, "insight", "average"),
        text(statistics, "insightDuration"),
        text(statistics, "baselineDuration"),
        text(record, "sharedEventID"),
        text(record, "eventTime"),
        tuple(_attributions(attributions)),
    )


def _attributions(items: Node) -> Iterator[Attribution]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Object):
            yield Attribution(
                text(item, "attribute"), _values(item.get("insight")), _values(item.get("baseline"))
            )


def _values(items: Node) -> tuple[Value, ...]:
    found = items if isinstance(items, list) else []
    return tuple(Value(text(i, "value"), text(i, "average")) for i in found)


def number(digits: str) -> float | None:
    """A finite number of digits as written; None for anything else."""
    try:
        found = float(digits)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def rate(digits: str) -> str:
    """An average for a person: three digits that count, never an exponent; other text as it is."""
    value = number(digits)
    if value is None:
        return digits
    if value and abs(value) < 0.001:
        return "under 0.001" if value > 0 else digits
    if abs(value) >= 1e15:
        return digits
    shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return shown if "e" not in shown else f"{value:,.0f}"


def lasting(minutes: str) -> str:
    """``55 min``, ``7 d``, ``7 d 21 h``; "" for none, other text as it is."""
    value = number(minutes)
    if value is None or not 0 <= value < 1e9:
        return minutes
    hours, rest = divmod(round(value), 60)
    days, hours = divmod(hours, 24)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (rest, "min")) if n]
    return " ".join(parts[:2]) or ("0 min" if minutes else "")
