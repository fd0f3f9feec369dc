"""``ctexplore verify`` on the demo: its own key vouches for all files but the one that the thief
changed."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from ctexplore.cli import main
from ctexplore.sources.demo import DemoSource
from ctexplore.sources.demo.fleet import HOME, PROD
from ctexplore.sources.demo.folders import LOGS, Folder
from ctexplore.sources.demo.generator import Generator
from ctexplore.sources.demo.story import REMOVED
from ctexplore.sources.demo.write import write_trail
from ctexplore.sources.source import LogFile

CHANGED = "111122223333_CloudTrail_us-east-1_20260307T0400Z_"
DAY = ["--account", PROD, "--region", HOME, "--since", "2026-03-07", "--until", "2026-03-08"]


def findings(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_exactly_one_file_is_not_what_was_delivered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--demo", "--format", "json", *DAY]) == 3
    *found, summary = findings(capsys)
    (changed,) = [each for each in found if each["status"] == "invalid"]
    assert CHANGED in changed["uri"] and changed["kind"] == "log"
    assert changed["reason"] == "its content is not what was delivered: its hash is another"
    assert {each["status"] for each in found} == {"valid", "invalid", "no-digest"}
    (gap,) = [each for each in found if (each["kind"], each["status"]) == ("digest", "no-digest")]
    assert "stopped at 2026-03-07T03:58:21Z by svc-backup-sync (StopLogging)" in gap["reason"]
    assert summary["digests"].keys() == {"valid", "no-digest"}


def test_the_thief_took_one_event_out_and_only_the_digest_tells() -> None:
    source = DemoSource()
    made = Generator(1, 50_000).files(Folder(LOGS, PROD, HOME, 5))
    (changed,) = [each for each in made if each.original]
    assert changed.name.startswith(CHANGED)
    left, before = (json.loads(c)["Records"] for c in (changed.content, changed.original))
    assert [r for r in before if r not in left] == [json.loads(REMOVED.write())]
    assert [r for r in before if r in left] == left
    assert "StopLogging" in [record["eventName"] for record in left]
    folder = f"AWSLogs/{PROD}/CloudTrail-Digest/{HOME}/2026/03/07/"
    listed = {}
    for file in next(source.children(folder)).files:
        for each in json.loads(gzip.decompress(source.read(file)))["logFiles"]:
            listed[each["s3Object"].rpartition("/")[2]] = each["hashValue"]
    assert listed[changed.name] == hashlib.sha256(changed.original).hexdigest()
    key = Folder(LOGS, PROD, HOME, 5).key + changed.name
    assert gzip.decompress(source.read(LogFile(key, 0))) == changed.content


def test_a_written_demo_verifies_without_a_connection(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_trail(tmp_path, 2_000)
    day = ["--region", HOME, "--since", "2026-03-04", "--until", "2026-03-05"]
    assert main(["verify", str(tmp_path), "--offline", "--account", PROD, *day]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("digest files valid") and second.endswith("log files valid")
    assert main(["query", "", str(tmp_path), "--count", "--duplicates", "keep"]) == 0
    out, err = capsys.readouterr()
    assert out == "2000\n"
    assert "signature" not in err and "public-keys" not in err
