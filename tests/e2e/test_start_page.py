"""``ctexplore`` alone, in a terminal: from the account's trails to events and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.e2e.bucket import BUCKET, CountedBucket
from tests.e2e.terminal import Terminal


@pytest.fixture
def account(bucket: CountedBucket, env: dict[str, str]) -> Iterator[dict[str, str]]:
    """An account whose one trail delivers to the bucket, and which has a trail that stopped."""
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1"}
    trails = boto3.client("cloudtrail", endpoint_url=bucket.url, **keys)
    for name in ("audit", "stopped"):
        trails.create_trail(Name=name, S3BucketName=BUCKET, IsMultiRegionTrail=name == "audit")
    trails.start_logging(Name="audit")
    yield {**env, "AWS_ENDPOINT_URL": bucket.url, "AWS_DEFAULT_REGION": "us-east-1"}
    for name in ("audit", "stopped"):
        trails.delete_trail(Name=name)


def test_from_a_trail_to_its_events_and_back(account: dict[str, str], home: Path) -> None:
    with Terminal([], account) as terminal:
        terminal.wait_for(lambda text: "audit" in text and "! stopped" in text)
        terminal.wait_for("123456789012 user/moto  key AKIATESTTESTTESTTEST")
        terminal.wait_for("data events")
        terminal.press("\r")
        terminal.wait_for("0 failed + 0 skipped · ")
        terminal.press("q")
        terminal.wait_for(f"s3://{BUCKET}/AWSLogs/")
        terminal.press("q")
        assert terminal.status() == 0
        terminal.assert_restored()
    assert (home / ".local/state/ctexplore/sources").read_text() == f"s3://{BUCKET}/AWSLogs/\n"


def test_what_was_read_is_there_without_credentials(account: dict[str, str]) -> None:
    with Terminal([], account) as terminal:
        terminal.wait_for("! stopped")
        terminal.press("\r")
        terminal.wait_for("0 failed + 0 skipped · ")
        terminal.press("qq")
        terminal.status()
    without = {name: value for name, value in account.items() if "KEY" not in name}
    with Terminal([], without) as terminal:
        terminal.wait_for("no AWS credentials found: give --profile, run aws sso login")
        terminal.press("j\r")
        terminal.wait_for("0 failed + 0 skipped · ")
        assert "offline" in terminal.lines[0]
        terminal.press("qq")
        assert terminal.status() == 0


def test_it_can_be_left_while_aws_does_not_answer(env: dict[str, str]) -> None:
    unanswered = {**env, "AWS_ENDPOINT_URL": "http://192.0.2.1", "AWS_DEFAULT_REGION": "us-east-1"}
    with Terminal([], unanswered) as terminal:
        terminal.wait_for("asking AWS")
        terminal.wait_for("a made-up trail")
        terminal.press("q")
        assert terminal.status() == 0
        terminal.assert_restored()
