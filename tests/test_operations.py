"""What ctexplore may do in an account: it lists and reads, and says so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import boto3
import pytest

from tests.operations import OPERATIONS, SENT, undocumented, unsent

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
_ROW = re.compile(r"^\| `([a-z0-9]+:\w+)` \| (\w+) \|", re.MULTILINE)


def test_nothing_documented_writes() -> None:
    """But for what takes messages off a queue, and queries that run in Athena; each of them has to
    be asked for by an option."""
    reads = ("List", "Get", "Describe", "Lookup", "Filter", "Receive")
    others = {
        operation for operation in OPERATIONS if not operation.partition(":")[2].startswith(reads)
    }
    assert others == {
        "sts:AssumeRole",
        "sqs:DeleteMessageBatch",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
    }


def test_the_readme_lists_the_same_operations() -> None:
    listed = {f"{action.partition(':')[0]}:{name}": action for action, name in _ROW.findall(README)}
    assert listed == OPERATIONS


def test_the_readmes_policy_allows_nothing_else() -> None:
    (written,) = re.findall(r"```json\n(.+?)```", README, re.DOTALL)
    allowed: set[str] = set()
    for statement in json.loads(written)["Statement"]:
        actions = statement["Action"]
        allowed |= {actions} if isinstance(actions, str) else set(actions)
    assert allowed - {"kms:Decrypt"} <= set(OPERATIONS.values())
    assert {a for a in OPERATIONS.values() if a.startswith(("s3:", "cloudtrail:"))} <= allowed


def test_what_a_test_sends_itself_is_not_counted(moto: str) -> None:
    before = set(SENT)
    boto3.client("s3", endpoint_url=moto).create_bucket(Bucket="logs-of-a-test")
    assert before == SENT


def test_what_the_list_lacks_and_what_nothing_sends_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.operations.SENT", set(OPERATIONS))
    assert undocumented() == unsent() == ""
    monkeypatch.setattr("tests.operations.SENT", OPERATIONS.keys() - {"s3:GetObject"} | {"s3:Put"})
    assert "s3:Put" in undocumented() and "GetObject" not in undocumented()
    assert "s3:GetObject" in unsent() and "s3:Put" not in unsent()
