"""Records and log files for tests, as dictionaries and as the bytes CloudTrail would write."""

from __future__ import annotations

import gzip
import json
from typing import Any

from ctexplore.store.columns.decode import Decoded
from ctexplore.store.columns.schema import FIELDS

ACCOUNT = "111122223333"
ALICE = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLEALICE",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
    "accountId": ACCOUNT,
    "accessKeyId": "AKIAEXAMPLEALICE",
    "userName": "alice",
}


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A record named ``Event<number>`` with a time and an id of its own; fields replaced."""
    record = {
        "eventVersion": "1.09",
        "userIdentity": ALICE,
        "eventTime": f"2024-03-05T00:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": f"Event{number}",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2.15",
        "requestParameters": {"instanceId": f"i-{number:08x}"},
        "responseElements": None,
        "requestID": f"request-{number}",
        "eventID": f"{number:08x}-0000-4000-8000-{number:012x}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    return record | changes


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def raw(value: object) -> bytes:
    """JSON as CloudTrail writes it; bytes stay what they are."""
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def log(*records: object) -> bytes:
    """A log file's JSON around records, dictionaries or bytes."""
    return b'{"Records":[' + b",".join(map(raw, records)) + b"]}"


def events(*numbers: int) -> list[dict[str, Any]]:
    return [event(number) for number in numbers]


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def column(decoded: Decoded, field: str) -> list[str]:
    """A field of every event."""
    dimension, position = FIELDS[field]
    batch = decoded.batch
    return [batch.entries[dimension][code][position] for code in batch.codes[dimension]]
