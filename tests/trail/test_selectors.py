from __future__ import annotations

from typing import Any

import pytest

from ctexplore.trail.selectors import Selected, insights, selected


def basic(*selectors: dict[str, Any]) -> Selected:
    return selected({"EventSelectors": list(selectors)})


def advanced(*selectors: dict[str, tuple[str, ...]]) -> Selected:
    """Each selector's fields as ``field operator`` to values; Equals where none is named."""
    made = []
    for fields in selectors:
        listed = []
        for name, values in fields.items():
            field, _, operator = name.partition(" ")
            listed.append({"Field": field, operator or "Equals": list(values)})
        made.append({"FieldSelectors": listed})
    return selected({"AdvancedEventSelectors": made})


S3 = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
MANAGEMENT = {"eventCategory": ("Management",)}


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ({}, "management: read and write"),
        ({"ReadWriteType": "ReadOnly"}, "management: read only"),
        (
            {"ExcludeManagementEventSources": ["kms.amazonaws.com"], "DataResources": [S3]},
            "management: read and write, without KMS; data: S3, all buckets",
        ),
        ({"IncludeManagementEvents": False}, "nothing"),
        (
            {
                "ReadWriteType": "WriteOnly",
                "IncludeManagementEvents": False,
                "DataResources": [
                    {
                        "Type": "AWS::S3::Object",
                        "Values": ["arn:aws:s3:::a/", "arn:aws-cn:s3:::b/c"],
                    },
                    {"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]},
                    {"Type": "AWS::DynamoDB::Table", "Values": ["arn:aws:dynamodb"]},
                ],
            },
            "data: S3, buckets a, b/c, write only; data: Lambda, all functions, write only; "
            "data: DynamoDB, all tables, write only",
        ),
        (
            {
                "IncludeManagementEvents": False,
                "DataResources": [
                    {"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::{n}/" for n in "abcde"]}
                ],
            },
            "data: S3, buckets a, b, c and 2 more",
        ),
        (
            {
                "IncludeManagementEvents": False,
                "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::"]}],
            },
            "data: S3, all buckets",
        ),
    ],
)
def test_basic_selectors(selector: dict[str, Any], said: str) -> None:
    assert str(basic(selector)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (MANAGEMENT, "management: read and write"),
        ({**MANAGEMENT, "readOnly": ("true",)}, "management: read only"),
        ({**MANAGEMENT, "readOnly NotEquals": ("true",)}, "management: write only"),
        (
            {**MANAGEMENT, "eventSource NotEquals": ("kms.amazonaws.com", "rdsdata.amazonaws.com")},
            "management: read and write, without KMS, without the RDS Data API",
        ),
        (
            {"eventCategory": ("Data",), "resources.type": ("AWS::S3::Object",)},
            "data: S3, all buckets",
        ),
        (
            {
                "eventCategory": ("Data",),
                "resources.type": ("AWS::S3::Object",),
                "readOnly": ("false",),
                "resources.ARN StartsWith": ("arn:aws:s3:::a/",),
                "eventName NotEquals": ("PutObject",),
            },
            "data: S3, write only, ARN starting with arn:aws:s3:::a/, eventName not PutObject",
        ),
        (
            {"eventCategory": ("Data",), "resources.type": ("AWS::SNS::Topic",)},
            "data: SNS Topic, all resources",
        ),
        (
            {
                "eventCategory": ("NetworkActivity",),
                "eventSource": ("s3.amazonaws.com",),
                "errorCode": ("VpceAccessDenied",),
            },
            "network activity: s3, errorCode VpceAccessDenied",
        ),
        ({"eventCategory": ("Dreams",), "eventName": ("Fly",)}, "Dreams: eventName Fly"),
    ],
)
def test_advanced_selectors(fields: dict[str, tuple[str, ...]], said: str) -> None:
    assert str(advanced(fields)) == said


def test_without_a_selector_a_trail_logs_management_events_only() -> None:
    assert str(selected({})) == "management: read and write"
    assert selected({}).lacks[0].startswith("data events")


def test_what_is_not_logged_is_named() -> None:
    assert basic({"IncludeManagementEvents": False, "DataResources": [S3]}).lacks == (
        "management events",
        "network activity events",
    )
    only_reads = basic({"ReadWriteType": "ReadOnly", "DataResources": [S3]})
    assert "management events that write" in only_reads.lacks
    both = basic({"ReadWriteType": "ReadOnly"}, {"ReadWriteType": "WriteOnly"})
    assert not any("management" in gap for gap in both.lacks)
    without = basic({"ExcludeManagementEventSources": ["kms.amazonaws.com"]})
    assert "events of KMS" in without.lacks
    twice = basic({"ExcludeManagementEventSources": ["kms.amazonaws.com"]}, {})
    assert "events of KMS" not in twice.lacks


def test_a_selector_of_some_events_does_not_fill_the_gap() -> None:
    one = advanced({**MANAGEMENT, "eventName": ("CreateUser",)})
    assert set(one.lacks) >= {"management events that read", "management events that write"}
    assert "management" not in "".join(advanced(MANAGEMENT).lacks)


def test_insights() -> None:
    rate = {"InsightType": "ApiCallRateInsight"}
    errors = {"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management", "Data"]}
    assert insights({"InsightSelectors": [rate, errors]}) == (
        "call rate",
        "error rate of management and data events",
    )
    assert insights({}) == ()


@pytest.mark.parametrize(
    "answer",
    [
        {"EventSelectors": "no list"},
        {"EventSelectors": [None, 3]},
        {"EventSelectors": [{"DataResources": [{"Type": None, "Values": None}]}]},
        {"AdvancedEventSelectors": [{}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Equals": [1]}, "x"]}]},
        {"InsightSelectors": [{}, []]},
    ],
)
def test_answers_of_another_shape_raise_nothing(answer: dict[str, Any]) -> None:
    assert str(selected(answer))
    insights(answer)
