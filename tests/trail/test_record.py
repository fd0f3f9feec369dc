"""Records as typed structures, and what is read out of the JSON they keep."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.identity import NOBODY, Identity
from ctexplore.trail.node import Number, Object
from ctexplore.trail.record import (
    Record,
    complete,
    decode_record,
    fields_of,
    identity_of,
    loose,
    sign_in_failure,
    sign_in_mfa,
    text_of,
    value_of,
)
from tests.build import event, raw, without


def read(record: object) -> Record:
    fields = fields_of(raw(record))
    assert fields is not None
    return loose(fields)


def test_the_typed_and_the_loose_way_agree() -> None:
    record = raw(event(1, errorCode=None, sharedEventID="x", resources=[{"ARN": "a"}]))
    typed, untyped = decode_record(record), read(record)
    for name in Record.__struct_fields__:
        one, other = getattr(typed, name), getattr(untyped, name)
        if isinstance(one, msgspec.Raw):
            assert bytes(one) == bytes(other)
        elif isinstance(one, bool):
            assert str(one).lower() == other
        else:
            assert (one or "") == (other or "")


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*Record.__struct_fields__, "other"]), json))
def test_what_the_typed_way_reads_the_loose_way_reads_alike(fields: dict[str, Any]) -> None:
    untyped = read(fields)
    try:
        typed = decode_record(raw(fields))
    except msgspec.ValidationError:
        return
    for name in ("eventName", "eventTime", "errorCode", "userAgent"):
        assert (getattr(typed, name) or "") == getattr(untyped, name)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"x"', "x"),
        ('"\\u00e4"', "ä"),
        ('""', ""),
        ("null", ""),
        ("true", "true"),
        ("1.50", "1.50"),
        ("99999999999999999999999", "99999999999999999999999"),
        ('{"a": [1]}', '{"a": [1]}'),
        ('"\\ud800"', "\ud800"),
    ],
)
def test_text_of(written: str, text: str) -> None:
    assert text_of(written.encode()) == text


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"", None),
        (b"null", None),
        (b"{}", None),
        (b'{"a":1}', {"a": 1}),
        (b"5", 5),
        (b'{"a":1e400}', Object([("a", Number("1e400"))])),
        (b'{"a":NaN}', Object([("a", Number("NaN"))])),
        (b'["\\ud800"]', ["\ud800"]),
        (b'"\xff"', "\udcff"),
        (b"[" * 1000 + b"]" * 1000, ...),
        (b"[" * 5000 + b"]" * 5000, None),
        (b'{"a":', None),
    ],
)
def test_value_of(written: bytes, value: object) -> None:
    if value is ...:
        assert isinstance(value_of(written), list)
    else:
        assert value_of(written) == value


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        (b"", NOBODY),
        (b"null", NOBODY),
        (b"{}", NOBODY),
        (b'""', NOBODY),
        (b'"alice"', Identity(who="alice", actor="alice")),
        (b'["alice"]', Identity(who='["alice"]', actor='["alice"]')),
        (b"5", Identity(who="5", actor="5")),
        (b'{"invokedBy":"x"}', Identity(who="x", actor="x", invokedby="x")),
        (b'{"userName":"\xff"}', Identity(who="\udcff", actor="\udcff", user="\udcff")),
        (b'{"userName":18446744073709551616,"x":1e999}', ...),
    ],
)
def test_identity_of(written: bytes, identity: Identity | Any) -> None:
    if identity is ...:
        identity = Identity(*["18446744073709551616"] * 2, user="18446744073709551616")
    assert identity_of(written) == identity


@pytest.mark.parametrize("fields", [None, 5, "x", [1]])
def test_what_is_no_object_has_no_fields(fields: object) -> None:
    assert fields_of(raw(fields)) is None


@pytest.mark.parametrize(
    ("name", "response", "failure"),
    [
        ("ConsoleLogin", {"ConsoleLogin": "Failure"}, "Failure"),
        ("ConsoleLogin", {"ConsoleLogin": "Success"}, ""),
        ("SwitchRole", {"SwitchRole": "Failure"}, "Failure"),
        ("SwitchRole", {"ConsoleLogin": "Failure"}, ""),
        ("ConsoleLogin", None, ""),
        ("ConsoleLogin", ["ConsoleLogin"], ""),
    ],
)
def test_sign_in_failure(name: str, response: object, failure: str) -> None:
    assert sign_in_failure(read(event(1, eventName=name, responseElements=response))) == failure


@pytest.mark.parametrize(
    ("additional", "mfa"),
    [({"MFAUsed": "Yes"}, "true"), ({"MFAUsed": "No"}, "false"), ({}, ""), ("Yes", ""), (None, "")],
)
def test_sign_in_mfa(additional: object, mfa: str) -> None:
    assert sign_in_mfa(raw(event(1, additionalEventData=additional))) == mfa
    assert sign_in_mfa(raw(event(1))) == ""


def completed(fields: dict[str, Any]) -> Record:
    record = read(fields)
    complete(record, raw(fields))
    return record


def test_insights_take_only_what_they_lack() -> None:
    details = {"eventName": "RunInstances", "eventSource": "ec2.amazonaws.com", "errorCode": "E"}
    record = completed(without(event(1, insightDetails=details, errorCode="F"), "eventName"))
    assert (record.eventName, record.errorCode) == ("RunInstances", "F")


def test_aggregated_events_take_only_what_they_lack() -> None:
    fields = {
        "eventId": "id",
        "accountId": "1",
        "recipientAccountId": "2",
        "timeWindow": {"windowStart": "2024-03-05T00:00:00Z"},
        "summary": {"primaryDimension": {"dimension": "eventName", "statistics": []}},
    }
    record = completed(fields)
    assert (record.eventID, record.recipientAccountId) == ("id", "2")
    assert (record.eventTime, record.eventName) == ("2024-03-05T00:00:00Z", "")


@given(
    st.dictionaries(st.sampled_from(["eventId", "insightDetails", "timeWindow", "summary"]), json)
)
def test_completing_takes_any_shape(fields: dict[str, Any]) -> None:
    record = completed(fields)
    assert isinstance(record.eventName, str)
    assert isinstance(record.eventTime, str)
