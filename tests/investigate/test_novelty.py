"""What is new, beside a slow reading of the same rule in plain Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.investigate.novelty import find_new
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.store.session import Session
from tests.build import event
from tests.investigate.credentials import call, user
from tests.investigate.loaded import load

NAMES, PLACES = ("GetObject", "PutObject", "ListBuckets"), ("192.0.2.1", "192.0.2.2", "")


def moment(minute: int) -> str:
    return f"{datetime(2024, 3, 5, 10, tzinfo=UTC) + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"


def values(session: Session) -> list[tuple[str, ...]]:
    added = session.table.added["new"]
    return [added.values(row) for row in range(session.order.count)]


def test_the_first_time_after_the_baseline() -> None:
    alice, bob = user("alice", "AKIA1"), user("bob", "AKIA2")
    session = load(
        call(1, alice, moment(0), "GetObject"),
        call(2, alice, moment(5), "PutObject"),
        call(3, alice, moment(20), "GetObject"),
        call(4, alice, moment(21), "DeleteBucket"),
        call(5, alice, moment(22), "DeleteBucket", awsRegion="us-west-2"),
        call(6, alice, moment(23), "GetObject", sourceIPAddress="198.51.100.7", userAgent="kali"),
        call(7, bob, moment(24), "GetObject"),
        call(8, bob, moment(25), "GetObject"),
        event(9, eventTime="never", userIdentity=alice),
    )
    assert find_new(session, timedelta(minutes=10)) == 4
    expected = [(), (), (), ("api",), ("region",), ("ip", "agent"), ("actor",), (), ()]
    assert values(session) == expected
    for text, number in (("is:new", 4), ("new:ip", 1), ("new:api,region", 2), ("-is:new", 5)):
        mask = Filter(parse(text, datetime.now(UTC))).mask(session.table, 0, session.order.count)
        assert int(mask.sum()) == number, text


@pytest.mark.parametrize("minutes", [0, 10_000])
def test_the_baseline_is_adjustable(minutes: int) -> None:
    session = load(*(call(n, user("alice", "AKIA1"), moment(n), f"Get{n}") for n in range(5)))
    assert find_new(session, timedelta(minutes=minutes)) == (0 if minutes else 5)


def test_nothing_is_new_among_nothing() -> None:
    session = load()
    assert find_new(session) == 0
    session = load(event(1, eventTime="never"), event(2, userIdentity=None))
    assert find_new(session, timedelta(0)) == 0


def slowly(records: list[dict[str, Any]], baseline: int) -> list[tuple[str, ...]]:
    order = sorted(range(len(records)), key=lambda n: records[n]["eventTime"])
    seen: set[tuple[str, ...]] = set()
    found: list[tuple[str, ...]] = [()] * len(records)
    start = records[order[0]]["eventTime"]
    late = datetime.fromisoformat(start) + timedelta(minutes=baseline)
    for n in order:
        r = records[n]
        who = r["userIdentity"]["arn"]
        parts = {
            "api": (r["eventSource"] + r["eventName"]),
            "region": r["awsRegion"],
            "ip": r["sourceIPAddress"],
            "agent": r["userAgent"],
        }
        fresh = tuple(k for k, v in parts.items() if v and (who, k, v) not in seen)
        if (who,) not in seen:
            fresh = ("actor",)
        seen |= {(who,), *((who, k, v) for k, v in parts.items())}
        if datetime.fromisoformat(r["eventTime"]) >= late:
            found[n] = fresh
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 30), st.sampled_from("abc"), st.sampled_from(NAMES),
            st.sampled_from(PLACES),
        ),
        min_size=1,
        max_size=25,
    ),
    st.integers(0, 40),
)  # fmt: skip
def test_as_a_slow_reading_has_it(rows: list[tuple[int, str, str, str]], baseline: int) -> None:
    records = [
        call(n, user(who, f"AKIA{who}"), moment(minute), name, sourceIPAddress=place)
        for n, (minute, who, name, place) in enumerate(rows, 1)
    ]
    session = load(*records)
    find_new(session, timedelta(minutes=baseline))
    assert values(session) == slowly(records, baseline)


def test_codes_are_narrow() -> None:
    session = load(*(call(n, user("alice", "AKIA1"), moment(n), f"Get{n}") for n in range(50)))
    find_new(session, timedelta(0))
    assert session.table.added["new"].codes(0, 50).dtype == np.uint8
