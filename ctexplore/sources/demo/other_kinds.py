"""What lies in a trail's bucket beside its management and data events.

Source: CloudTrail User Guide, on Insights events, network activity events and aggregated events.
"""

from __future__ import annotations

from typing import Any

from ctexplore.sources.demo.cast import BOTO
from ctexplore.sources.demo.clock import moment, stamp
from ctexplore.sources.demo.clues import BUCKET, LEAKED_USER, PLANTED_USER, THIEF_AGENT
from ctexplore.sources.demo.dice import guid
from ctexplore.sources.demo.fleet import HOME, PROD
from ctexplore.sources.demo.records import VPC_ENDPOINT, text

Timed = tuple[int, str]
"""(second, JSON text of one record)"""


def network_activity() -> list[Timed]:
    """Calls that a VPC endpoint's policy refused: no user agent, no parameters."""
    refused = (
        ("03-03 11:20:14", "s3", "PutObject"),
        ("03-05 16:41:50", "kms", "Decrypt"),
        ("03-06 08:09:33", "s3", "ListBuckets"),
    )
    return [(moment(when), _refused(moment(when), *call)) for when, *call in refused]


def _refused(second: int, source: str, name: str) -> str:
    return text(
        {
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "AWSAccount",
                "principalId": "AIDAEXAMPLEOUTSIDER00",
                "accountId": "999900001111",
            },
            "eventTime": stamp(second),
            "eventSource": f"{source}.amazonaws.com",
            "eventName": name,
            "awsRegion": HOME,
            "sourceIPAddress": "10.20.7.14",
            "errorCode": "VpceAccessDenied",
            "errorMessage": "The request was denied due to a VPC endpoint policy",
            "requestID": guid("vpce request", second),
            "eventID": guid("vpce", second),
            "eventType": "AwsVpceEvent",
            "recipientAccountId": PROD,
            "sharedEventID": guid("vpce shared", second),
            "vpcEndpointId": VPC_ENDPOINT,
            "vpcEndpointAccountId": PROD,
            "eventCategory": "NetworkActivity",
        }
    )


def insights() -> list[Timed]:
    """Two pairs: the denied calls of the first night, the objects read in the third."""
    errors = {
        "eventSource": "iam.amazonaws.com",
        "eventName": "ListUsers",
        "insightType": "ApiErrorRateInsight",
        "errorCode": "AccessDenied",
    }
    calls = {
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "insightType": "ApiCallRateInsight",
    }
    return [
        *_pair(errors, LEAKED_USER, "03-04 02:14:00", "03-04 02:21:00", 0.02, 6.3),
        *_pair(calls, PLANTED_USER, "03-06 02:50:00", "03-06 03:45:00", 1.1, 12.4),
    ]


def _pair(
    about: dict[str, str], user: str, first: str, last: str, usual: float, seen: float
) -> list[Timed]:
    minutes = (moment(last) - moment(first)) // 60
    return [
        (moment(when), _insight(about, user, state, moment(when), length, usual, seen))
        for state, when, length in (("Start", first, 1), ("End", last, minutes))
    ]


def _insight(
    about: dict[str, str],
    user: str,
    state: str,
    second: int,
    minutes: int,
    usual: float,
    seen: float,
) -> str:
    error = about.get("errorCode", "null")
    reports = f"arn:aws:sts::{PROD}:assumed-role/orders-report-role/orders-report"
    thief = {f"arn:aws:iam::{PROD}:user/{user}": seen - usual, reports: usual}
    context = {
        "statistics": {
            "baseline": {"average": usual},
            "insight": {"average": seen},
            "insightDuration": minutes,
            "baselineDuration": 10080,
        },
        "attributions": [
            _attribution("userIdentityArn", thief, {reports: usual}),
            _attribution("userAgent", {THIEF_AGENT: seen - usual, BOTO: usual}, {BOTO: usual}),
            # Calls without an error are counted under the text "null".
            _attribution("errorCode", {error: seen}, {error: usual}),
        ],
    }
    return text(
        {
            "eventVersion": "1.11",
            "eventTime": stamp(second),
            "awsRegion": HOME,
            "eventID": guid("insight", user, state),
            "eventType": "AwsCloudTrailInsight",
            "recipientAccountId": PROD,
            "sharedEventID": guid("insight", user),
            "insightDetails": {"state": state, **about, "insightContext": context},
            "eventCategory": "Insight",
        }
    )


def _attribution(
    attribute: str, insight: dict[str, float], baseline: dict[str, float]
) -> dict[str, Any]:
    def averages(values: dict[str, float]) -> list[dict[str, Any]]:
        return [{"value": value, "average": round(number, 4)} for value, number in values.items()]

    return {
        "attribute": attribute,
        "insight": averages(insight),
        "baseline": averages(baseline),
    }


def aggregated() -> list[Timed]:
    """Five minutes of the theft by each of the three templates, and five by another day's."""
    thief = f"arn:aws:iam::{PROD}:user/{PLANTED_USER}"
    arn = f"arn:aws:s3:::{BUCKET}"
    window = moment("03-06 02:55:00")
    calls = {"eventName": {"GetObject": 61}, "resourceARN": {arn: 61}, "userIdentity": {thief: 61}}
    names = {"eventName": {"GetObject": 58, "ListObjects": 1}}
    return [
        (window + 300, _aggregate(window, "eventName", calls)),
        (window + 301, _aggregate(window, "resourceARN", calls)),
        (window + 302, _aggregate(window, "userIdentity", calls)),
        (
            window + 600,
            _aggregate(window + 300, "resourceARN", {**names, "resourceARN": {arn: 59}}),
        ),
    ]


def _aggregate(window: int, primary: str, counts: dict[str, dict[str, int]]) -> str:
    """``window``: the second its five minutes begin. Its fields have names of their own."""

    def counted(dimension: str) -> dict[str, Any]:
        values = [{"name": name, "value": value} for name, value in counts[dimension].items()]
        return {"dimension": dimension, "statistics": values, "aggregationType": "Count"}

    return text(
        {
            "eventVersion": "1.0",
            "accountId": PROD,
            "eventId": guid("aggregated", window, primary),
            "eventCategory": "Aggregated",
            "eventType": "AwsAggregatedEvent",
            "awsRegion": HOME,
            "eventSource": "s3.amazonaws.com",
            "timeWindow": {
                "windowStart": stamp(window),
                "windowEnd": stamp(window + 300),
                "windowSize": "PT5M",
            },
            "summary": {
                "primaryDimension": counted(primary),
                "details": [counted(each) for each in counts if each != primary],
            },
        }
    )


def config_history(second: int) -> str:
    """AWS Config's file, which a reader of CloudTrail passes over."""
    item = {
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": stamp(second),
        "configurationItemStatus": "OK",
        "resourceType": "AWS::EC2::Instance",
        "awsAccountId": PROD,
        "awsRegion": HOME,
    }
    return text({"fileVersion": "1.0", "configurationItems": [item]})
