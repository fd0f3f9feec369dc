"""Which events match: against the reference, and with as little reading as can be."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.query.evaluate import Filter
from ctexplore.query.lookup import Lookups
from ctexplore.query.parse import parse
from ctexplore.query.syntax import Node
from tests.query import reference
from tests.query.events import NOW, Bytes, rows_of, table_of, written
from tests.query.strategies import nodes, records

lists_of_records = st.lists(records(), min_size=1, max_size=6)


def parsed(raw: bytes) -> reference.Event:
    event: reference.Event = json.loads(raw.decode("utf-8", "surrogateescape"), strict=False)
    return event


@settings(max_examples=300)
@given(nodes, lists_of_records)
def test_columns_and_records_agree_with_the_reference(node: Node, raw: list[bytes]) -> None:
    mask = Filter(node).mask(table_of(raw), 0, len(raw), Bytes(raw))
    assert mask.tolist() == [reference.matches(node, parsed(r)) for r in raw]


@settings(max_examples=300)
@given(nodes, lists_of_records, lists_of_records)
def test_a_growing_table_is_judged_as_if_it_had_been_whole(
    node: Node, first: list[bytes], more: list[bytes]
) -> None:
    table = table_of(first)
    lookups = Lookups(table)
    filter_ = Filter(node, lookups)
    before = filter_.mask(table, 0, len(first), Bytes(first))
    table_of(more, table)
    both = first + more
    after = filter_.mask(table, len(first), len(both), Bytes(both))
    whole = Filter(node).mask(table_of(both), 0, len(both), Bytes(both))
    assert [*before, *after] == whole.tolist()
    assert Filter(node, lookups).mask(table, 0, len(both), Bytes(both)).tolist() == whole.tolist()


EVENT = {
    "eventName": "CreateUser",
    "eventSource": "iam.amazonaws.com",
    "eventTime": "2024-01-15T09:14:05Z",
    "sourceIPAddress": "10.1.2.3",
    "userIdentity": {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::111122223333:assumed-role/Admin/alice",
        "accountId": "111122223333",
        "accessKeyId": "ASIAEXAMPLE",
    },
    "requestParameters": {"userName": "mallory", "tags": [{"key": "a"}, {"key": "b"}], "n": 10},
    "responseElements": None,
    "recipientAccountId": "444455556666",
    "readOnly": False,
}


@pytest.mark.parametrize(
    "text",
    [
        "source:iam", "source:IAM.amazonaws.com", "source:i*", "source:/^iam$/", "who:Admin/alice",
        "who:admin", "who:alice", "who:arn:aws:iam::111122223333:role/Admin", "role:admin",
        "user:alice", "key:ASIA*", "is:write", "is:crossaccount", "-is:failed", "-error:*",
        "ip:10.0.0.0/8", "ip:10.*", "region:\"\"", "-region:*", "MALLORY", '"admin/alice"',
        "requestParameters.tags.key:B", "requestParameters.tags[].key:a", "requestParameters.n:>9",
        "requestParameters.n:10", "requestParameters.N:<=10,x", "-responseElements:*",
        "requestParameters:*", "requestParameters.tags:*", "-requestParameters.gone:*",
        'requestParameters.gone:"",x', "-errorCode:*", "eventTime:2024-01-15T*", "tags",
        "444455556666",
        "eventTime:>2024-01-15T09:14:04Z", "-eventTime:>2024-01-15T09:14:05Z",
        "userIdentity.accountId:1111*", "since:2024-01-15T09:14:05Z", "-until:2024-01-15T09:14:05Z",
    ],
)  # fmt: skip
def test_matches(text: str) -> None:
    assert rows_of(text, EVENT) == [0]


@pytest.mark.parametrize(
    "text",
    [
        "source:ia", "source:amazonaws", "name:Create", "who:bob", "region:*", "is:read", "is:root",
        "ip:10.1.2.0/25,192.168.0.0/16 ip:11.0.0.0/8", "name:/createuser/", "error:*",
        "requestParameters:mallory", "requestParameters.tags.key:c", "requestParameters.n:>10",
        "responseElements:*", "Null", "mallory*", '"mallory tags"', "until:2024-01-15T09:14:05Z",
        "eventTime:>2024-01-15T09:14:05Z", "at:2024-01-14", "requestParameters.userName:>5",
    ],
)  # fmt: skip
def test_does_not_match(text: str) -> None:
    assert rows_of(text, EVENT) == []


@pytest.mark.parametrize("error", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation",
                                   "Client.UnauthorizedOperation", "AuthorizationError",
                                   "VpceAccessDenied"])  # fmt: skip
def test_every_spelling_of_denied(error: str) -> None:
    assert rows_of("is:denied", {"errorCode": error}, {"errorCode": "NoSuchEntity"}) == [0]


def test_a_failed_login_has_failed() -> None:
    login = {"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Failure"}}
    fine = {"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Success"}}
    assert rows_of("is:failed", login, fine, {"errorMessage": "x"}) == [0, 2]


def test_a_service_with_somebodys_credentials_is_not_a_services_own_event() -> None:
    own = {"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}}
    untyped = {"userIdentity": {"invokedBy": "ec2.amazonaws.com"}}
    event = {"eventType": "AwsServiceEvent", "userIdentity": {"accountId": "1"}}
    forwarded = {"userIdentity": {"type": "IAMUser", "invokedBy": "cloudformation.amazonaws.com"}}
    assert rows_of("is:service", own, untyped, event, forwarded) == [0, 1, 2]


def test_console_spellings() -> None:
    kinds = ("AwsConsoleSignIn", "AwsConsoleSignin", "AwsConsoleAction", "AwsApiCall")
    events = [{"eventName": "x", "eventType": kind} for kind in kinds]
    by_console = {"eventName": "x", "sessionCredentialFromConsole": "true"}
    assert rows_of("is:console", *events, by_console) == [0, 1, 2, 4]


def test_addresses_match_whatever_their_spelling() -> None:
    events = [
        {"sourceIPAddress": ip}
        for ip in ("2001:DB8:0:0::1", "::ffff:10.0.0.1", "10.0.0.1", "AWS Internal", "10.0.0.01")
    ]
    assert rows_of("ip:2001:db8::1", *events) == [0]
    assert rows_of("ip:2001:db8::/32", *events) == [0]
    assert rows_of("ip:10.0.0.0/8", *events) == [1, 2]
    assert rows_of("ip:::ffff:10.0.0.0/104", *events) == [1, 2]
    assert rows_of("ip:0.0.0.0/0,::/0", *events) == [0, 1, 2]
    assert rows_of("ip:10.0.0.1", *events) == [2]


def test_ids_are_found_by_column_and_others_by_record() -> None:
    guid = "0968cbec-f8df-43f3-94ba-b451aad083ed"
    events = [{"eventID": guid}, {"eventID": guid.upper()}, {"eventID": "Odd"}, {"eventName": "x"}]
    assert not Filter(parse(f"id:{guid}", NOW)).needs_records
    assert rows_of(f"id:{guid.upper()}", *events) == [0, 1]
    assert rows_of("id:odd", *events) == [2]
    assert rows_of("id:*", *events) == [0, 1, 2]
    assert rows_of('id:""', *events) == [3]
    assert rows_of("id:0968*", *events) == [0, 1]


def test_events_without_a_time_are_in_no_range() -> None:
    events = [
        {"eventName": "x", "eventTime": t} for t in ("", "2024-02-30", "2024-01-15T00:00:00Z")
    ]
    for text in ("since:2000", "until:2100", "at:2024-01-15", "eventTime:<2100"):
        assert rows_of(text, *events) == [2]
    assert rows_of("-since:2000", *events) == [0, 1]


def test_only_rows_that_columns_leave_open_are_read() -> None:
    events = [{"eventName": n, "requestParameters": {"x": n}} for n in ("a", "b", "c", "d")]
    raw = [written(e) for e in events]
    table = table_of(raw)
    for text, read, found in (
        ("name:a,b requestParameters.x:b", [0, 1], [1]),
        ("requestParameters.x:b name:a,b", [0, 1], [1]),
        ("name:a or requestParameters.x:b", [1, 2, 3], [0, 1]),
        ("name:a -requestParameters.x:b", [0], [0]),
        ("-(name:b or requestParameters.x:c)", [0, 2, 3], [0, 3]),
        ("errorCode:*", [], []),
        ("name:z requestParameters.x:b", [], []),
    ):
        records = Bytes(raw)
        mask = Filter(parse(text, NOW)).mask(table, 0, 4, records)
        assert (records.asked, np.flatnonzero(mask).tolist()) == (read, found), text


def test_a_range_of_rows_is_answered_from_its_start() -> None:
    raw = [written({"eventName": n, "userAgent": n}) for n in ("q1", "q2", "q3", "q1", "q2")]
    table = table_of(raw)
    for text in ("name:q1", "userAgent:q1", ".userAgent:q1", "q1"):
        mask = Filter(parse(text, NOW)).mask(table, 2, 5, Bytes(raw))
        assert mask.tolist() == [False, True, False], text


def test_rows_whose_record_cannot_be_read_are_named() -> None:
    events = [{"eventName": n, "x": n} for n in "abc"]
    raw = [written(e) for e in events]
    for text, found in (("(.x:* or name:c)", [0, 2]), ("-.x:b", [0, 2]), ("-name:b -.x:q", [0, 2])):
        filter_ = Filter(parse(text, NOW))
        mask = filter_.mask(table_of(raw), 0, 3, Bytes([raw[0], None, raw[2]]))
        assert np.flatnonzero(mask).tolist() == found
        assert filter_.unread == ([] if text == "-name:b -.x:q" else [1])


def test_columns_need_no_records() -> None:
    table = table_of([written(EVENT)])
    plain = Filter(parse("name:CreateUser -error:* is:write since:2024-01-01", NOW))
    assert not plain.needs_records
    assert plain.mask(table, 0, 1).tolist() == [True]
    word = Filter(parse("mallory", NOW))
    assert word.needs_records
    with pytest.raises(ValueError, match="records"):
        word.mask(table, 0, 1)


def test_the_empty_filter_matches_everything() -> None:
    assert rows_of("", EVENT, {"eventName": "x"}) == [0, 1]


def at(day: int) -> datetime:
    return datetime(2024, 1, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("", None, None),
        ("name:x since:2024-01-02", at(2), None),
        ("since:2024-01-02 since:2024-01-03 until:2024-01-09", at(3), at(9)),
        ("at:2024-01-05 since:2024-01-02", at(5), at(6)),
        ("since:2024-01-02 or name:x", None, None),
        ("at:2024-01-02 or at:2024-01-05", at(2), at(6)),
        ("(at:2024-01-02 or since:2024-01-05) until:2024-01-20", at(2), at(20)),
        ("-since:2024-01-02", None, None),
        ("until:9999-12-31", None, datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_time_bounds(text: str, since: datetime | None, until: datetime | None) -> None:
    assert Filter(parse(text, NOW)).time_bounds() == (since, until)


def test_an_expression_that_hangs_others_does_not_hang() -> None:
    bait = "a" * 5_000 + "!"
    event = {"eventName": bait, "requestParameters": {"x": bait}}
    assert rows_of("name:/^(a+)+$/", event) == []
    assert rows_of("requestParameters.x:/(a|aa)+$/", event) == []
    assert rows_of("name:" + "*a" * 2_000 + "*b", event) == []


def test_a_link_finds_corrections_and_both_ends_of_an_insight() -> None:
    raw = [
        written(e)
        for e in (
            {"eventName": "a", "addendum": {"originalEventID": "one"}},
            {"insightDetails": {"eventName": "b"}, "sharedEventID": "two"},
            {"eventName": "c", "sharedEventID": "two"},
        )
    ]
    for text, found in (("link:one", [0]), ("link:TWO", [1]), ("link:*", [0, 1])):
        records = Bytes(raw)
        mask = Filter(parse(text, NOW)).mask(table_of(raw), 0, 3, records)
        assert (records.asked, np.flatnonzero(mask).tolist()) == ([], found), text
