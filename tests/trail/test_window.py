from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.layout import LogKind, place_of
from ctexplore.trail.names import LogName
from ctexplore.trail.window import delivery_slack, may_hold, past, start_after_name

ACCOUNT = "123456789012"
DAY = f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-2/2026/07/29/"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("path", "since", "until", "expected"),
    [
        ("2026/07/29/", utc(2026, 7, 29), utc(2026, 7, 30), True),
        ("2026/07/30/", utc(2026, 7, 29), utc(2026, 7, 30), True),  # the first quarter hour
        ("2026/07/31/", utc(2026, 7, 29), utc(2026, 7, 30), False),
        ("2026/07/28/", utc(2026, 7, 29), utc(2026, 7, 30), False),
        ("2026/07/30/", utc(2026, 7, 29), utc(2026, 7, 29, 23, 44), False),
        ("2026/07/30/", utc(2026, 7, 29), utc(2026, 7, 29, 23, 46), True),
        ("2026/07/29/", utc(2026, 7, 29, 23, 59), None, True),
        ("2026/07/29/", utc(2026, 7, 30), None, False),
        ("2026/07/29/", None, utc(2026, 7, 28), False),
        ("2026/07/29/", None, None, True),
        ("2026/06/", utc(2026, 7, 1), None, False),
        ("2026/06/", utc(2026, 6, 30, 23), None, True),
        ("2026/", utc(2027, 1, 1), None, False),
        ("2026/", None, utc(2025, 12, 31, 23, 50), True),
        ("2026/", None, utc(2025, 12, 31, 23, 40), False),
        ("2026/13/", utc(2030, 1, 1), None, True),
        ("2026/07/29/extra/", utc(2030, 1, 1), None, True),
        ("", utc(2030, 1, 1), None, True),
    ],
)
def test_a_window_rules_folders_out_by_their_delivery_date(
    path: str, since: datetime | None, until: datetime | None, expected: bool
) -> None:
    below = f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/" if path else ""
    assert may_hold(place_of(below + path), since, until) is expected


@pytest.mark.parametrize(
    "below", [f"AWSLogs/{ACCOUNT}/CloudTrail-Insight/us-east-1/", "us-east-1/"]
)
def test_insights_take_half_an_hour(below: str) -> None:
    """A folder that does not tell its kind may hold Insights events too."""
    place = place_of(below + "2026/07/30/")
    assert may_hold(place, None, utc(2026, 7, 29, 23, 31))
    assert not may_hold(place, None, utc(2026, 7, 29, 23, 29))


def test_windows_count_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    since = datetime(2026, 7, 29, 8, 0, tzinfo=tokyo)  # 28 July, 23:00 UTC
    assert may_hold(place_of("2026/07/28/"), since, None)
    assert not may_hold(place_of("2026/07/28/"), since + timedelta(hours=1), None)


def test_the_ends_of_the_calendar_bound_nothing() -> None:
    place = place_of(DAY)
    assert may_hold(place, utc(1, 1, 1), datetime.max.replace(tzinfo=UTC))
    east = timezone(timedelta(hours=14))
    assert may_hold(place, datetime.min.replace(tzinfo=east), None)
    assert start_after_name(DAY, datetime.min.replace(tzinfo=east)) == ""


def test_a_year_that_may_be_a_prefix_is_never_ruled_out() -> None:
    assert may_hold(place_of("2013/"), utc(2026, 1, 1), None)
    assert not may_hold(place_of("2013/07/"), utc(2026, 1, 1), None)


@given(
    st.sampled_from([LogKind.CLOUDTRAIL, LogKind.INSIGHT]),
    st.datetimes(datetime(2013, 11, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.floats(0, 1),
    st.timedeltas(timedelta(), timedelta(days=400)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=400)),
)
def test_no_event_delivered_in_time_is_missed(
    kind: LogKind, event: datetime, late: float, before: timedelta, after: timedelta
) -> None:
    delivered = event + late * delivery_slack(kind)
    since, until = event - before, event + after
    base = f"AWSLogs/{ACCOUNT}/{kind}/us-east-1/"
    for folder in (f"{delivered:%Y}/", f"{delivered:%Y/%m}/", f"{delivered:%Y/%m/%d}/"):
        assert may_hold(place_of(base + folder), since, until)
    folder = base + f"{delivered:%Y/%m/%d}/"
    minute = delivered.replace(second=0, microsecond=0)
    name = LogName(ACCOUNT, kind, "us-east-1", minute, "0" * 16)
    assert folder + name.build() > start_after_name(folder, since)
    assert not past(name, until)


def test_start_after_is_the_first_wanted_minute() -> None:
    since = utc(2026, 7, 29, 12, 3, 30)
    key = start_after_name(DAY, since)
    assert key == DAY + f"{ACCOUNT}_CloudTrail_us-east-2_20260729T1203Z"
    earlier = LogName(ACCOUNT, LogKind.CLOUDTRAIL, "us-east-2", utc(2026, 7, 29, 12, 2), "z" * 16)
    assert DAY + earlier.build() < key


@pytest.mark.parametrize(
    "folder",
    [
        "us-east-1/2026/07/29/",
        f"AWSLogs/{ACCOUNT}/CloudTrail/2026/07/29/",
        f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/2026/07/29/",
        f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2026/07/",
        f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2026/07/29/extra/",
        f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/2026/07/30/",  # begins after since
        "",
    ],
)
def test_start_after_is_empty_where_names_cannot_be_told(folder: str) -> None:
    assert start_after_name(folder, utc(2026, 7, 29, 12)) == ""


@pytest.mark.parametrize("kind", [LogKind.CLOUDTRAIL, LogKind.INSIGHT])
def test_past(kind: LogKind) -> None:
    until, slack = utc(2026, 7, 29, 12), delivery_slack(kind)
    at = [
        LogName(ACCOUNT, kind, "us-east-1", until + d, "x")
        for d in (timedelta(0), slack, slack + timedelta(minutes=1))
    ]
    assert [past(name, until) for name in at] == [False, False, True]
    assert not past(at[-1], None)
