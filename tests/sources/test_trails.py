"""An account's trails: on a moto server, and as botocore answers what moto never does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from ctexplore.sources.aws.session import open_session
from ctexplore.sources.aws.trails import Trail, Trails, trails_of
from ctexplore.sources.source import SourceError

ARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit"
NOW = datetime(2026, 3, 7, 12, tzinfo=UTC)


def last(found: Iterator[Trails]) -> Trails:
    *_, end = found
    return end


@pytest.fixture
def three(moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A multi-region trail of us-east-1, and two of eu-west-1, one of which logs only there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    boto3.client("s3").create_bucket(Bucket="my-logs")
    home = boto3.client("cloudtrail", region_name="us-east-1")
    home.create_trail(
        Name="audit", S3BucketName="my-logs", S3KeyPrefix="deep/er", IsMultiRegionTrail=True,
        EnableLogFileValidation=True, KmsKeyId="arn:aws:kms:us-east-1:1:key/k",
    )  # fmt: skip
    home.start_logging(Name="audit")
    home.put_event_selectors(
        TrailName="audit",
        EventSelectors=[
            {
                "ExcludeManagementEventSources": ["kms.amazonaws.com"],
                "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
            }
        ],
    )
    home.put_insight_selectors(
        TrailName="audit", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}]
    )
    away = boto3.client("cloudtrail", region_name="eu-west-1")
    away.create_trail(
        Name="org", S3BucketName="my-logs", IsMultiRegionTrail=True, IsOrganizationTrail=True
    )
    away.create_trail(Name="only-there", S3BucketName="my-logs")


def test_trails_are_listed_with_all_that_can_be_asked(three: None) -> None:
    found = last(trails_of(open_session()))
    assert (found.done, found.unknown) == (True, ())
    audit, org = sorted(found.trails, key=lambda trail: trail.name)
    assert (audit.bucket, audit.prefix, audit.home_region) == ("my-logs", "deep/er", "us-east-1")
    assert audit.uri == "s3://my-logs/deep/er/AWSLogs/"
    assert (audit.multi_region, audit.validation, audit.logging) == (True, True, True)
    assert audit.last_delivery is not None
    assert audit.kms_key.endswith("key/k")
    said = "management: read and write, without KMS; data: S3, all buckets"
    assert (str(audit.events), audit.kinds) == (said, ("call rate",))
    assert audit.lacks == ("events of KMS", "network activity events")
    assert (org.organization, org.logging, org.home_region) == (True, False, "eu-west-1")
    assert org.uri == "s3://my-logs/AWSLogs/"
    assert org.lacks[0] == "anything now: logging is stopped"
    assert {"Insights"} < set(org.lacks)
    assert any("validation is off" in gap for gap in org.lacks)


def test_the_list_comes_before_the_answers(three: None) -> None:
    first = next(trails_of(open_session()))
    assert {trail.name for trail in first.trails} == {"audit", "org"}
    assert not first.done
    assert not any(trail.asked or trail.logging for trail in first.trails)


class Scripted:
    """CloudTrail of one region; what an operation answers, or the error code it is refused with.

    called: operations with the region they went to, in order.
    """

    called: list[tuple[str, str]]

    def __init__(self, region: str, answers: dict[str, Any]) -> None:
        self.region = region
        self.answers = answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**_: object) -> Any:
            self.called.append((self.region, name))
            answer = self.answers.get(name, {})
            if isinstance(answer, dict) and self.region in answer:
                answer = answer[self.region]
            if isinstance(answer, str):
                said = {"Error": {"Code": answer, "Message": "no"}, "ResponseMetadata": {}}
                raise ClientError(said, name)
            return answer

        return call

    def get_paginator(self, name: str) -> Any:
        outer = self

        class Pages:
            def paginate(self) -> list[Any]:
                return [getattr(outer, name)()]

        return Pages()


@pytest.fixture
def scripted(aws: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Iterator[Trails]]:
    def found(**answers: Any) -> Iterator[Trails]:
        Scripted.called = []
        monkeypatch.setattr(
            "ctexplore.sources.aws.trails.open_client",
            lambda session, service, *, region, tries: Scripted(region, answers),
        )
        return trails_of(open_session())

    return found


def described(**more: object) -> dict[str, object]:
    return {
        "Name": "audit", "TrailARN": ARN, "S3BucketName": "my-logs", "HomeRegion": "us-east-1",
        "IsMultiRegionTrail": True, "LogFileValidationEnabled": True, **more,
    }  # fmt: skip


STATUS = {"IsLogging": True, "LatestDeliveryTime": NOW, "LatestDeliveryError": "AccessDenied"}


def test_shadows_are_folded_and_the_home_region_is_asked(
    scripted: Callable[..., Iterator[Trails]],
) -> None:
    eu = described(HomeRegion="eu-west-1")
    found = last(scripted(describe_trails={"trailList": [eu, eu]}, get_trail_status=STATUS))
    assert len(found.trails) == 1
    assert ("eu-west-1", "get_trail_status") in Scripted.called
    assert ("us-east-1", "get_trail_status") not in Scripted.called
    trail = found.trails[0]
    assert (trail.last_delivery, trail.delivery_error) == (NOW, "AccessDenied")
    assert "what could not be delivered (AccessDenied)" in trail.lacks


def test_a_trail_that_casts_no_shadow_is_found_in_its_region(
    scripted: Callable[..., Iterator[Trails]],
) -> None:
    other = ARN.replace("us-east-1", "eu-west-1").replace("audit", "there")
    there = described(Name="there", TrailARN=other, HomeRegion="eu-west-1", IsMultiRegionTrail=0)
    found = last(
        scripted(
            describe_trails={
                "us-east-1": {"trailList": [described()]},
                "eu-west-1": {"trailList": [there]},
            },
            list_trails={
                "Trails": [
                    {"TrailARN": ARN, "HomeRegion": "us-east-1"},
                    {"TrailARN": other, "HomeRegion": "eu-west-1"},
                ]
            },
        )
    )
    assert [trail.name for trail in found.trails] == ["audit", "there"]
    assert "other regions than eu-west-1" in found.trails[1].lacks


def test_what_is_not_allowed_stays_unknown_and_names_the_permission(
    scripted: Callable[..., Iterator[Trails]],
) -> None:
    found = last(
        scripted(
            describe_trails={"trailList": [described()]},
            list_trails="AccessDeniedException",
            get_trail_status="AccessDeniedException",
            get_event_selectors="ThrottlingException",
            get_insight_selectors="InsightNotEnabledException",
        )
    )
    trail = found.trails[0]
    assert (trail.logging, trail.last_delivery, trail.events) == (None, None, None)
    assert trail.kinds == ()
    assert trail.unknown == (
        "cloudtrail:GetTrailStatus is not allowed",
        "GetEventSelectors: CloudTrail is throttling",
    )
    assert trail.lacks == ("Insights",)
    (lacking,) = found.unknown
    assert "cloudtrail:ListTrails is not allowed" in lacking


def test_no_list_at_all(scripted: Callable[..., Iterator[Trails]]) -> None:
    with pytest.raises(SourceError, match="cloudtrail:DescribeTrails is not allowed") as caught:
        next(scripted(describe_trails="AccessDeniedException"))
    assert caught.value.denied
    with pytest.raises(SourceError, match="the credentials expired") as caught:
        next(scripted(describe_trails="ExpiredTokenException"))
    assert caught.value.fatal


def test_credentials_that_expire_between_two_calls_end_it(
    scripted: Callable[..., Iterator[Trails]],
) -> None:
    found = scripted(
        describe_trails={"trailList": [described()]}, get_event_selectors="ExpiredTokenException"
    )
    assert next(found).trails == (
        Trail("audit", ARN, "my-logs", "", "us-east-1", True, validation=True),
    )
    with pytest.raises(SourceError, match="expired"):
        last(found)


def test_no_trail(scripted: Callable[..., Iterator[Trails]]) -> None:
    assert last(scripted(describe_trails={"trailList": []})) == Trails(done=True)
