"""``ctexplore policy``: the policy on standard output, remarks on standard error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctexplore import cli
from tests.build import event, gz, log


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    folder = tmp_path / "trail"
    folder.mkdir()
    s3 = {"eventSource": "s3.amazonaws.com", "requestParameters": {"bucketName": "data"}}
    records = [
        event(1, eventName="ListObjects", **s3),
        event(2, eventName="DeleteBucket", errorCode="AccessDenied", **s3),
        event(3, eventName="Odd\x1b[31m", eventSource="odd.amazonaws.com"),
    ]
    (folder / "a.json.gz").write_bytes(gz(log(*records)))
    (folder / "again.json.gz").write_bytes(gz(log(*records)))
    return folder


def run(*args: object) -> int:
    return cli.main(["policy", *map(str, args), "--no-cache"])


def test_the_output_is_the_policy_alone(trail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("source:s3", trail) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["Statement"] == [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data"}
    ]
    assert "1 actions from 1 events; 1 that failed are left out" in err


def test_failed_calls_and_json(trail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-source:ec2", trail, "--failed", "--format", "json") == 0
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert said["calls"] == {"s3:DeleteBucket": 1, "s3:ListBucket": 1}
    assert [each["source"] for each in said["unresolved"]] == ["odd.amazonaws.com"]
    assert "\x1b" not in out + err


def test_nothing_to_allow_is_1_and_something_unread_is_3(
    trail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("source:odd", trail) == 1
    out, err = capsys.readouterr()
    assert out == "" and "not resolved" in err and "\x1b" not in err
    (trail / "broken.json.gz").write_bytes(b"\x1f\x8b\x08 and no more")
    assert run("source:s3", trail) == 3


def test_a_filter_that_cannot_be_read_is_2(trail: Path) -> None:
    assert run("nme:x", trail) == 2
