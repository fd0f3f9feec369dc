"""Trails written to disk: exact counts, the promised shapes, the command."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.commands import demo
from ctexplore.commands.failure import Failure
from ctexplore.sources.demo import DemoSource
from ctexplore.sources.demo.bulk import bulk_files
from ctexplore.sources.demo.plan import Plan
from ctexplore.sources.demo.week import Written
from ctexplore.sources.demo.write import SHAPES, write_trail


def records(directory: Path) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for path in sorted(directory.rglob("*.json.gz")):
        if "CloudTrail-Digest" not in path.parts and "Config" not in path.parts:
            out += json.loads(gzip.decompress(path.read_bytes()))["Records"]
    return out


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("events", [1, 8, 251, 1003])
def test_exactly_as_many_events_as_asked_for(tmp_path: Path, shape: str, events: int) -> None:
    summary = write_trail(tmp_path, events, 7, shape)
    files = list(tmp_path.rglob("*.gz"))
    assert summary.events == events == len(records(tmp_path))
    assert summary.files == len(files)
    assert summary.bytes == sum(path.stat().st_size for path in files)


@settings(max_examples=8)
@given(st.integers(1, 40_000), st.integers(0, 2**64))
def test_any_number_of_events_is_planned_exactly(events: int, seed: int) -> None:
    plan = Plan(seed, events, 7)
    noted = sum(
        note.copies if isinstance(note, Written) else 1
        for notes in plan.notes.values()
        for note in notes
    )
    quiet = sum(sum(counts) for counts in plan.counts.values())
    assert noted + quiet + (7 if plan.whole else 0) == events


def test_a_written_demo_is_the_demo(tmp_path: Path) -> None:
    write_trail(tmp_path, 3000, 1)
    source = DemoSource(1, 3000)
    written = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.gz")}
    folders = {key.rpartition("/")[0] + "/" for key in written}
    listed = [file for folder in folders for file in next(source.children(folder)).files]
    assert {file.key for file in listed} == written.keys()
    for file in listed:
        assert source.read(file) == written[file.key].read_bytes()


def test_files_hold_what_their_shape_says(tmp_path: Path) -> None:
    for shape, per_file in (("dense", 250), ("tiny", 8)):
        sizes = [made.events for _, made in bulk_files(1, 2020, shape)]
        assert sizes[:-1] == [per_file] * (len(sizes) - 1)
        assert sizes[-1] == 2020 - per_file * (len(sizes) - 1)


def actor(record: dict[str, Any]) -> str:
    who = record["userIdentity"]
    issuer = who.get("sessionContext", {}).get("sessionIssuer", {})
    return str(issuer.get("arn") or who.get("arn") or who["invokedBy"])


@pytest.mark.parametrize("shape", ["dense", "tiny"])
def test_bulk_is_shaped_like_a_real_trail(shape: str) -> None:
    found: list[dict[str, Any]] = []
    size = 0
    for _, made in bulk_files(1, 20_000, shape):
        size += len(made.content)
        found += json.loads(made.content)["Records"]
    assert 1300 < size / len(found) < 1400
    assert 280 <= len({record["eventName"] for record in found}) <= 320
    assert 310 <= len({actor(record) for record in found}) <= 330
    assert 400 <= len({record["sourceIPAddress"] for record in found}) <= 500
    objects = Counter(
        json.dumps(record["resources"])
        for record in found
        if record["eventName"] in ("GetObject", "Decrypt", "DescribeTable")
    )
    once = sum(count for count in objects.values() if count == 1) / objects.total()
    assert 0.03 < once < 0.25
    assert len({record["eventID"] for record in found}) == len(found)
    assert {record["recipientAccountId"] for record in found} == {
        "111122223333",
        "444455556666",
        "777788889999",
    }


def test_bulk_is_the_same_everywhere() -> None:
    whole = hashlib.sha256()
    for shape in ("dense", "tiny"):
        for folder, made in bulk_files(3, 500, shape):
            whole.update(f"{folder}{made.name}".encode() + made.content)
    assert whole.hexdigest() == "eaedd6ca0b1664a641e53cfe0eca19b80809777372baafd099c186a3d4cabd3f"


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_trail(tmp_path, 20, 1, "tiny", lambda done, events: told.append((done, events)))
    assert told == [(8, 20), (16, 20), (20, 20)]


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    return parser.parse_args(words)


def test_command_writes_and_says_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(tmp_path / "new"), "--events", "1,000", "--seed", "4", "--shape", "tiny"]
    assert demo.run(arguments(*words)) == 0
    out, err = capsys.readouterr()
    size = sum(path.stat().st_size for path in tmp_path.rglob("*.gz"))
    assert out == f"125 files, 1,000 events, {size:,} bytes\n"
    assert err == ""


def test_command_refuses_a_directory_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all I have")
    with pytest.raises(Failure, match="not empty") as caught:
        demo.run(arguments(str(tmp_path)))
    assert caught.value.status == 2
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_command_says_why_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match=r"cannot write to .*Not a directory"):
        demo.run(arguments(str(tmp_path / "file" / "below"), "--events", "10"))


@pytest.mark.parametrize("count", ["0", "-3", "many"])
def test_command_wants_a_number_of_events(count: str) -> None:
    with pytest.raises(SystemExit):
        arguments("somewhere", f"--events={count}")


def test_command_shows_progress_on_a_terminal_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    demo.run(arguments(str(tmp_path / "new"), "--events", "2000", "--shape", "tiny"))
    out, err = capsys.readouterr()
    assert "100 %, 2,000 of 2,000 events" in err and err.endswith("\r\x1b[K")
    assert "%" not in out
    assert len(err.split("\r")) < 110
