"""How loudly an event speaks."""

from __future__ import annotations

from typing import Any

import pytest

from ctexplore.trail.severity import Severity, is_destructive, reads_secret, severity

QUIET = {
    "source": "ec2.amazonaws.com",
    "name": "DescribeInstances",
    "readonly": "true",
    "error": "",
    "idtype": "IAMUser",
    "caller_account": "111122223333",
    "account": "111122223333",
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Severity.READ),
        ({"readonly": ""}, Severity.READ),
        ({"readonly": "false", "name": "RunInstances"}, Severity.NOTABLE),
        ({"account": "777788889999"}, Severity.NOTABLE),
        ({"caller_account": ""}, Severity.READ),
        ({"account": ""}, Severity.READ),
        (
            {"source": "secretsmanager.amazonaws.com", "name": "GetSecretValue"},
            Severity.NOTABLE,
        ),
        ({"error": "AccessDenied"}, Severity.ALERT),
        ({"idtype": "Root"}, Severity.ALERT),
        ({"readonly": "false", "name": "TerminateInstances"}, Severity.ALERT),
        ({"readonly": "false", "name": "StopLogging"}, Severity.ALERT),
    ],
)
def test_severity(changes: dict[str, Any], expected: Severity) -> None:
    assert severity(**(QUIET | changes)) is expected


@pytest.mark.parametrize(
    "name",
    [
        "DeleteTrail",
        "DeleteObjects",
        "BatchDeleteImage",
        "AdminDeleteUser",
        "ScheduleKeyDeletion",
        "DeregisterImage",
        "DisableKey",
        "LeaveOrganization",
        "CloseAccount",
        "RevokeSecurityGroupIngress",
    ],
)
def test_destructive(name: str) -> None:
    assert is_destructive(name)


@pytest.mark.parametrize("name", ["DescribeTrails", "GetDeletedThings", "CancelKeyDeletion", ""])
def test_not_destructive(name: str) -> None:
    assert not is_destructive(name)


def test_secrets_are_read_by_service_and_name() -> None:
    assert reads_secret("ssm.amazonaws.com", "GetParameters")
    assert not reads_secret("ec2.amazonaws.com", "GetParameters")
