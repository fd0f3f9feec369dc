"""Each classic alarm rings for what it is named after, and not for what is near it."""

from __future__ import annotations

import pytest

from ctexplore.query.alarms import ALARMS
from ctexplore.query.presets import PRESETS, Preset
from tests.query.events import rows_of

USER = {"type": "IAMUser", "userName": "alice"}
LOGIN = {
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
    "eventType": "AwsConsoleSignIn",
    "userIdentity": USER,
    "responseElements": {"ConsoleLogin": "Success"},
    "additionalEventData": {"MFAUsed": "Yes"},
}


def call(source: str, name: str, **more: object) -> dict[str, object]:
    return {"eventSource": f"{source}.amazonaws.com", "eventName": name, **more}


RINGS = {
    "alarm-security-groups": (
        call("ec2", "AuthorizeSecurityGroupIngress"),
        call("ec2", "AuthorizeSecurityGroupIngress", errorCode="Client.UnauthorizedOperation"),
    ),
    "alarm-failed-sign-ins": (
        {**LOGIN, "responseElements": {"ConsoleLogin": "Failure"}},
        LOGIN,
    ),
    "alarm-iam-policies": (
        call("iam", "AttachRolePolicy"),
        call("iam", "ListAttachedRolePolicies"),
    ),
    "alarm-root": (
        call("s3", "GetObject", userIdentity={"type": "Root"}),
        call("s3", "GetObject", userIdentity={"type": "Root", "invokedBy": "s3.amazonaws.com"}),
    ),
    "alarm-trails": (call("cloudtrail", "StopLogging"), call("cloudtrail", "LookupEvents")),
    "alarm-no-mfa": ({**LOGIN, "additionalEventData": {"MFAUsed": "No"}}, LOGIN),
}


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda a: a.id)
def test_an_alarm_rings_for_its_own(alarm: Preset) -> None:
    rings, near = RINGS[alarm.id]
    assert rows_of(alarm.filter, near, rings, call("ec2", "DescribeInstances")) == [1]


def test_a_sign_in_through_a_role_has_no_mfa_of_its_own() -> None:
    federated = {**LOGIN, "userIdentity": {"type": "AssumedRole"}, "additionalEventData": {}}
    (alarm,) = (a for a in ALARMS if a.id == "alarm-no-mfa")
    assert rows_of(alarm.filter, federated) == []


def test_names_are_told_apart() -> None:
    ids = [preset.id for preset in (*PRESETS, *ALARMS)]
    assert len(set(ids)) == len(ids)
