"""``query`` where it asks for ``integrity``: what is in scope is verified first, and the verdict
goes wherever the events go."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from ctexplore.cli import main
from ctexplore.investigate.integrity.keys import ring_of
from tests.build import event, log
from tests.commands.test_verify import alone, aws, online  # noqa: F401
from tests.digests import HOUR, START, Bucket, Chain
from tests.investigate.aws import Aws


def damaged(name: str = "my-logs") -> tuple[Bucket, Chain, str]:
    """Three hours of two log files each; the first is changed and one is planted."""
    made = Bucket(name)
    chain = made.deliver(hours=3)
    made.objects[chain.logs[0][0]] = gzip.compress(log(event(77)), mtime=0)
    return made, chain, made.plant(chain.logs[1][0])


@pytest.fixture
def logs(tmp_path: Path) -> str:
    made, _, _ = damaged()
    made.write(tmp_path / "logs")
    return str(tmp_path / "logs")


@pytest.mark.parametrize(
    ("text", "count", "status"),
    [
        ("integrity:changed", 1, 0), ("integrity:verified", 5, 0), ("integrity:unreferenced", 1, 0),
        ("integrity:missing", 0, 1), ("-integrity:verified", 2, 0), ("integrity:*", 7, 0),
        ("integrity:changed,un* -integrity:unr*", 1, 0),
    ],
)  # fmt: skip
def test_the_scope_is_verified_first(
    text: str, count: int, status: int, logs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["query", text, logs, "--count", "--offline", "--duplicates", "keep"]) == status
    out, err = capsys.readouterr()
    assert out == f"{count}\n"
    first = "verified first: 5 of 7 log files verified · 1 changed · 1 unreferenced"
    assert err.splitlines()[0] == f"ctexplore: {first}"


def test_a_filter_that_does_not_ask_costs_nothing(
    logs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["query", "", logs, "--count"]) == 0
    assert "verified" not in capsys.readouterr().err


def test_values_and_fields_ask_for_it_too(logs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "", logs, "--by", "integrity", "--duplicates", "keep"]) == 0
    out = capsys.readouterr().out.split()
    assert out == ["5", "verified", "1", "changed", "1", "unreferenced"]
    fields = ["--format", "csv", "--fields", "name,integrity", "--duplicates", "keep"]
    assert main(["query", "", logs, *fields]) == 0
    rows = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert rows[0] == ["name", "integrity"]
    assert sorted(row[1] for row in rows[1:]) == ["changed", "unreferenced", *["verified"] * 5]


def test_csv_has_the_verdict_without_being_asked_for_the_column(
    logs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["query", "integrity:changed", logs, "--format", "csv"]) == 0
    head, row = csv.reader(capsys.readouterr().out.splitlines())
    assert (head[-1], row[-1]) == ("integrity", "changed")


@pytest.mark.parametrize("name", ["events.jsonl", "events.json", "events.json.gz", "events.log"])
def test_records_stay_as_they_are_and_verdicts_lie_beside(
    name: str, logs: str, tmp_path: Path
) -> None:
    plain, judged = tmp_path / f"plain-{name}", tmp_path / name
    assert main(["query", "", logs, "--output", str(plain), "--duplicates", "keep"]) == 0
    words = ["--output", str(judged), "--duplicates", "keep"]
    assert main(["query", "integrity:* or -integrity:*", logs, *words]) == 0
    assert judged.read_bytes() == plain.read_bytes()
    assert not plain.with_name(f"{plain.name}.integrity").exists()
    beside = judged.with_name(f"{name}.integrity")
    said = [json.loads(line) for line in beside.read_bytes().splitlines()]
    assert sorted(each["integrity"] for each in said) == [
        "changed", "unreferenced", *["verified"] * 5,
    ]  # fmt: skip
    for each in said:
        record = json.loads(gzip.decompress(Path(each["file"]).read_bytes()))["Records"]
        assert 1 <= each["record"] <= len(record)
        assert bool(each["reason"]) == (each["integrity"] != "verified")
    assert beside.stat().st_mode & 0o777 == 0o600


def test_times_of_the_filter_narrow_what_is_verified(
    logs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    until = f"{START + HOUR:%Y-%m-%dT%H:%M:%SZ}"
    assert main(["query", f"integrity:* until:{until}", logs, "--count"]) in (0, 1)
    assert " of 5 log files verified" in capsys.readouterr().err


def test_without_keys_it_does_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged()[0].write(tmp_path / "logs", keys=False)
    assert main(["query", "integrity:changed", str(tmp_path / "logs"), "--offline"]) == 2
    assert "public keys: none are at hand" in capsys.readouterr().err


def test_follow_says_that_it_cannot(logs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["follow", "integrity:changed", logs]) == 2
    assert "integrity: " in capsys.readouterr().err


def test_a_bucket_is_verified_through_its_endpoint(
    aws: Aws,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made, chain, _ = damaged("judged")
    place = online(aws, made, monkeypatch)
    assert main(["query", "integrity:changed", place, "--format", "csv", "--fields", "name"]) == 0
    assert capsys.readouterr().out.count("\n") == 2
    # What verifying fetched is not fetched again for the events.
    assert [region for region, *_ in aws.asked] == ["us-east-1"]
    assert sorted(aws.gets) == sorted(made.objects)
    assert len(chain.digests) == len(aws.gets) - 7
    # The explorer has no options at hand, and asks with the bucket's own session.
    monkeypatch.setattr(
        "ctexplore.commands.vouching.key_ring", lambda _a, source, _g: ring_of(source)
    )
    aws.asked.clear()
    assert main(["query", "integrity:changed", place, "--count"]) == 0
    assert capsys.readouterr().out == "1\n"
    assert [region for region, *_ in aws.asked] == ["us-east-1"]
