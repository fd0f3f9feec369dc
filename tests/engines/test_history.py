"""AWS is asked for an attribute only where it has every event that the filter wants."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ctexplore.engines.history import asked, attributes, narrowed, suffices
from ctexplore.query.parse import parse
from ctexplore.query.syntax import Node
from ctexplore.sources.history.account import Account, HistoryOptions
from ctexplore.sources.history.lookup import Attribute
from ctexplore.sources.history.service import INSIGHTS, KINDS
from ctexplore.sources.history.source import HistorySource
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.cache.history_shelf import KeptHistory
from ctexplore.store.scope import Scope
from tests.sources.memory_source import MemorySource

GUID = "6b01cc8c-2cb9-4f4b-9b4c-0d5d2c7f1e11"
SCOPE = Scope(("",), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))


def read(text: str) -> Node:
    return parse(text, datetime(2026, 11, 20, tzinfo=UTC))


def history(attribute: Attribute | None = None) -> HistorySource:
    account = Account("111122223333", "history:aws/111122223333", None)
    options = HistoryOptions(("us-east-1",))
    return HistorySource(options, account, KeptHistory(MemoryCache()), attribute=attribute)


def opened(text: str, source: HistorySource | None = None) -> HistorySource:
    found = narrowed(source or history(), SCOPE, read(text))
    assert isinstance(found, HistorySource)
    return found


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        (f"id:{GUID}", f"EventId={GUID}"),
        (f"id:{GUID.upper()}", f"EventId={GUID}"),
        ("key:akiaiosfodnn7example", "AccessKeyId=AKIAIOSFODNN7EXAMPLE"),
        ("userIdentity.accessKeyId:AKIAIOSFODNN7EXAMPLE", "AccessKeyId=AKIAIOSFODNN7EXAMPLE"),
        ("name:RunInstances", "EventName=RunInstances"),
        ("name:runinstances", "EventName=RunInstances"),
        ("name:consolelogin", "EventName=ConsoleLogin"),
        ("source:IAM", "EventSource=iam.amazonaws.com"),
        ("source:iam.amazonaws.com", "EventSource=iam.amazonaws.com"),
        ("is:write", "ReadOnly=false"),
        ("is:read who:alice", "ReadOnly=true"),
        ("who:alice source:iam is:write", "EventSource=iam.amazonaws.com"),
        ("source:ec2 name:RunInstances", "EventName=RunInstances"),
        (f"is:write id:{GUID} source:ec2", f"EventId={GUID}"),
        ("name:RunInstances key:AKIAIOSFODNN7EXAMPLE", "AccessKeyId=AKIAIOSFODNN7EXAMPLE"),
        ("name:RunInstances (who:a or who:b) -ip:10.0.0.0/8", "EventName=RunInstances"),
    ],
)
def test_the_most_telling_attribute_is_asked_for(text: str, attribute: str) -> None:
    assert str(next(attributes(read(text)))) == attribute


@pytest.mark.parametrize(
    "text",
    [
        "who:alice",  # AWS's user name is not always ours, and it knows case
        "user:alice",
        "target:corp-logs",
        "name:Run*",
        "name:RunInstances,StopInstances",
        "name:/^RunInstances$/",
        "name:NobodyHasHeardOfThis",
        "-name:RunInstances",
        "name:RunInstances or name:StopInstances",
        "-is:write",
        "source:ec*",
        "source:*",
        "key:AKIA*",
        "key:ABC",
        "id:not-a-guid",
        "readOnly:maybe",
        "is:denied",
        "is:root",
        "is:insight",
        "RunInstances",
        "name:''",
    ],
)
def test_where_aws_might_leave_something_out_it_is_asked_for_everything(text: str) -> None:
    assert list(attributes(read(text))) == []


def test_no_filter_asks_for_everything() -> None:
    source = narrowed(history(), SCOPE, None)
    assert isinstance(source, HistorySource)
    assert source.attribute is None
    assert asked(source) == ""


def test_what_is_asked_is_said() -> None:
    assert asked(opened("name:runinstances")) == "EventName=RunInstances by AWS, the rest here"
    assert asked(MemorySource({})) == ""


def test_an_attribute_that_was_named_stays() -> None:
    named = history(Attribute("Username", "Alice"))
    source = opened("name:RunInstances", named)
    assert str(source.attribute) == "Username=Alice"
    assert suffices(named, source, read("name:StopInstances"))


def test_only_insights_are_asked_for_where_nothing_else_is_wanted() -> None:
    assert opened("is:insight source:ec2").kinds == (INSIGHTS,)
    assert opened("is:insight or is:write").kinds == KINDS
    assert opened("-is:insight").kinds == KINDS


@pytest.mark.parametrize(
    ("first", "then", "enough"),
    [
        ("name:RunInstances", "name:RunInstances who:bob", True),
        ("name:RunInstances", "who:bob", False),
        ("name:RunInstances", "name:StopInstances", False),
        ("is:write", "is:write name:RunInstances", True),
        ("is:write", "name:RunInstances", False),
        ("who:alice", "name:RunInstances", True),
        ("is:insight", "is:insight source:ec2", True),
        ("is:insight", "", False),
    ],
)
def test_another_filter_needs_another_load_unless_what_is_open_has_all_it_wants(
    first: str, then: str, enough: bool
) -> None:
    assert suffices(history(), opened(first), read(then)) is enough


def test_while_a_filter_is_typed_nobody_looks_names_up(monkeypatch: pytest.MonkeyPatch) -> None:
    everything, writes, named = opened("who:alice"), opened("is:write"), opened("name:RunInstances")

    def fail() -> None:
        raise AssertionError("reads the models of all services")

    monkeypatch.setattr("ctexplore.sources.aws.api_names._models", fail)
    for source, enough in ((everything, True), (writes, False), (named, False)):
        assert suffices(history(), source, read("name:StopIns")) is enough
    assert suffices(history(), named, read("name:runinstances"))


def test_other_sources_stay_what_they_are() -> None:
    source = MemorySource({})
    assert narrowed(source, SCOPE, read("name:RunInstances")) is source
    assert suffices(source, source, read("name:RunInstances"))
