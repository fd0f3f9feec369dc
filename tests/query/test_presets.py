"""Each preset finds what it is named after."""

from __future__ import annotations

import pytest

from ctexplore.query.added import added_in
from ctexplore.query.canonical import canonical
from ctexplore.query.evaluate import Filter
from ctexplore.query.fields import resolve
from ctexplore.query.lexer import keys_of
from ctexplore.query.parse import parse
from ctexplore.query.presets import HIDE_READS, HIDE_SERVICES, PRESETS, Preset
from tests.query.events import NOW, rows_of


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.id)
def test_presets_are_read_from_columns_alone(preset: Preset) -> None:
    assert not Filter(parse(preset.filter, NOW)).needs_records
    assert canonical(parse(preset.filter, NOW)) == preset.filter
    for field in (*preset.columns, *([preset.ask] if preset.ask else ())):
        resolve(field, keys_of(field))


def test_ids_are_unique_and_nine_have_keys() -> None:
    ids = [p.id for p in PRESETS]
    assert len(set(ids)) == len(ids)
    assert ids[:9] == [
        "writes", "failures", "denied", "logins", "iam", "root", "network", "secrets", "logging",
    ]  # fmt: skip


def call(source: str, name: str, write: bool = True, **more: object) -> dict[str, object]:
    source = f"{source}.amazonaws.com"
    return {"eventSource": source, "eventName": name, "readOnly": not write, **more}


FOUND = {
    "writes": call("s3", "PutObject"),
    "failures": call("s3", "GetObject", errorCode="NoSuchKey"),
    "denied": call("sns", "Publish", errorCode="AuthorizationError"),
    "logins": call("signin", "ConsoleLogin", eventType="AwsConsoleSignIn"),
    "iam": call("iam", "AttachUserPolicy"),
    "root": call("s3", "GetObject", write=False, userIdentity={"type": "Root"}),
    "network": call("ec2", "AuthorizeSecurityGroupIngress"),
    "secrets": call("secretsmanager", "GetSecretValue", write=False),
    "logging": call("cloudtrail", "StopLogging"),
    "instance-connect": call("ec2-instance-connect", "SendSSHPublicKey"),
    "lambda": call("lambda", "Invoke"),
    "object": call("s3", "GetObject", write=False),
    "data": call("s3", "PutObject", eventCategory="Data"),
    "insights": {"eventCategory": "Insight", "eventType": "AwsCloudTrailInsight"},
    "endpoints": call("kms", "Decrypt", eventCategory="NetworkActivity"),
    "aggregated": {"eventCategory": "Aggregated", "eventSource": "s3.amazonaws.com"},
    "service-events": call("kms", "RotateKey", eventType="AwsServiceEvent"),
}


OF_COLUMNS = [p for p in PRESETS if not added_in(parse(p.filter, NOW))]


@pytest.mark.parametrize("preset", OF_COLUMNS, ids=lambda p: p.id)
def test_presets_find_theirs_and_not_everything(preset: Preset) -> None:
    dull = call("ec2", "DescribeInstances", write=False)
    assert rows_of(preset.filter, FOUND[preset.id], dull) == [0]


def test_what_is_hidden() -> None:
    read, write = call("s3", "GetObject", write=False), call("s3", "PutObject")
    unknown = {"eventName": "x"}
    service = call("kms", "Decrypt", userIdentity={"type": "AWSService"})
    assert rows_of(HIDE_READS, read, write, unknown, service) == [1, 2, 3]
    assert rows_of(HIDE_SERVICES, read, write, unknown, service) == [0, 1, 2]
