"""How times are written in few cells."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from ctexplore.store.columns.schema import NO_TIME
from ctexplore.tui.clock import Clock, Span, clock
from tests.tui.event_views import START, add, table, view

DAY = 86_400_000
INDIA = timezone(timedelta(hours=5, minutes=30))


def written(how: Clock, at: int = START, **event: str) -> str:
    return how.text(view(table({"time": at, **event})), 0)


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_year_that_all_share_stands_in_the_title() -> None:
    how = clock(UTC, (START, START + DAY))
    assert (how.title, written(how)) == ("TIME UTC 2024", "01-15 09:04:05")
    assert len(written(how)) == how.width


def test_times_of_two_years_carry_theirs() -> None:
    how = clock(UTC, (START - 20 * DAY, START))
    assert (how.title, written(how)) == ("TIME UTC", "2024-01-15 09:04:05")
    assert len(written(how)) == how.width


def test_the_year_is_that_of_the_zone() -> None:
    eve = at("2023-12-31T20:00:00Z")
    assert clock(UTC, (eve, eve)).title == "TIME UTC 2023"
    assert clock(INDIA, (eve, eve)).title == "+05:30 2024"
    assert clock(UTC, (eve, eve + DAY)).years
    assert not clock(INDIA, (eve, eve + DAY)).years


def test_an_offset_that_all_share_stands_in_the_title() -> None:
    how = clock(INDIA, (START, START))
    assert (how.title, written(how)) == ("+05:30 2024", "01-15 14:34:05")
    how = clock(INDIA, (START - 20 * DAY, START))
    assert (how.title, written(how)) == ("TIME +05:30", "2024-01-15 14:34:05")


def test_an_hour_that_comes_twice_carries_its_offset() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    how = clock(berlin, (at("2024-10-01T00:00:00Z"), at("2024-11-01T00:00:00Z")))
    assert how.title == "TIME local 2024"
    twice = [written(how, at(f"2024-10-27T0{hour}:30:00Z")) for hour in (0, 1)]
    assert twice == ["10-27 02:30:00+02:00", "10-27 02:30:00+01:00"]
    assert {len(text) for text in twice} == {how.width}


def test_a_summer_between_two_winters_is_seen() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert clock(berlin, (at("2024-01-10T00:00:00Z"), at("2024-12-10T00:00:00Z"))).offsets
    assert not clock(berlin, (at("2024-01-10T00:00:00Z"), at("2024-03-10T00:00:00Z"))).offsets


def test_titles_have_room() -> None:
    for zone in (UTC, INDIA, ZoneInfo("Europe/Berlin"), None):
        for span in (None, (START, START), (START - 30 * DAY, START), (0, START)):
            how = clock(zone, span)
            assert len(how.title) <= how.width


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("tokyo")
def test_the_machines_own_zone() -> None:
    how = clock(None, (START, START))
    assert (how.title, written(how)) == ("+09:00 2024", "01-15 18:04:05")


@pytest.mark.parametrize("zone", [UTC, INDIA, None])
def test_before_a_time_is_known_the_width_is_the_one_that_will_most_often_do(
    zone: tzinfo | None,
) -> None:
    assert clock(zone).width == clock(UTC, (START, START)).width == 14


def test_the_last_day_of_the_calendar_has_no_local_time_but_is_shown() -> None:
    last = at("9999-12-31T23:59:59+00:00")
    how = clock(timezone(timedelta(hours=9)), (last, last))
    assert written(how, last) == "9999-12-31 23:59:59+00:00"


def test_a_time_that_cannot_be_read_is_the_records_own_text() -> None:
    how = clock(UTC)
    assert written(how, NO_TIME, timetext="yesterday") == "yesterday"
    assert written(how, NO_TIME) == "-"


def test_the_span_grows_with_its_table_and_starts_anew_with_another() -> None:
    span, events = Span(), table({"time": NO_TIME})
    assert span.of(events) is None
    add(events, [{"time": START}, {"time": NO_TIME}, {"time": START - 5}])
    assert span.of(events) == (START - 5, START)
    add(events, [{"time": START + 7}])
    assert span.of(events) == span.of(events) == (START - 5, START + 7)
    add(events, [{"time": NO_TIME}])
    assert span.of(events) == (START - 5, START + 7)
    assert span.of(table({"time": 1})) == (1, 1)
