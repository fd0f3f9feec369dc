"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.query.when import TimeError, parse_period, parse_span, parse_time

NOW = datetime(2024, 1, 17, 10, 30, 15, 500_000, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-15", "2024-01-15T00:00:00+00:00"),
        ("2024-01-15T09:14:05Z", "2024-01-15T09:14:05+00:00"),
        ("2024-01-15 09:14", "2024-01-15T09:14:00+00:00"),
        ("2024-01-15T09:14:05.250", "2024-01-15T09:14:05.250000+00:00"),
        ("2024-01-15t09:14:05z", "2024-01-15T09:14:05+00:00"),
        ("2024-01-15T09:14+02:00", "2024-01-15T09:14:00+02:00"),
        ("20240115T091405Z", "2024-01-15T09:14:05+00:00"),
        ("20240115", "2024-01-15T00:00:00+00:00"),
        ("2024", "2024-01-01T00:00:00+00:00"),
        ("2024-02", "2024-02-01T00:00:00+00:00"),
        ("2024/1/5", "2024-01-05T00:00:00+00:00"),
        ("2024/01/02 9am", "2024-01-02T09:00:00+00:00"),
        ("15 Jan 2024", "2024-01-15T00:00:00+00:00"),
        ("Jan 15, 2024 9:14 PM", "2024-01-15T21:14:00+00:00"),
        ("Mon Jan 15 09:14:05 2024", "2024-01-15T09:14:05+00:00"),
        ("13/02/2024", "2024-02-13T00:00:00+00:00"),
        ("02/02/2024", "2024-02-02T00:00:00+00:00"),
        ("15 Jan 2024 09:14 +0100", "2024-01-15T09:14:00+01:00"),
        ("now", "2024-01-17T10:30:15.500000+00:00"),
        ("NOW ", "2024-01-17T10:30:15.500000+00:00"),
        ("today", "2024-01-17T00:00:00+00:00"),
        ("yesterday", "2024-01-16T00:00:00+00:00"),
        ("tuesday", "2024-01-16T00:00:00+00:00"),
        ("mon", "2024-01-15T00:00:00+00:00"),
        ("Thursday", "2024-01-11T00:00:00+00:00"),
        ("wednesday", "2024-01-10T00:00:00+00:00"),
        ("09:14", "2024-01-17T09:14:00+00:00"),
        ("24h", "2024-01-16T10:30:15.500000+00:00"),
        ("24h ago", "2024-01-16T10:30:15.500000+00:00"),
        ("90m", "2024-01-17T09:00:15.500000+00:00"),
        ("2w", "2024-01-03T10:30:15.500000+00:00"),
        ("1d12h", "2024-01-15T22:30:15.500000+00:00"),
    ],
)
def test_moments(text: str, moment: str) -> None:
    assert parse_time(text, NOW).isoformat() == moment


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("01/02/2024", "2024-01-02 or 2024-02-01"),
        ("1.2.2024", "2024-01-02 or 2024-02-01"),
        ("10-11-12", "more than one way"),
        ("15 Jan", "needs a year"),
        ("Jan 2024", "needs a year, a month and a day"),
        ("12", "no time"),
        ("2024-02-30", "no time that exists"),
        ("2024-01-15T25:00", "no time that exists"),
        ("2024-13", "no year or month"),
        ("25:00", "no time of the day"),
        ("15 Jan 2024 09:14 CST", "no time"),
        ("soon", "no time"),
        ("", "expected a time"),
        ("1705310045", "no time"),
        ("99999999w", "outside the calendar"),
        ("9" * 400 + "d", "longer than the calendar"),
        ("0000-01-01", "no time that exists"),
        ("\x1b[31m", "no time"),
    ],
)
def test_what_is_unclear_is_refused(text: str, says: str) -> None:
    with pytest.raises(TimeError) as caught:
        parse_time(text, NOW)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2024", timedelta(days=366)),
        ("2024-02", timedelta(days=29)),
        ("2023-12", timedelta(days=31)),
        ("2024-01-15", timedelta(days=1)),
        ("yesterday", timedelta(days=1)),
        ("monday", timedelta(days=1)),
        ("2024-01-15T09", timedelta(hours=1)),
        ("2024-01-15T09:14", timedelta(minutes=1)),
        ("09:14", timedelta(minutes=1)),
        ("2024-01-15T09:14:05Z", timedelta(seconds=1)),
        ("2024-01-15T09:14:05.250Z", timedelta(milliseconds=1)),
        ("24h", timedelta(seconds=1)),
        ("15 Jan 2024", timedelta(days=1)),
        ("15 Jan 2024 09:14", timedelta(minutes=1)),
        ("15 Jan 2024 09:14:05", timedelta(seconds=1)),
    ],
)
def test_a_period_is_as_long_as_its_text_is_vague(text: str, length: timedelta) -> None:
    start, end = parse_period(text, NOW)
    assert start == parse_time(text, NOW)
    assert end - start == length


def test_the_zone_says_whose_day_and_clock() -> None:
    zone = timezone(timedelta(hours=-11))  # it is still the 16th there
    assert parse_time("today", NOW, zone).isoformat() == "2024-01-16T00:00:00-11:00"
    assert parse_time("2024-01-15 09:14", NOW, zone).isoformat() == "2024-01-15T09:14:00-11:00"
    assert parse_time("2024-01-15 09:14Z", NOW, zone).isoformat() == "2024-01-15T09:14:00+00:00"


def test_a_day_may_have_23_hours() -> None:
    start, end = parse_period("2024-03-31", NOW, ZoneInfo("Europe/Berlin"))
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59Z"])
def test_the_end_of_the_calendar_is_no_error(text: str) -> None:
    start, end = parse_period(text, NOW)
    assert start <= end


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("24h", timedelta(days=1)),
        ("1.5h", timedelta(minutes=90)),
        ("1D12H", timedelta(hours=36)),
        ("2w", timedelta(days=14)),
    ],
)
def test_spans(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "24", "h", "-1h", "1y", "1 h", "٣h"])
def test_no_spans(text: str) -> None:
    with pytest.raises(TimeError, match="span"):
        parse_span(text)


@given(st.text(st.sampled_from("0123456789:-/.,+TZ janmopdhw")) | st.text())
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        start, end = parse_period(text, NOW)
    except TimeError as error:
        assert error.message
    else:
        assert start.tzinfo is not None and end.tzinfo is not None


@given(st.datetimes(timezones=st.just(UTC)))
def test_iso_times_are_read_back(moment: datetime) -> None:
    assert parse_time(moment.isoformat(), NOW) == moment
