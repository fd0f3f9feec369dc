"""``ctexplore`` alone, in a terminal: from the account's trails to events and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.e2e.bucket import BUCKET, CountedBucket
from tests.e2e.terminal import Terminal
from tests.e2e.test_credentials import DAY, answer, write_keys
from tests.fakes3 import FakeS3, Reply, Request, error
from tests.sources.test_s3_session import MFA, ROLE


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


@pytest.fixture
def profile(env: dict[str, str], home: Path) -> dict[str, str]:
    """Only the profiles night (a role with MFA) and base, in files."""
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text(
        f"[profile night]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {MFA}\n"
    )
    write_keys(home, "AKIAOLDOLDOLDOLDOLDO")
    return {name: value for name, value in env.items() if "KEY" not in name}


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


def test_a_code_in_a_dialog_then_expired_in_the_middle_renewed_and_back(
    profile: dict[str, str], home: Path
) -> None:
    renewed: list[bool] = []

    def script(request: Request) -> Reply:
        if request.operation == "GetObject" and not renewed:
            return error("ExpiredToken", 400)
        return answer(request)

    recent = home / ".local/state/ctexplore/sources"
    recent.parent.mkdir(parents=True)
    recent.write_text(f"s3://logs/{DAY} --profile night\n")
    with (
        FakeS3(script) as fake,
        Terminal([], {**profile, "AWS_ENDPOINT_URL": fake.url}) as terminal,
    ):
        terminal.wait_for("As whom?")
        terminal.press("q")
        terminal.wait_for("none is chosen")
        terminal.press("j\r")
        terminal.wait_for(f"Enter MFA code for {MFA}:")
        assert terminal.modes()[1049] is True
        terminal.press("123456\r")
        terminal.wait_for("the credentials expired")
        terminal.wait_for("0 read + 0 failed + 0 skipped + 5 waiting")
        renewed.append(True)
        asked = terminal.seen.count(b"Enter MFA code")
        terminal.press("r")
        terminal.wait_for(lambda _: terminal.seen.count(b"Enter MFA code") > asked)
        assert terminal.modes()[1049] is False
        terminal.press("654321\r")
        terminal.wait_for("5 files = 5 read + 0 failed + 0 skipped")
        terminal.press("q")
        terminal.wait_for("To try it")
        assert any(line.startswith("▌") and "--profile night" in line for line in terminal.lines)
        terminal.press("q")
        assert terminal.status() == 0
        terminal.assert_restored()
