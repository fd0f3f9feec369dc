"""The AWS CLI's validate-logs and ours say the same of every file that it looks at.

It brings its own botocore and is 190 MB, so it is not installed with the rest:

    python3 -m venv .awscli && .awscli/bin/pip install awscli
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ctexplore.cli import main
from tests.build import ACCOUNT
from tests.digests import START, Bucket, Chain, stamp
from tests.investigate.aws import Aws
from tests.investigate.damages import DAMAGES, expired_key, key_of_the_other_form

PYTHON = Path(os.environ.get("CTEXPLORE_AWSCLI", ".awscli")) / "bin/python"
pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="python3 -m venv .awscli && .awscli/bin/pip install awscli"
)

# Many runs in one process: it takes a second to start.
RUNS = """
import contextlib, io, json, sys
from awscli.clidriver import create_clidriver
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = create_clidriver().main(json.loads(line))
    print(json.dumps([status, out.getvalue() + "\\n" + err.getvalue()]))
"""
LINE = re.compile(r"^(?:\(backfill\) )?(?:Digest|Log) file\t(s3://\S+)\t(valid|INVALID)", re.M)


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with Aws().running() as running:
        yield running


@pytest.fixture(autouse=True)
def environment(aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", aws.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def theirs(aws: Aws, chains: list[tuple[Bucket, Chain]]) -> list[tuple[int, dict[str, str]]]:
    """Of each: the exit status, and ``valid`` or ``INVALID`` by URI."""
    lines = [
        json.dumps(
            [
                *("cloudtrail", "validate-logs", "--verbose"),
                *("--trail-arn", f"arn:aws:cloudtrail:{c.home}:{ACCOUNT}:trail/{c.trail}"),
                *("--start-time", stamp(START), "--end-time", stamp(START + timedelta(days=2))),
                *("--s3-bucket", bucket.name, "--region", c.region),
                *("--endpoint-url", aws.cloudtrail(bucket)),
            ]
        )
        for bucket, c in chains
    ]
    done = subprocess.run(
        [PYTHON, "-c", RUNS], input="\n".join(lines), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [(status, dict(LINE.findall(said))) for status, said in answers]


def ours(
    aws: Aws, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, str]]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDTRAIL", aws.cloudtrail(bucket))
    capsys.readouterr()
    status = main(["verify", f"s3://{bucket.name}", "--no-cache", "--format", "json"])
    *findings, _ = map(json.loads, capsys.readouterr().out.splitlines())
    words = {"valid": "valid", "invalid": "INVALID", "missing": "INVALID"}
    return status, {f["uri"]: words.get(f["status"], f["status"]) for f in findings}


def test_of_whole_trails_and_regions(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    bucket = Bucket("whole")
    chains = [
        bucket.deliver(),
        bucket.deliver(region="eu-west-1", hours=3),
        bucket.deliver(trail="re-started", hours=6, off=(2, 3)),
        bucket.deliver(trail="late", backfill=True, hours=2),
        bucket.deliver(trail="late", hours=3),
    ]
    aws.put(bucket)
    said: dict[str, str] = {}
    for status, some in theirs(aws, [(bucket, chain) for chain in chains]):
        assert status == 0
        said |= some
    status, told = ours(aws, bucket, monkeypatch, capsys)
    assert said == {uri: word for uri, word in told.items() if word != "no-digest"}
    assert set(said.values()) == {"valid"}
    assert said.keys() == {
        f"s3://whole/{key}" for chain in chains for key in (*chain.digests, *chain.all_logs)
    }
    assert status == 3  # logging was stopped for two hours


@pytest.mark.slow
def test_of_each_damage(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    chains: list[tuple[Bucket, Chain]] = []
    for number, damage in enumerate(DAMAGES):
        bucket = Bucket(f"damage-{number}")
        chain = bucket.deliver(hours=6)
        damage(bucket, chain)
        aws.put(bucket)
        chains.append((bucket, chain))
    for damage, (bucket, _), (status, said) in zip(
        DAMAGES, chains, theirs(aws, chains), strict=True
    ):
        our_status, told = ours(aws, bucket, monkeypatch, capsys)
        if damage is key_of_the_other_form:
            # AWS documents one key of this form; the CLI reads the other alone.
            assert set(said.values()) == {"INVALID"} and set(told.values()) == {"valid"}
            continue
        assert {uri: told.get(uri) for uri in said} == said, damage.__name__
        assert our_status in (0, 3) and bool(status) <= bool(our_status), damage.__name__
        # Without any key it does not even begin.
        assert len(said) > 5 or damage is expired_key
