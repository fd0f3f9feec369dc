"""A filter as the AWS CLI's command, only where that asks for the same events."""

from __future__ import annotations

import shlex

import pytest

from ctexplore.engines.lookup_command import NotThere, lookup_commands
from ctexplore.query.parse import parse
from tests.query.events import NOW

HERE = ("eu-west-1",)


def options(text: str, regions: tuple[str, ...] = HERE, profile: str = "") -> list[str]:
    (line,) = lookup_commands(parse(text, NOW), regions, profile)
    words = shlex.split(line)
    assert words[:3] == ["aws", "cloudtrail", "lookup-events"]
    return words[3:]


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("name:consolelogin", "AttributeKey=EventName,AttributeValue=ConsoleLogin"),
        ("source:IAM", "AttributeKey=EventSource,AttributeValue=iam.amazonaws.com"),
        ("is:write", "AttributeKey=ReadOnly,AttributeValue=false"),
        (
            "key:akiaexample12345678",
            "AttributeKey=AccessKeyId,AttributeValue=AKIAEXAMPLE12345678",
        ),
    ],
)
def test_one_attribute(text: str, attribute: str) -> None:
    assert options(text) == ["--lookup-attributes", attribute, "--region", "eu-west-1"]


def test_times_are_whole_seconds_and_both_ends_inclusive() -> None:
    assert options("since:2024-01-15T09:14:05.250Z until:2024-01-16 is:read", HERE, "audit") == [
        "--lookup-attributes", "AttributeKey=ReadOnly,AttributeValue=true",
        "--start-time", "2024-01-15T09:14:06Z", "--end-time", "2024-01-15T23:59:59Z",
        "--profile", "audit", "--region", "eu-west-1",
    ]  # fmt: skip


def test_one_command_for_each_region() -> None:
    lines = lookup_commands(parse("region:us-east-1,eu-west-1", NOW), ("ap-south-1",))
    assert lines == [
        f"aws cloudtrail lookup-events --region {r}" for r in ("eu-west-1", "us-east-1")
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("is:write source:iam", "and not is:write"),
        ("who:alice", "and not who:alice"),
        ("-is:write", "and not -is:write"),
        ("is:write,failed", "and not is:write,failed"),
        ("name:a or name:b", "and not name:a or name:b"),
        ("name:Create*", "and not name:Create*"),
        ("mallory", "and not mallory"),
        ("region:us-*", "no region:us-*"),
    ],
)
def test_what_it_cannot_ask_for_is_named(text: str, what: str) -> None:
    with pytest.raises(NotThere, match=what.replace("*", "[*]")):
        lookup_commands(parse(text, NOW), HERE)


def test_it_answers_for_one_region() -> None:
    with pytest.raises(NotThere, match="one region"):
        lookup_commands(parse("is:write", NOW))
