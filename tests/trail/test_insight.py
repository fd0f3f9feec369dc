"""Reading an Insights event: rates, attributions, the span of what was unusual."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.exact import parse
from ctexplore.trail.insight import Insight, Value, lasting, rate, read_insight


def read(details: object, **fields: object) -> Insight | None:
    root = parse(json.dumps({"insightDetails": details, **fields}).encode()).root
    return read_insight(root)  # type: ignore[arg-type]


CONTEXT = {
    "statistics": {
        "baseline": {"average": 0.5},
        "insight": {"average": 12.0},
        "insightDuration": 5,
        "baselineDuration": 11336,
    },
    "attributions": [
        {
            "attribute": "userIdentityArn",
            "insight": [{"value": "arn:a", "average": 11}, {"value": "arn:b", "average": 1}],
            "baseline": [{"value": "arn:b", "average": 0.25}],
        }
    ],
}


def test_what_cloudtrail_writes():
    insight = read(
        {"state": "End", "insightType": "ApiErrorRateInsight", "insightContext": CONTEXT},
        sharedEventID="s-1",
        eventTime="2026-03-06T03:45:00Z",
    )
    assert insight is not None
    assert (insight.baseline, insight.rate, insight.minutes) == ("0.5", "12.0", "5")
    assert (insight.kind, insight.shared, insight.factor) == ("API error rate", "s-1", 24)
    (by_arn,) = insight.attributions
    assert insight.values("userIdentityArn") == (Value("arn:a", "11"), Value("arn:b", "1"))
    assert (by_arn.usual("arn:a"), by_arn.usual("arn:b")) == ("", "0.25")


@pytest.mark.parametrize(
    "state,first,last",
    [("Start", (2, 50), (3, 45)), ("End", (1, 55), (2, 50)), ("", (2, 50), (3, 45))],
)
def test_the_span_goes_forward_from_a_start_and_back_from_an_end(state, first, last):
    span = Insight(state, minutes="55", time="2026-03-06T02:50:00Z").span()
    assert span == tuple(datetime(2026, 3, 6, *at, tzinfo=UTC) for at in (first, last))


@pytest.mark.parametrize("time", ["", "yesterday", "2026-03-06T02:50:00", "9999-12-31T23:59:59Z"])
def test_no_span_without_a_time_that_can_be_read(time):
    assert Insight("Start", minutes="5", time=time).span() is None


def test_a_record_without_details_is_no_insight():
    assert read(None) is None
    assert read([]) is None


@pytest.mark.parametrize(
    "digits,shown",
    [
        ("0.0000882145", "under 0.001"), ("0", "0"), ("0.002", "0.002"), ("6.3", "6.3"),
        ("12.456", "12.5"), ("657", "657"), ("12250.0", "12,250"), ("9.8e-5", "under 0.001"),
        ("many", "many"), ("NaN", "NaN"), ("1e300", "1e300"), ("", ""),
    ],
)  # fmt: skip
def test_rates_for_a_person(digits, shown):
    assert rate(digits) == shown


@pytest.mark.parametrize(
    "minutes,shown",
    [("55", "55 min"), ("10080", "7 d"), ("11336", "7 d 20 h"), ("61", "1 h 1 min"),
     ("0", "0 min"), ("", ""), ("-5", "-5"), ("soon", "soon")],
)  # fmt: skip
def test_durations_for_a_person(minutes, shown):
    assert lasting(minutes) == shown


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["attributions", "statistics", "insight", "baseline", "value"]), inner
        )
    ),
    max_leaves=8,
)


@given(values, values)
def test_any_types_are_read(details, context):
    insight = read({"insightContext": context, "state": details})
    assert insight is not None
    insight.span()
    assert insight.factor is None or math.isfinite(insight.factor)
