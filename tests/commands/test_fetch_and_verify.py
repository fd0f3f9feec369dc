"""What fetch brings home is enough to prove it there, without credentials or a connection."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ctexplore import cli
from tests.digests import START, Bucket
from tests.e2e.bucket import BUCKET, CountedBucket
from tests.keys_endpoint import KeysEndpoint

SPAN = ["--since", "2026-03-02T08:00Z", "--until", "2026-03-02T12:00Z"]
HOURS = 30


class TrueKeys(KeysEndpoint):
    """The keys that a generated bucket was signed with."""

    def __init__(self, made: Bucket) -> None:
        super().__init__()
        self.made = made

    def said(self, operation: str, region: str, said: dict[str, Any]) -> tuple[int, Any]:
        since, until = (datetime.fromtimestamp(said[n], UTC) for n in ("StartTime", "EndTime"))
        return 200, self.made.list_public_keys(since, until, region)


@pytest.fixture(scope="module")
def made() -> Bucket:
    bucket = Bucket(prefix="deep/")
    for region in ("us-east-1", "eu-west-1"):
        bucket.deliver(region=region, hours=HOURS)
    bucket.deliver(trail="another", hours=HOURS, start=START + timedelta(minutes=23))
    return bucket


@pytest.fixture(scope="module")
def filled(made: Bucket) -> Iterator[CountedBucket]:
    with CountedBucket() as filled:
        for key, body in made.objects.items():
            filled.put([(key, body)], **made.metadata.get(key, {}))
        yield filled


@pytest.fixture
def home(
    made: Bucket,
    filled: CountedBucket,
    aws: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Path:
    """Some hours, fetched, and no way back to the bucket."""
    place = [f"s3://{BUCKET}/deep/", str(tmp_path / "out"), "--endpoint-url", filled.url]
    with TrueKeys(made) as keys:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDTRAIL", keys.url)
        assert cli.main(["fetch", *place, *SPAN, "--no-cache"]) == 0
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL_CLOUDTRAIL"):
        monkeypatch.delenv(name)
    capfd.readouterr()
    return tmp_path / "out"


def verified(
    home: Path, capfd: pytest.CaptureFixture[str], span: Sequence[str] = ()
) -> tuple[int, str]:
    status = cli.main(["verify", str(home), *span, "--no-cache"])
    return status, capfd.readouterr().out


@pytest.mark.parametrize("span", [SPAN, []])
def test_all_that_was_fetched_is_valid(
    span: list[str], home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also of what lies at its edges: a digest is of an hour of its own, whatever the scope."""
    status, said = verified(home, capfd, span)
    assert status == 0, said
    for kind in ("digest", "log"):
        valid = re.search(rf"(\d+) of (\d+) {kind} files valid", said)
        assert valid and valid[1] == valid[2], said
    # Three chains, two log files an hour.
    assert valid and int(valid[1]) >= 3 * 2 * 4


@pytest.mark.parametrize("kind", ["CloudTrail", "CloudTrail-Digest"])
def test_what_is_changed_at_home_is_found(
    kind: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = min(home.glob(f"deep/AWSLogs/*/{kind}/us-east-1/*/*/*/*T10*.json.gz"))
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    status, said = verified(home, capfd)
    assert status == 3
    assert path.name in said


def test_without_the_signatures_kept_beside_nothing_is_proved(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in home.rglob("*.signature"):
        path.unlink()
    assert verified(home, capfd)[0] == 3
