"""The command: exit statuses, lines, keys, and what is asked of S3 and CloudTrail."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctexplore.cli import main
from tests.digests import HOUR, START, Bucket
from tests.investigate.aws import Aws


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with Aws().running() as running:
        yield running


def online(aws: Aws, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> str:
    """The bucket's address; its region's keys are where they are asked for."""
    aws.put(bucket)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", aws.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDTRAIL", aws.cloudtrail(bucket))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    aws.asked.clear()
    aws.gets.clear()
    return f"s3://{bucket.name}"


def out(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_whole_trail_ends_with_0_and_two_lines(tmp_path: Path, capsys):
    made = Bucket()
    made.deliver()
    made.write(tmp_path / "logs")
    assert main(["verify", str(tmp_path / "logs")]) == 0
    assert out(capsys) == ["5 of 5 digest files valid", "10 of 10 log files valid"]


def test_a_line_says_what_is_not_valid_where_and_why(tmp_path: Path, capsys):
    made = Bucket()
    chain = made.deliver()
    key = chain.logs[2][0]
    made.objects[key] = made.objects[chain.logs[1][0]]
    made.write(tmp_path / "logs")
    assert main(["verify", str(tmp_path / "logs")]) == 3
    line, *summary = out(capsys)
    reason = "its content is not what was delivered: its hash is another"
    assert line == f"invalid       log    {tmp_path}/logs/{key}: {reason}"
    assert summary == ["5 of 5 digest files valid", "9 of 10 log files valid: 1 invalid"]
    assert main(["verify", str(tmp_path / "logs"), "--verbose"]) == 3
    assert len(out(capsys)) == 15 + 2


def test_json_lines_and_one_that_sums_up(tmp_path: Path, capsys):
    made = Bucket()
    chain = made.deliver(hours=2)
    planted = made.plant(chain.logs[0][0])
    made.write(tmp_path / "logs")
    assert main(["verify", str(tmp_path / "logs"), "--format", "json"]) == 3
    *findings, summary = map(json.loads, out(capsys))
    assert all(
        list(f) == ["kind", "uri", "status", "reason", "account", "region"] for f in findings
    )
    assert len(findings) == 7
    (wrong,) = [f for f in findings if f["status"] != "valid"]
    assert (wrong["kind"], wrong["uri"]) == ("log", f"{tmp_path}/logs/{planted}")
    assert wrong["reason"].startswith("no digest lists it")
    assert summary == {
        "kind": "summary",
        "valid": False,
        "digests": {"valid": 2},
        "logs": {"valid": 4, "unreferenced": 1},
        "newer": 0,
        "accounts": ["111122223333"],
        "regions": ["us-east-1"],
        "since": None,
        "until": None,
    }


def test_control_characters_in_a_name_reach_no_terminal(tmp_path: Path, capsys):
    made = Bucket()
    chain = made.deliver(hours=2)
    made.write(tmp_path / "logs")
    beside = (tmp_path / "logs" / chain.logs[0][0]).parent / "\x1b[2Jx.json"
    beside.write_bytes(b"{}")
    assert main(["verify", str(tmp_path / "logs")]) == 3
    assert "\x1b" not in "".join(out(capsys))
    assert main(["verify", str(tmp_path / "logs"), "--format", "json"]) == 3
    assert "\x1b" not in "".join(out(capsys))


def test_files_that_nothing_vouches_for_are_counted_in_text(tmp_path: Path, capsys):
    made = Bucket()
    chain = made.deliver(hours=2)
    for key in chain.digests:
        del made.objects[key]
    made.write(tmp_path / "logs")
    assert main(["verify", str(tmp_path / "logs")]) == 3
    first, more, gap, *summary = out(capsys)
    assert first.startswith("no-digest     log    ") and more.strip() == "and 3 more log files"
    assert gap.startswith("no-digest     digest ")
    assert summary == [
        "0 of 0 digest files valid",
        "0 of 4 log files valid: 4 no-digest",
        "1 time without any digest",
    ]


def test_nothing_in_scope_proves_nothing(tmp_path: Path, capsys):
    made = Bucket()
    made.deliver(hours=1)
    made.write(tmp_path / "logs")
    assert main(["verify", str(tmp_path / "logs"), "--region", "eu-west-1"]) == 3
    assert out(capsys) == ["nothing to verify: no digests and no log files are in scope"]


@pytest.mark.parametrize("arguments", [["-"], ["--history"]], ids=" ".join)
def test_what_has_no_files_is_refused(arguments: list[str], capsys):
    assert main(["verify", *arguments]) == 2
    assert "only the files of a trail can be verified" in capsys.readouterr().err


# -- public keys


def test_keys_come_from_a_file_the_cli_printed(tmp_path: Path, capsys):
    made = Bucket()
    made.deliver()
    made.write(tmp_path / "logs", keys=False)
    answer = made.list_public_keys(START, START + 9 * HOUR, "us-east-1")
    (tmp_path / "keys.json").write_text(json.dumps(answer))
    keys = ["--keys", str(tmp_path / "keys.json")]
    assert main(["verify", str(tmp_path / "logs"), *keys]) == 0


def test_without_keys_and_connection_nothing_can_be_said(tmp_path: Path, capsys):
    made = Bucket()
    made.deliver()
    made.write(tmp_path / "logs", keys=False)
    assert main(["verify", str(tmp_path / "logs"), "--offline"]) == 2
    assert "public keys: none are at hand" in (said := capsys.readouterr().err)
    assert "--keys FILE" in said
    assert main(["verify", str(tmp_path / "logs")]) == 2
    assert "no AWS credentials found" in (said := capsys.readouterr().err)
    assert "--keys FILE" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no such file"),
        ("nonsense", "it is no JSON"),
        ('{"PublicKeyList": []}', "holds no public keys"),
        ('{"PublicKeyList": [{"Fingerprint": "a", "Value": "%"}]}', "'Value' is not base64"),
    ],
)
def test_a_file_that_has_no_keys_is_named(text: str | None, said: str, tmp_path: Path, capsys):
    if text is not None:
        (tmp_path / "keys.json").write_text(text)
    assert main(["verify", str(tmp_path), "--keys", str(tmp_path / "keys.json")]) == 2
    error = capsys.readouterr().err
    assert f"{tmp_path}/keys.json: " in error and said in error


# -- S3


def test_a_bucket_is_verified_with_one_get_for_each_file_and_none_the_next_time(
    aws: Aws, monkeypatch, capsys
):
    made = Bucket("counted")
    made.deliver(hours=3)
    made.deliver(hours=3, region="eu-west-1")
    place = online(aws, made, monkeypatch)
    assert main(["verify", place]) == 0
    assert out(capsys) == ["6 of 6 digest files valid", "12 of 12 log files valid"]
    assert sorted(aws.gets) == sorted(made.objects)
    assert [region for region, *_ in aws.asked] == ["eu-west-1", "us-east-1"]
    aws.gets.clear()
    assert main(["verify", place]) == 0
    assert aws.gets == []


def test_log_files_that_the_explorer_has_kept_are_not_fetched(aws: Aws, monkeypatch, capsys):
    made = Bucket("kept")
    chain = made.deliver(hours=3)
    place = online(aws, made, monkeypatch)
    assert main(["query", "", place]) == 0
    aws.gets.clear()
    assert main(["verify", place]) == 0
    assert sorted(aws.gets) == sorted(chain.digests)


def test_what_was_planted_and_removed_since_is_found_though_listings_are_kept(
    aws: Aws, monkeypatch, capsys
):
    made = Bucket("again")
    chain = made.deliver(hours=3, start=START - 1000 * HOUR)
    place = online(aws, made, monkeypatch)
    assert main(["verify", place]) == 0
    removed = chain.logs[0][0]
    client = aws.client()
    client.delete_object(Bucket=made.name, Key=removed)
    planted = made.plant(chain.logs[1][0])
    client.put_object(Bucket=made.name, Key=planted, Body=made.objects[planted])
    capsys.readouterr()
    assert main(["verify", place]) == 3
    lines = out(capsys)
    assert [line[:20].split() for line in lines[:-2]] == [
        ["missing", "log"],
        ["unreferenced", "log"],
    ]


def test_several_buckets_are_one_trail_that_moved(aws: Aws, monkeypatch, capsys):
    old, new = Bucket("old-logs"), Bucket("new-logs")
    first = old.deliver(hours=2)
    second = new.deliver(hours=2, start=START + 2 * HOUR)
    content = new.content(second.digests[0]) | old.link(first.digests[-1])
    new.sign(second.digests[0], content, "us-east-1")
    after = new.content(second.digests[1]) | new.link(second.digests[0])
    new.sign(second.digests[1], after, "us-east-1")
    aws.put(old)
    place = online(aws, new, monkeypatch)
    assert main(["verify", place, "s3://old-logs"]) == 0
    assert out(capsys) == ["4 of 4 digest files valid", "8 of 8 log files valid"]
    assert main(["verify", place, "--since", "2026-03-02T05:07:12Z"]) == 3
    said = out(capsys)[0]
    assert said.startswith(f"missing       digest s3://old-logs/{first.digests[-1]}: ")
    assert "the trail went to bucket old-logs then: open that, too" in said


def test_more_files_than_the_limit_are_not_read(aws: Aws, monkeypatch, capsys):
    made = Bucket("large")
    made.deliver(hours=3)
    place = online(aws, made, monkeypatch)
    assert main(["verify", place, "--max-objects", "8"]) == 2
    assert "9 files are in scope, more than --max-objects 8" in capsys.readouterr().err
    assert aws.gets == []


def test_keys_that_may_not_be_listed_are_said_with_the_permission(aws: Aws, monkeypatch, capsys):
    made = Bucket("denied")
    made.deliver(hours=1)
    place = online(aws, made, monkeypatch)
    aws.denied = True
    try:
        assert main(["verify", place]) == 2
    finally:
        aws.denied = False
    assert "not allowed (cloudtrail:ListPublicKeys)" in capsys.readouterr().err


def test_what_was_fetched_is_verified_without_a_connection(aws: Aws, monkeypatch, tmp_path, capsys):
    made = Bucket("to-fetch")
    chain = made.deliver(hours=3)
    made.deliver(hours=2, backfill=True, trail="late")
    place = online(aws, made, monkeypatch)
    assert main(["fetch", place, str(tmp_path / "home")]) == 0
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    aws.asked.clear()
    assert main(["verify", str(tmp_path / "home"), "--offline"]) == 0
    assert aws.asked == []
    (tmp_path / "home" / chain.logs[0][0]).write_bytes(b"")
    assert main(["verify", str(tmp_path / "home"), "--offline"]) == 3


def test_an_archive_of_a_fetched_folder_proves_itself(tmp_path: Path, capsys):
    made = Bucket()
    chain = made.deliver(hours=2)
    made.write(tmp_path / "logs")
    packed = shutil.make_archive(str(tmp_path / "evidence"), "zip", tmp_path / "logs")
    assert main(["verify", packed, "--offline"]) == 0
    (tmp_path / "logs" / chain.logs[0][1]).unlink()
    packed = shutil.make_archive(str(tmp_path / "evidence"), "gztar", tmp_path / "logs")
    capsys.readouterr()
    assert main(["verify", packed, "--offline"]) == 3
    assert out(capsys)[0].startswith(f"missing       log    s3://{made.name}/{chain.logs[0][1]}: ")
