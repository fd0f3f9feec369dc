"""What is asked of a log group, and in which order; without any network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from ctexplore.sources.history.lookup import Answer, Attribute, Wish
from ctexplore.sources.log_group.answers import LogAnswers
from ctexplore.sources.log_group.name import GroupName, parse_group
from ctexplore.sources.log_group.pattern import pattern_of
from ctexplore.sources.log_group.streams import sort_streams
from ctexplore.sources.source import SourceError

ACCOUNT = "111122223333"
STREAM = f"{ACCOUNT}_CloudTrail_us-east-1"


class Group:
    """FilterLogEvents as its reference page describes it, pages of ``most``."""

    def __init__(self, events: list[dict[str, Any]], most: int = 10_000) -> None:
        self.events = sorted(events, key=lambda event: event["timestamp"])
        self.most = most
        self.sent: list[dict[str, Any]] = []

    def filter_log_events(self, **params: Any) -> Mapping[str, Any]:
        self.sent.append(params)
        low, high = params["startTime"], params["endTime"]
        found = [e for e in self.events if low <= e["timestamp"] <= high]
        start = int(params.get("nextToken", 0))
        answer: dict[str, Any] = {"events": found[start : start + self.most]}
        if start + self.most < len(found):
            answer["nextToken"] = str(start + self.most)
        return answer


def asked(group: Group, **more: Any) -> LogAnswers:
    streams = more.pop("streams", {(ACCOUNT, "us-east-1"): [STREAM]})
    return LogAnswers(lambda _: group, "trail", "us-east-1", streams, between=0, **more)


def events(*seconds: float) -> list[dict[str, Any]]:
    return [{"timestamp": int(s * 1000), "message": json.dumps({"n": s})} for s in seconds]


WISH = Wish("us-east-1", account=ACCOUNT)


def numbers(answers: list[Answer]) -> list[float]:
    return [json.loads(e["CloudTrailEvent"])["n"] for answer in answers for e in answer.events]


@pytest.mark.parametrize("most", [1, 3, 10_000])
def test_the_newest_come_first_whatever_the_pages(most: int) -> None:
    times = [1000.0, 1000.5, 4000, 4001, 90_000, 90_000.999]
    group = Group(events(*times, 999.999, 100_000), most)
    answers = list(asked(group).answers(WISH, 1000, 100_000))
    assert numbers(answers) == sorted(times, reverse=True)


def test_each_moment_is_asked_for_once() -> None:
    group = Group([])
    list(asked(group).answers(WISH, 0, 1_000_000))
    spans = sorted((sent["startTime"], sent["endTime"]) for sent in group.sent)
    assert spans[0][0] == 0
    assert spans[-1][1] == 1_000_000_000 - 1
    assert all(before[1] + 1 == after[0] for before, after in pairwise(spans))
    assert len(spans) < 20  # nothing there: ever longer spans


def test_where_much_comes_less_is_asked_for_at_once() -> None:
    group = Group(events(*(n / 100 for n in range(60_000))))  # a hundred a second
    answers = asked(group).answers(WISH, 0, 600)
    first, second, third = next(answers), next(answers), next(answers)
    assert len(first.events) == 30_000
    assert len(second.events) == len(third.events) == 15_000
    assert len(numbers([first, second, third])) == 60_000


def test_a_span_is_split_by_streams_where_they_are_many() -> None:
    names = [f"{STREAM}_{n}" for n in range(250)]
    group = Group([])
    list(asked(group, streams={(ACCOUNT, "us-east-1"): names}).answers(WISH, 0, 10))
    assert [len(sent["logStreamNames"]) for sent in group.sent] == [100, 100, 50]


def test_of_another_region_nothing_is_asked() -> None:
    group = Group(events(5))
    assert not list(asked(group).answers(Wish("eu-west-1", account=ACCOUNT), 0, 10))
    assert not group.sent


def test_what_is_refused_ends_it_with_what_to_do() -> None:
    from botocore.exceptions import ClientError

    class Refusing:
        def filter_log_events(self, **params: Any) -> None:
            text = (
                "User: arn:aws:iam::1:user/eve is not authorized to perform: logs:FilterLogEvents "
                "on resource: x because no identity-based policy allows it."
            )
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": text}}, "FilterLogEvents"
            )

    answers = LogAnswers(
        lambda _: Refusing(), "trail", "us-east-1", {(ACCOUNT, "us-east-1"): [STREAM]}, between=0
    )
    with pytest.raises(SourceError) as raised:
        list(answers.answers(WISH, 0, 10))
    assert raised.value.fatal
    assert "logs:FilterLogEvents" in raised.value.reason
    assert "arn:aws:iam::1:user/eve" in raised.value.reason
    assert raised.value.hint == "a policy must allow logs:FilterLogEvents"


@pytest.mark.parametrize(
    ("attribute", "pattern"),
    [
        (None, ""),
        (Attribute("EventName", "ConsoleLogin"), '{ $.eventName = "ConsoleLogin" }'),
        (Attribute("EventSource", "s3.amazonaws.com"), '{ $.eventSource = "s3.amazonaws.com" }'),
        (Attribute("AccessKeyId", "AKIA1"), '{ $.userIdentity.accessKeyId = "AKIA1" }'),
        (Attribute("ReadOnly", "false"), "{ $.readOnly IS FALSE }"),
        (Attribute("EventName", 'a"b\\c'), '{ $.eventName = "a\\"b\\\\c" }'),
        (Attribute("EventName", "Get*"), ""),
        (Attribute("Username", "alice"), ""),
    ],
)
def test_one_comparison_is_pushed_down(attribute: Attribute | None, pattern: str) -> None:
    assert pattern_of(attribute) == pattern


def test_streams_tell_whose_events_they_hold() -> None:
    named = [STREAM, f"{STREAM}_2", "444455556666_CloudTrail_us-gov-east-1", "lambda/x", ""]
    streams = sort_streams(
        {"logStreamName": name, "firstEventTimestamp": 1000 + n} for n, name in enumerate(named)
    )
    assert streams.places == {ACCOUNT: ("us-east-1",), "444455556666": ("us-gov-east-1",)}
    assert streams.of[ACCOUNT, "us-east-1"] == [STREAM, f"{STREAM}_2"]
    assert (streams.foreign, streams.oldest) == (2, 1000)


def test_a_group_is_named_or_has_an_arn() -> None:
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:aws/trail:*"
    assert parse_group("aws/trail") == GroupName("aws/trail")
    assert (
        parse_group(arn)
        == parse_group(arn.removesuffix(":*"))
        == GroupName("aws/trail", "eu-west-1")
    )
    for wrong in ("", "a b", "x:y", "trail\x1b"):
        with pytest.raises(ValueError, match="no name of a log group"):
            parse_group(wrong)
