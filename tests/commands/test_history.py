"""``--history`` from the command line: what is asked of AWS, what is said, how it ends."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctexplore import cli
from tests.lookup_endpoint import ARN, LookupEndpoint, event, stamp

Query = Callable[..., tuple[int, list[str], str]]

GUID = "6b01cc8c-2cb9-4f4b-9b4c-0d5d2c7f1e11"
DENIED = f"User: {ARN} is not authorized to perform: cloudtrail:LookupEvents"


@pytest.fixture
def cloudtrail(aws: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LookupEndpoint]:
    """Two regions with some calls of the last hours, and nobody who counts requests a second."""
    monkeypatch.setattr("ctexplore.sources.history.pace._BETWEEN", 0.001)
    now = time.time() // 60 * 60
    made = {
        region: [
            event(
                stamp(now - 7200 - n * 60),
                ("RunInstances", "DescribeInstances", "StopInstances")[n % 3],
                user=("alice", "bob")[n % 2],
                read=n % 3 == 1,
                region=region,
            )
            for n in range(60)
        ]
        for region in ("us-east-1", "eu-west-1")
    }
    with LookupEndpoint(made, allowed=1000) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
        yield endpoint


@pytest.fixture
def query(cloudtrail: LookupEndpoint, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Query:
    def run(*arguments: str) -> tuple[int, list[str], str]:
        cache = [] if "--no-cache" in arguments else ["--cache-dir", str(tmp_path / "cache")]
        status = cli.main(["query", *arguments, *cache])
        out, err = capfd.readouterr()
        return status, out.splitlines(), err

    return run


def test_events_come_newest_first_out_of_several_regions(query: Query) -> None:
    said = query("", "--history", "--region", "us-east-1,eu-west-1", "--last", "2d", "--format",
                 "jsonl")  # fmt: skip
    status, lines, err = said
    assert (status, err) == (0, "")
    times = [json.loads(line)["eventTime"] for line in lines]
    assert len(times) == 120
    assert times == sorted(times, reverse=True)
    assert {json.loads(line)["awsRegion"] for line in lines} == {"us-east-1", "eu-west-1"}


def test_the_region_is_the_configured_one(query: Query, cloudtrail: LookupEndpoint) -> None:
    assert query("", "--history", "--last", "1d", "--count")[:2] == (0, ["60"])
    assert {sent.region for sent in cloudtrail.sent} == {"us-east-1"}


def test_without_any_region_it_says_so(query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    status, _, err = query("", "--history")
    assert status == 2
    assert "no region is set (give --region or set AWS_REGION)" in err


def test_the_name_is_asked_for_and_the_rest_filtered_here(
    query: Query, cloudtrail: LookupEndpoint
) -> None:
    status, lines, err = query("name:runinstances who:alice", "--history", "--last", "1d",
                               "--count")  # fmt: skip
    assert (status, lines) == (0, ["10"])
    assert "Event history: EventName=RunInstances by AWS, the rest here" in err
    pairs = [sent.params["LookupAttributes"] for sent in cloudtrail.sent]
    assert pairs
    assert all(
        pair == [{"AttributeKey": "EventName", "AttributeValue": "RunInstances"}] for pair in pairs
    )


def test_times_of_the_filter_are_asked_for_too(query: Query, cloudtrail: LookupEndpoint) -> None:
    began = time.time()
    assert query("since:3h", "--history", "--count")[0] == 0
    assert all(sent.params["StartTime"] >= began - 3 * 3600 - 1 for sent in cloudtrail.sent)


def test_an_attribute_can_be_named(query: Query, cloudtrail: LookupEndpoint) -> None:
    status, lines, _ = query("is:read", "--history", "--lookup", "username=bob", "--count",
                             "--last", "1d")  # fmt: skip
    assert (status, lines) == (0, ["10"])
    asked = {sent.params.get("EventCategory"): sent.params for sent in cloudtrail.sent}
    pair = {"AttributeKey": "Username", "AttributeValue": "bob"}
    assert asked[None]["LookupAttributes"] == [pair]
    assert "LookupAttributes" not in asked["insight"]  # AWS has no user names of these


def test_nothing_found_in_three_months_takes_two_requests(
    query: Query, cloudtrail: LookupEndpoint
) -> None:
    assert query(f"id:{GUID}", "--history", "--count")[:2] == (1, ["0"])
    assert len(cloudtrail.sent) == 2  # management events, and Insights events


def test_the_second_time_only_what_is_newer_is_asked_for(
    query: Query, cloudtrail: LookupEndpoint
) -> None:
    first = query("", "--history", "--count")
    cloudtrail.sent.clear()
    assert query("", "--history", "--count") == first
    assert len(cloudtrail.sent) == 2


def test_offline_it_answers_from_the_cache(query: Query, cloudtrail: LookupEndpoint) -> None:
    line = ("is:write", "--history", "--count", "--last", "1d")
    online = query(*line)
    cloudtrail.sent.clear()
    cloudtrail.operations.clear()
    assert query(*line, "--offline") == online
    assert not cloudtrail.operations


def test_offline_what_was_never_opened_is_an_error(query: Query) -> None:
    status, _, err = query("", "--history", "--offline", "--region", "us-west-2")
    assert status == 2
    assert "never opened while online with these options" in err


def test_without_a_cache_it_works_as_well(query: Query) -> None:
    status, lines, _ = query("alice", "--history", "--last", "1d", "--no-cache", "--format", "raw")
    assert status == 0
    assert len(lines) == 30


def test_with_a_limit_only_what_is_needed_is_asked_for(
    query: Query, cloudtrail: LookupEndpoint
) -> None:
    assert len(query("", "--history", "--limit", "5", "--format", "jsonl")[1]) == 5
    assert len(cloudtrail.sent) <= 4


def test_a_missing_permission_is_a_refusal_that_names_it(
    query: Query, cloudtrail: LookupEndpoint
) -> None:
    cloudtrail.fail = lambda *_: ("AccessDeniedException", DENIED)
    status, lines, err = query("", "--history")
    assert (status, lines) == (2, [])
    assert "not allowed to look up events (cloudtrail:LookupEvents)" in err


def test_a_region_that_refuses_makes_the_answer_partial(
    query: Query, cloudtrail: LookupEndpoint
) -> None:
    cloudtrail.fail = lambda region, _: (
        ("AccessDeniedException", DENIED) if region == "eu-west-1" else None
    )
    status, lines, err = query("", "--history", "--region", "us-east-1,eu-west-1", "--last", "1d",
                               "--count")  # fmt: skip
    assert (status, lines) == (3, ["60"])
    assert err.count("Event history of eu-west-1: not allowed") == 1


def test_regions_that_are_not_enabled_are_noted_where_all_are_asked(
    query: Query, cloudtrail: LookupEndpoint
) -> None:
    cloudtrail.fail = lambda region, _: (
        ("UnrecognizedClientException", "The security token") if region == "me-south-1" else None
    )
    status, lines, err = query("", "--history", "--region", "all", "--last", "1d", "--count")
    assert (status, lines) == (0, ["120"])
    assert "Event history of me-south-1" in err
    assert len({sent.region for sent in cloudtrail.sent}) > 25


def test_credentials_that_expire_in_the_middle_make_the_answer_partial(
    query: Query, cloudtrail: LookupEndpoint
) -> None:
    cloudtrail.fail = lambda _, params: (
        ("ExpiredTokenException", "expired") if "NextToken" in params else None
    )
    status, lines, err = query("", "--history", "--last", "1d", "--format", "jsonl")
    assert status in (2, 3)
    assert "the credentials expired" in err
    assert len(lines) < 60


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--history", "--demo"], "--history goes alone"),
        (["--history", "--bucket", "corp-logs"], "--history goes alone"),
        (["--demo", "--lookup", "ReadOnly=true"], "--lookup goes with --history"),
        (["--history", "--lookup", "Colour=red"], "a key is one of EventId, AccessKeyId"),
        (["--history", "--lookup", "Username"], "expected KEY=VALUE"),
        (["--history", "--region", ","], "names no region"),
    ],
)
def test_slips_are_told_before_anything_is_asked(
    query: Query, cloudtrail: LookupEndpoint, arguments: list[str], said: str
) -> None:
    status, _, err = query("", *arguments)
    assert status == 2
    assert said in err
    assert not cloudtrail.sent


def test_two_operations_are_all_it_takes(query: Query, cloudtrail: LookupEndpoint) -> None:
    query("", "--history", "--region", "us-east-1,eu-west-1", "--count")
    assert set(cloudtrail.operations) == {"LookupEvents", "GetCallerIdentity"}
