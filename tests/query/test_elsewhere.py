"""The hint that events of global services lie in a region that is not open."""

from __future__ import annotations

import pytest

from ctexplore.query.elsewhere import recorded_elsewhere
from ctexplore.query.parse import parse
from tests.query.events import NOW

ABOVE = "AWSLogs/111122223333/CloudTrail/"


def said(text: str, *folders: str, regions: frozenset[str] = frozenset()) -> str:
    return recorded_elsewhere(parse(text, NOW), folders, regions)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("source:iam", "IAM"),
        ("source:iam.amazonaws.com name:Create*", "IAM"),
        ("source:IAM or is:root", "IAM"),
        ("source:sts", "STS's global"),
        ("source:cloudfront", "CloudFront"),
        ("source:route53", "Route 53"),
        ("source:s3,iam", "IAM"),
        ("source:iam,cloudfront", "IAM and CloudFront"),
        ("name:ConsoleLogin", "most console sign-in"),
        ("name:consolelogin,CheckMfa", "most console sign-in"),
        ("type:AwsConsoleSignin", "most console sign-in"),
        ("source:signin", "most console sign-in"),
    ],
)
def test_services_that_are_recorded_in_one_region(text: str, what: str) -> None:
    told = f"{what} events are in us-east-1, which is not opened"
    assert said(text, ABOVE + "eu-west-1/2024/01/15/") == told
    assert said(text, ABOVE + "us-east-1/2024/01/15/") == ""


@pytest.mark.parametrize("text", ["source:s3", "-source:iam", "name:CreateUser", "", "iam", "ip:*"])
def test_other_filters_say_nothing(text: str) -> None:
    assert said(text, ABOVE + "eu-west-1/2024/01/15/") == ""


@pytest.mark.parametrize(
    ("region", "text", "home"),
    [
        ("us-gov-east-1", "source:iam", "us-gov-west-1"),
        ("cn-northwest-1", "source:iam", "cn-north-1"),
        ("cn-north-1", "source:cloudfront", "cn-northwest-1"),
        ("us-west-2", "source:iam", "us-east-1"),
    ],
)
def test_each_partition_has_its_own(region: str, text: str, home: str) -> None:
    assert f"are in {home}, which" in said(text, f"{ABOVE}{region}/2024/01/15/")
    assert said(text, f"{ABOVE}{region}/", f"{ABOVE}{home}/") == ""


@pytest.mark.parametrize("region", ["us-iso-west-1", "eusc-de-east-1"])
def test_nothing_is_said_of_partitions_that_are_not_known(region: str) -> None:
    assert said("source:iam", f"{ABOVE}{region}/") == ""


def test_several_partitions_together_say_nothing() -> None:
    assert said("source:iam", ABOVE + "eu-west-1/", ABOVE + "cn-northwest-1/") == ""


def test_a_folder_above_regions_may_hold_it() -> None:
    assert said("source:iam", ABOVE) == ""
    assert said("source:iam", "", ABOVE + "eu-west-1/") == ""
    assert "us-east-1" in said("source:iam", "", regions=frozenset({"eu-west-1"}))
    assert said("source:iam", "", regions=frozenset({"eu-west-1", "us-east-1"})) == ""


def test_before_november_2021_every_region_had_them() -> None:
    assert said("source:iam", ABOVE + "eu-west-1/2021/11/21/") == ""
    assert said("source:iam", ABOVE + "eu-west-1/2021/10/") == ""
    assert "us-east-1" in said("source:iam", ABOVE + "eu-west-1/2021/11/")
