"""``--log-group`` against a moto server: what comes out, and what it says is not there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from ctexplore import cli
from ctexplore.sources.log_group.answers import LogAnswers
from tests.lookup_endpoint import event, stamp

Query = Callable[..., tuple[int, list[str], str]]

GROUP = "aws-cloudtrail-logs"
OURS, OTHER = "111122223333", "444455556666"


def message(seconds: float, name: str, region: str, account: str, **more: Any) -> dict[str, Any]:
    """As CloudTrail sends it, three minutes after the event."""
    record = json.loads(event(stamp(seconds), name, region=region, **more)["CloudTrailEvent"])
    record["recipientAccountId"] = account
    return {"timestamp": int((seconds + 180) * 1000), "message": json.dumps(record)}


@pytest.fixture
def group(moto: str, monkeypatch: pytest.MonkeyPatch) -> float:
    """A group with streams of two accounts; now, in seconds."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    now = time.time() // 60 * 60
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    for stream, wanted in {
        f"{OURS}_CloudTrail_us-east-1": range(0, 40, 2),
        f"{OURS}_CloudTrail_us-east-1_2": range(1, 40, 2),
        f"{OTHER}_CloudTrail_eu-west-1": range(40, 45),
        "something-else": range(45, 47),
    }.items():
        account, region = (OTHER, "eu-west-1") if "eu-west-1" in stream else (OURS, "us-east-1")
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        made = [
            message(now - 86_400 - n * 600, ("RunInstances", "DescribeInstances")[n % 2], region,
                    account, read=n % 2 == 1)
            for n in reversed(wanted)
        ]  # fmt: skip
        logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=made)
    return now


@pytest.fixture
def query(group: float, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Query:
    def run(*arguments: str) -> tuple[int, list[str], str]:
        words = ["query", *arguments, "--log-group", GROUP, "--cache-dir", str(tmp_path / "cache")]
        status = cli.main(words)
        out, err = capfd.readouterr()
        return status, out.splitlines(), err

    return run


def test_a_trails_streams_are_read_and_others_are_not(query: Query) -> None:
    status, lines, err = query("", "--format", "jsonl")
    assert status == 0
    times = [json.loads(line)["eventTime"] for line in lines]
    assert len(times) == 45
    assert times == sorted(times, reverse=True)
    assert "events over 256 KB are not in a log group" in err


def test_regions_accounts_and_names_narrow(query: Query) -> None:
    assert query("", "--region", "eu-west-1", "--count")[:2] == (0, ["5"])
    assert query("", "--account", OURS, "--count")[:2] == (0, ["40"])
    status, lines, err = query("name:RunInstances", "--count")
    assert (status, lines) == (0, ["23"])
    assert "EventName=RunInstances by AWS, the rest here" in err
    status, _, err = query("", "--region", "us-west-2")
    assert status == 2
    assert "it has no streams of these regions (it has eu-west-1, us-east-1)" in err


def test_times_are_those_of_the_events(query: Query, group: float) -> None:
    since, until = stamp(group - 86_400 - 6000), stamp(group - 86_400 - 600)
    assert query(f"since:{since} until:{until}", "--count")[:2] == (0, ["9"])
    assert query("", "--since", since, "--until", until, "--count")[:2] == (0, ["9"])


def test_again_and_offline_it_comes_from_the_cache(
    query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans: list[tuple[int, int]] = []
    asked = LogAnswers._ask

    def noting(self: LogAnswers, params: dict[str, Any]) -> dict[str, Any]:
        spans.append((params["startTime"], params["endTime"]))
        return asked(self, params)

    monkeypatch.setattr(LogAnswers, "_ask", noting)
    first = query("is:write", "--format", "jsonl")
    assert len(first[1]) == 23
    assert min(start for start, _ in spans) < (time.time() - 86_400) * 1000
    spans.clear()
    assert query("is:write", "--format", "jsonl") == first
    # What is older than three hours is settled; a span may reach back behind it.
    assert min(start for start, _ in spans) > (time.time() - 12 * 3600) * 1000
    monkeypatch.setattr(LogAnswers, "_ask", None)
    monkeypatch.setattr("ctexplore.sources.history.clients.open_session", None)
    assert query("is:write", "--format", "jsonl", "--offline") == first
    assert query("", "--offline", "--region", "eu-west-1")[0] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--log-group", "no such"], "is no name of a log group"),
        (["--log-group", GROUP, "--history"], "--history goes alone"),
        (["--log-group", GROUP, "--demo"], "--log-group goes alone"),
        (["--log-group", GROUP, "--estimate"], "AWS does not tell how much"),
        (["--log-group", "gone"], "there is no such log group in this region"),
    ],
)
def test_what_cannot_be_is_told(
    moto: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    assert cli.main(["query", "", *words, "--no-cache"]) == 2
    assert said in capfd.readouterr().err


def test_it_is_followed(
    group: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What comes to the group while somebody follows is a line, once; what was there is none."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    logs = boto3.client("logs")

    class Ended(BaseException):
        pass

    looks = iter(range(10))

    def wait(_seconds: float) -> None:
        look = next(looks)
        if look == 3:
            raise Ended
        if look < 2:
            now = time.time()
            sent = message(now - 180, f"Followed{look}", "us-east-1", OURS)
            stream = f"{OURS}_CloudTrail_us-east-1"
            logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=[sent])

    monkeypatch.setattr("ctexplore.commands.follow._wait", wait)
    words = ["follow", "is:write", "--log-group", GROUP, "--format", "csv", "--fields", "name"]
    with pytest.raises(Ended):
        cli.main([*words, "--cache-dir", str(tmp_path / "cache")])
    assert capfd.readouterr().out.split() == ['"name"', '"Followed0"', '"Followed1"']
