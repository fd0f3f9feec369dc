"""What lies in a trail's bucket beside its management and data events.

Source: CloudTrail User Guide, on Insights events and on network activity events.
"""

from __future__ import annotations

from typing import Any

from ctexplore.sources.demo.clock import moment, stamp
from ctexplore.sources.demo.clues import LEAKED_USER, PLANTED_USER, THIEF_AGENT
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
    def attribution(attribute: str, value: str) -> dict[str, Any]:
        return {
            "attribute": attribute,
            "insight": [{"value": value, "average": seen}],
            "baseline": [],
        }

    context = {
        "statistics": {
            "baseline": {"average": usual},
            "insight": {"average": seen},
            "insightDuration": minutes,
            "baselineDuration": 10080,
        },
        "attributions": [
            attribution("userIdentityArn", f"arn:aws:iam::{PROD}:user/{user}"),
            attribution("userAgent", THIEF_AGENT),
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
