"""Counting values among rows, and completing them."""

from __future__ import annotations

import numpy as np
import pytest

from ctexplore.query.facets import RowNumbers, complete, facet, texts_at
from ctexplore.query.fields import UnknownField
from tests.query.events import Bytes, Event, table_of, written

EVENTS: list[Event] = [
    {"eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "awsRegion": "us-east-1",
     "requestParameters": {"userName": "mallory", "tags": [{"k": "a"}, {"k": "b"}, {"k": "a"}]}},
    {"eventSource": "iam.amazonaws.com", "eventName": "DeleteUser", "awsRegion": "us-east-1",
     "requestParameters": {"userName": "mallory", "n": 1.0}},
    {"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "awsRegion": "eu-west-1",
     "errorCode": "AccessDenied", "requestParameters": {"userName": {"a": 1.50}}},
    {"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "awsRegion": "eu-west-1",
     "errorCode": ""},
    {"eventSource": "monitoring.amazonaws.com", "eventName": "PutUserAlarm"},
]  # fmt: skip
RAW = [written(e) for e in EVENTS]
TABLE = table_of(RAW)
ALL = np.arange(len(EVENTS), dtype=np.uint32)


def rows(*numbers: int) -> RowNumbers:
    return np.array(numbers, np.uint32)


def test_the_most_frequent_come_first_and_ties_by_name() -> None:
    assert facet(TABLE, ALL, "source") == [
        ("iam.amazonaws.com", 2),
        ("s3.amazonaws.com", 2),
        ("monitoring.amazonaws.com", 1),
    ]
    assert facet(TABLE, ALL, "source", 1) == [("iam.amazonaws.com", 2)]
    assert facet(TABLE, None, "awsRegion") == [("eu-west-1", 2), ("us-east-1", 2), ("", 1)]


def test_only_the_given_rows_count_and_events_without_a_value_do() -> None:
    assert facet(TABLE, rows(2, 4), "error") == [("", 1), ("AccessDenied", 1)]
    assert facet(TABLE, rows(), "error") == []
    assert sum(n for _, n in facet(TABLE, ALL, "who")) == len(EVENTS)


def test_equal_texts_of_different_entries_are_one_value() -> None:
    assert facet(TABLE, rows(0, 1), "source") == [("iam.amazonaws.com", 2)]


def test_a_path_counts_an_event_once_for_each_value() -> None:
    path = "requestParameters.tags.k"
    assert facet(TABLE, ALL, path, records=Bytes(RAW)) == [("", 4), ("a", 1), ("b", 1)]
    assert facet(TABLE, ALL, "requestParameters.username", 1, Bytes(RAW)) == [("", 2)]
    assert ("mallory", 2) in facet(TABLE, None, "requestParameters.userName", None, Bytes(RAW))


def test_what_cannot_be_counted_says_why() -> None:
    with pytest.raises(ValueError, match="records"):
        facet(TABLE, ALL, "requestParameters.userName")
    with pytest.raises(ValueError, match="id of its own"):
        facet(TABLE, ALL, "eventID")
    with pytest.raises(UnknownField) as caught:
        facet(TABLE, ALL, "nmae")
    assert caught.value.nearest == "name"


def test_texts_at_a_path() -> None:
    assert texts_at(RAW[0], ["requestparameters", "tags", "k"]) == ["a", "b", "a"]
    assert texts_at(RAW[1], ["requestparameters", "n"]) == ["1"]
    assert texts_at(b'{"a":{"b":1.50,"c":[1]}}', ["a"]) == ['{"b":1.50,"c":[1]}']
    assert texts_at(RAW[3], ["errorcode"]) == []
    assert texts_at(b"", ["a"]) == texts_at(b"{", ["a"]) == []


def test_completion_offers_what_starts_with_the_typed_then_what_has_it_inside() -> None:
    assert complete(TABLE, "name", "getobj") == [("GetObject", 2)]
    assert complete(TABLE, "name", "user") == [
        ("CreateUser", 1),
        ("DeleteUser", 1),
        ("PutUserAlarm", 1),
    ]
    assert complete(TABLE, "name", "d", limit=2) == [("DeleteUser", 1)]
    assert complete(TABLE, "name", "e", rows(0, 1)) == [("CreateUser", 1), ("DeleteUser", 1)]
    assert complete(TABLE, "name", "e", limit=1) == [("GetObject", 2)]
    assert complete(TABLE, "error", "") == [("AccessDenied", 1)]
    assert complete(TABLE, "id", "") == []


def test_sources_are_completed_without_their_domain() -> None:
    assert complete(TABLE, "source", "") == [("iam", 2), ("s3", 2), ("monitoring", 1)]
    assert complete(TABLE, "source", "IA") == [("iam", 2)]
