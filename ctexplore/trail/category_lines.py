"""The five lines of records that are no calls: Insights events and aggregated events."""

from __future__ import annotations

from typing import NamedTuple

from ctexplore.trail.accounts import NAMES
from ctexplore.trail.aggregated import Counted, details_of, primary_of
from ctexplore.trail.facts import text
from ctexplore.trail.insight import Insight, Value, lasting, rate
from ctexplore.trail.node import Object
from ctexplore.trail.target import short

CALLS = ("who", "did", "target", "from", "result")
INSIGHT = ("who", "did", "rate", "with", "state")
AGGREGATED = ("who", "did", "target", "window", "count")
_MOST = 3  # values named one by one


class Lines(NamedTuple):
    who: str
    did: str
    target: str
    origin: str
    result: str


def joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part) or "-"


def labelled(label: str, value: str) -> str:
    return f"{label} {value}" if value else ""


def insight_lines(record: Object, insight: Insight) -> Lines:
    errors = ["no error" if v.value == "null" else v.value for v in insight.values("errorCode")]
    times = insight.factor
    usual = rate(insight.baseline)
    return Lines(
        joined(*_values(insight.values("userIdentityArn"))) if insight.attributions else
        "CloudTrail Insights",
        joined(
            insight.name or "no event name",
            insight.source,
            text(record, "eventCategory") or "Insight",
            insight.kind,
            insight.time or "no time",
        ),
        joined(
            f"{usual} → {rate(insight.rate)} a minute" if usual and insight.rate else "",
            f"{_often(times)} the usual" if times else "",
            labelled("for", lasting(insight.minutes)),
            labelled("usual over", lasting(insight.baseline_minutes)),
        ),
        joined(
            *_values(insight.values("userAgent")),
            labelled("errors", ", ".join(dict.fromkeys(errors))) if any(errors) else "",
            text(record, "awsRegion"),
            labelled("in account", NAMES.titled(text(record, "recipientAccountId"))),
        ),
        joined(_state(insight), labelled("error", insight.error), *correction_of(record)),
    )  # fmt: skip


def _often(times: float) -> str:
    return f"{rate(str(times))} times"


def _state(insight: Insight) -> str:
    match insight.state:
        case "Start":
            return "Start: unusual from here on, its End tells how long"
        case "End":
            return labelled("End: unusual for", lasting(insight.minutes)) or "End"
    return insight.state


def _values(values: tuple[Value, ...]) -> list[str]:
    said = [f"{short(v.value)} {rate(v.average)}/min".strip() for v in values[:_MOST]]
    return [*said, f"and {len(values) - _MOST:,} more"] if len(values) > _MOST else said


def aggregated_lines(record: Object, who: str) -> Lines:
    """who: what stands for the caller where the event is not about one."""
    primary, others = primary_of(record), details_of(record)
    by = {each.dimension: each for each in (*others, primary)}
    account = text(record, "recipientAccountId") or text(record, "accountId")
    ends = [
        found for end in ("windowStart", "windowEnd") if (found := text(record, "timeWindow", end))
    ]
    return Lines(
        _named(by, "userIdentity") or who,
        joined(
            _named(by, "eventName") or primary.dimension or "no event name",
            text(record, "eventSource"),
            text(record, "eventCategory"),
            text(record, "eventType"),
        ),
        joined(
            _named(by, "resourceARN"),
            labelled("in account", NAMES.titled(account)),
        ),
        joined(
            text(record, "eventTime") or " to ".join(ends) or "no time",
            text(record, "timeWindow", "windowSize"),
            text(record, "awsRegion"),
        ),
        joined(
            labelled(primary.how, primary.said(_MOST)),
            *(f"by {each.dimension}: {each.said(_MOST)}" for each in others),
            *correction_of(record),
        ),
    )


def _named(by: dict[str, Counted], dimension: str) -> str:
    values = by[dimension].values if dimension in by else ()
    more = f" and {len(values) - _MOST:,} more" if len(values) > _MOST else ""
    return ", ".join(short(name) for name, _ in values[:_MOST] if name) + more


def correction_of(record: Object) -> list[str]:
    """What an addendum says (CloudTrail User Guide, "CloudTrail record contents"): the record was
    delivered late, or corrects an earlier one."""
    reason = text(record, "addendum", "reason")
    original = text(record, "addendum", "originalEventID")
    request = text(record, "addendum", "originalRequestID")
    if not (reason or original):
        return []
    about = labelled("corrects event", original) or labelled("corrects request", request)
    return [
        part
        for part in (
            f"{about} ({reason})" if about and reason else about or f"delivered late ({reason})",
            labelled("fields", text(record, "addendum", "updatedFields")),
        )
        if part
    ]
