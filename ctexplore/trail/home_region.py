"""Where a partition records the events of services that are not of any one region.

CloudTrail User Guide, "CloudTrail concepts", global service events: since November 22, 2021 those
of IAM, of STS at its global endpoint and of CloudFront are recorded in one region only, us-east-1
in the commercial partition; before, in every region. "Amazon CloudTrail", Getting Started with
Amazon Web Services in China: CloudFront in cn-northwest-1.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

ONE_REGION_SINCE: Final = date(2021, 11, 22)

# By the first part of a region's name; the commercial partition has many.
_HOMES: Final = {"cn": "cn-north-1", "us-gov": "us-gov-west-1"}
_OTHER_PARTITIONS: Final = ("us-iso", "eu-isoe", "eusc")
_SERVICES: Final = {
    "iam": "IAM",
    "sts": "STS's global",
    "cloudfront": "CloudFront",
    "route53": "Route 53",
    "signin": "most console sign-in",
}


def home_region(regions: Iterable[str], service: str = "") -> str:
    """The region that records the partition of ``regions``; "" where that is not known."""
    found = {_home(region, service) for region in regions}
    return found.pop() if len(found) == 1 else ""


def global_service(source: str) -> str:
    """What a person calls the events of an event source such as ``iam.amazonaws.com`` or ``iam``;
    "" for sources whose events are recorded where they happen."""
    return _SERVICES.get(source.lower().partition(".")[0], "")


def _home(region: str, service: str) -> str:
    if region.startswith(_OTHER_PARTITIONS):
        return ""
    if region.startswith("cn-") and service == "cloudfront":
        return "cn-northwest-1"
    return next((h for start, h in _HOMES.items() if region.startswith(f"{start}-")), "us-east-1")
