"""What became of a thing, and what happened around an event."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from ctexplore.investigate.around import SCOPES, SPANS, around
from ctexplore.investigate.life import Life, life, life_line
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.store.session import Session
from tests.build import event
from tests.investigate.credentials import at, call, user
from tests.investigate.loaded import load

BOB = user("bob", "AKIABOB")
LIFE = (
    call(1, BOB, at(1), "CreateUser"),
    call(2, BOB, at(2), "CreateAccessKey"),
    call(3, BOB, at(3), "DeleteAccessKey"),
    call(4, BOB, at(4), "DeleteUser", errorCode="AccessDenied"),
    call(5, BOB, at(5), "GetUser", readOnly=True, awsRegion="us-west-2"),
    call(6, BOB, at(6), "DeleteUser"),
    call(7, BOB, at(7), "DeleteUser", errorCode="NoSuchEntity"),
    event(8, eventTime="never", eventName="CreateUser"),
)


def everything(session: Session) -> Life:
    return life(session.table, np.arange(session.order.count, dtype=np.uint32))


def test_created_changed_deleted() -> None:
    session = load(*LIFE)
    found = everything(session)
    assert (found.created, found.last_change, found.deleted) == (0, 2, 5)
    assert (found.changed, found.read, found.failed) == (2, 2, 2)
    line = life_line(session.table, found)
    assert line == (
        "created 03-05 10:01:00 CreateUser by bob › changed 2 times, last 03-05 10:03:00 "
        "DeleteAccessKey by bob › deleted 03-05 10:06:00 DeleteUser by bob · 2 read · 2 failed · "
        "2 regions"
    )


def test_what_is_written_to_afterwards_is_not_deleted() -> None:
    found = everything(load(*LIFE, call(9, BOB, at(9), "CreateUser")))
    assert found.deleted is None and found.last_change == 8


@pytest.mark.parametrize("events", [(), LIFE[:1], LIFE[4:5], LIFE[5:6], LIFE[7:]])
def test_short_lives(events: tuple[dict[str, object], ...]) -> None:
    session = load(*events)
    found = everything(session)
    assert life_line(session.table, found)
    assert found.changed == 0


NEAR = (
    call(1, BOB, at(10)),
    call(2, BOB, at(14, 59), sourceIPAddress="198.51.100.9"),
    call(3, user("eve", "AKIAEVE"), at(15)),
    call(4, user("bob", "AKIASECOND"), at(5)),
    call(5, BOB, at(16)),
    event(6, eventTime="never"),
)


def names(session: Session, text: str) -> list[int]:
    wanted = Filter(parse(text, datetime.now(UTC)))
    mask = wanted.mask(session.table, 0, session.order.count)
    return [int(row) + 1 for row in np.flatnonzero(mask)]


@pytest.mark.parametrize(
    ("span", "scope", "expected"),
    [
        ("5m", "everything", [1, 2, 3, 4]),
        ("5m", "actor", [1, 2, 4]),
        ("5m", "session", [1, 2]),
        ("5m", "ip", [1, 3, 4]),
        ("5m", "resource", [1]),
        ("1m", "everything", [1]),
        ("15m", "actor", [1, 2, 4, 5]),
    ],
)
def test_around_an_event(span: str, scope: str, expected: list[int]) -> None:
    session = load(*NEAR)
    assert names(session, around(session.table, 0, span, scope)) == expected


def test_every_span_is_one_that_filters_know() -> None:
    session = load(*NEAR)
    for span in SPANS:
        for scope in SCOPES:
            assert 1 in names(session, around(session.table, 0, span, scope))


def test_around_nothing() -> None:
    session = load(event(1, eventTime="never"), event(2, userIdentity=None))
    with pytest.raises(ValueError, match="no time"):
        around(session.table, 0, "5m", "everything")
    with pytest.raises(ValueError, match="names no access key"):
        around(session.table, 1, "5m", "session")
