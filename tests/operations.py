"""The AWS operations that ctexplore's own clients may send, and those they did send.

Its clients, and what botocore itself sends for their credentials, name ctexplore in their user
agent; a test's clients, which fill buckets and make trails, do not. What is written down is what
was about to go to the network in this process; when all tests have run, ``conftest.py`` holds the
two lists against each other.
"""

from __future__ import annotations

from typing import Any

import pytest

# Operation: the permission it needs. README.md lists the same.
OPERATIONS = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:GetObject": "s3:GetObject",
    "athena:StartQueryExecution": "athena:StartQueryExecution",
    "athena:GetQueryExecution": "athena:GetQueryExecution",
    "athena:GetQueryResults": "athena:GetQueryResults",
    "athena:StopQueryExecution": "athena:StopQueryExecution",
    "cloudtrail:DescribeTrails": "cloudtrail:DescribeTrails",
    "cloudtrail:ListTrails": "cloudtrail:ListTrails",
    "cloudtrail:GetTrailStatus": "cloudtrail:GetTrailStatus",
    "cloudtrail:GetEventSelectors": "cloudtrail:GetEventSelectors",
    "cloudtrail:GetInsightSelectors": "cloudtrail:GetInsightSelectors",
    "cloudtrail:LookupEvents": "cloudtrail:LookupEvents",
    "cloudtrail:ListPublicKeys": "cloudtrail:ListPublicKeys",
    "logs:DescribeLogStreams": "logs:DescribeLogStreams",
    "logs:FilterLogEvents": "logs:FilterLogEvents",
    "organizations:ListAccounts": "organizations:ListAccounts",
    "sqs:ReceiveMessage": "sqs:ReceiveMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sts:AssumeRole": "sts:AssumeRole",
    "sts:GetCallerIdentity": "sts:GetCallerIdentity",
}
SENT: set[str] = set()


def undocumented() -> str:
    """What was sent and is not in the list, as a sentence, or ""."""
    extra = SENT - OPERATIONS.keys()
    return f"sent, but documented nowhere: {', '.join(sorted(extra))}" if extra else ""


def unsent() -> str:
    """What is in the list and no test sent, as a sentence, or ""."""
    missing = OPERATIONS.keys() - SENT
    return f"documented, but sent by no test: {', '.join(sorted(missing))}" if missing else ""


def note_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write down what ctexplore's clients send, until the test ends."""
    from botocore.endpoint import Endpoint

    send = Endpoint.make_request

    def noting(self: Any, operation: Any, request: dict[str, Any]) -> Any:
        if "ctexplore" in str(request["headers"].get("User-Agent", "")):
            SENT.add(f"{operation.service_model.service_name}:{operation.name}")
        return send(self, operation, request)

    monkeypatch.setattr(Endpoint, "make_request", noting)
