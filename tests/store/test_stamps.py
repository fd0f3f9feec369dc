"""Event times and ids: thousands at once as one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.columns import stamps
from ctexplore.store.columns.batch import Ints, Words
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.stamps import one_id, one_time


def times(texts: Sequence[str]) -> tuple[Ints, dict[int, str]]:
    """Taken one half after the other, as files come."""
    return stamps.times(halves(stamps.event_times(), texts))


def ids(texts: Sequence[str]) -> Words:
    return stamps.ids(halves(stamps.event_ids(), texts))


def halves(column: stamps.Texts, texts: Sequence[str]) -> stamps.Texts:
    for half in texts[: len(texts) // 2], texts[len(texts) // 2 :]:
        column.add(half)
    return column


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31, 23, 59, 59))


@given(moments)
def test_the_usual_form(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    expected = (moment - EPOCH) // timedelta(milliseconds=1)
    text = moment.isoformat().replace("+00:00", "Z")
    assert one_time(text) == expected
    assert times([text])[0].tolist() == [expected]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2024-03-05T01:02:03Z", "2024-03-05T01:02:03+00:00"),
        ("2024-03-05T01:02:03.250Z", "2024-03-05T01:02:03.250+00:00"),
        ("2024-03-05T03:02:03+02:00", "2024-03-05T01:02:03+00:00"),
        ("2024-03-05 01:02:03", "2024-03-05T01:02:03+00:00"),
        ("20240305T010203Z", "2024-03-05T01:02:03+00:00"),
        ("1709600523", "2024-03-05T01:02:03+00:00"),
        ("1709600523.5", "2024-03-05T01:02:03.500+00:00"),
        ("1709600523250", "2024-03-05T01:02:03.250+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        (" 2024-03-05T01:02:03Z\n", "2024-03-05T01:02:03+00:00"),
        ("2024-03-05", "2024-03-05T00:00:00+00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_other_forms(text: str, same: str) -> None:
    expected = (datetime.fromisoformat(same) - EPOCH) / timedelta(milliseconds=1)
    assert one_time(text) == expected
    assert times([text, "2024-03-05T01:02:03Z"])[0][0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "2024-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-32T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-01-01T24:01:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:61Z",
        "0000-01-01T00:00:00Z",
        "2024-03-05T01:02:0/Z",
        "2024-03-05T01:02:0:Z",
        "2024-03-05X01:02:03Q",
        "٢٠٢٤-03-05T01:02:03Z",
        "1e9",
        "Mar 5, 2024, 2:02:03 AM",
        "0001-01-01T00:00:00+02:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_no_time(text: str) -> None:
    assert one_time(text) is None
    values, unread = times(["2024-03-05T01:02:03Z", text])
    assert values.tolist()[1] == NO_TIME
    assert unread == ({1: text} if text else {})


usual = moments.map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")
nearly = st.builds(
    lambda text, place, char: text[:place] + char + text[place + 1 :],
    usual,
    st.integers(0, 19),
    st.characters(codec="utf-8") | st.sampled_from("0123456789:-TZ "),
)


@given(st.lists(usual | nearly | st.text(max_size=22), max_size=8))
def test_times_are_one_time_for_each(texts: list[str]) -> None:
    values, unread = times(texts)
    one_by_one = [one_time(text) for text in texts]
    assert values.dtype == np.int64
    assert values.tolist() == [NO_TIME if v is None else v for v in one_by_one]
    assert unread == {n: t for n, t in enumerate(texts) if t and one_by_one[n] is None}


@given(st.lists(st.uuids().map(str) | st.text(max_size=40) | st.just(""), max_size=8))
def test_ids_are_one_id_for_each(texts: list[str]) -> None:
    values = ids(texts)
    assert values.dtype == np.uint64
    assert values.shape == (len(texts), 2)
    assert [tuple(value) for value in values.tolist()] == [one_id(text) for text in texts]


@given(st.lists(st.uuids(), min_size=1, max_size=5))
def test_a_guid_keeps_its_bits(guids: list[UUID]) -> None:
    texts = [str(guid) for guid in guids]
    for guid, (high, low) in zip(guids, ids(texts).tolist(), strict=True):
        assert high << 64 | low == guid.int


@pytest.mark.parametrize(
    "text",
    [
        "0000000g-0000-4000-8000-000000000000",
        "00000000-0000-4000-8000-00000000000A",
        "000000000000-4000-8000-0000000000000",
        "00000000-0000-4000-8000-00000000000\ud800",
        "x",
    ],
)
def test_what_is_no_guid_is_hashed(text: str) -> None:
    high, low = one_id(text)
    assert str(UUID(int=high << 64 | low)) != text
    assert (high, low) != (0, 0)
    assert ids([text, "00000000-0000-4000-8000-000000000000"])[0].tolist() == [high, low]


def test_no_id_is_zero() -> None:
    assert one_id("") == (0, 0)
    assert ids([""]).tolist() == [[0, 0]]
