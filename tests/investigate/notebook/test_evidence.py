"""Evidence is made, moved, opened: the same bytes, right sums, and no change goes unnoticed."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.investigate.notebook.book import Notebook
from ctexplore.investigate.notebook.evidence import NOTEBOOK, EvidenceError, checked, evidence
from tests.investigate.notebook.test_report import case, record


def made(folder: Path, count: int = 3) -> Path:
    file = folder / "case.zip"
    pieces, missing = evidence(case(folder / "case.jsonl", count))
    file.write_bytes(b"".join(pieces))
    assert not missing
    return file


def test_records_come_back_byte_for_byte_and_sums_are_right(tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    file = Path(shutil.move(made(tmp_path), moved))
    with zipfile.ZipFile(file) as archive:
        archive.extractall(moved)
        manifest = json.loads(archive.read("manifest.txt"))
    for n, said in enumerate(manifest["records"]):
        raw = (moved / said["file"]).read_bytes()
        assert raw == record(n)
        assert said["sha256"] == hashlib.sha256(raw).hexdigest()
        assert (said["bucket"], said["key"]) == ("my-logs", "AWSLogs/1/x.json.gz")
        assert (said["etag"], said["index"], said["integrity"]) == ("etag", n, "unknown")
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS.txt"], cwd=moved)
    assert done.returncode == 0
    assert checked(file)[1] == []


def test_the_same_notebook_gives_the_same_bytes(tmp_path: Path) -> None:
    first = made(tmp_path).read_bytes()
    again = b"".join(evidence(Notebook(tmp_path / "case.jsonl"))[0])
    assert first == again


@pytest.mark.parametrize("name", ["records/00001", NOTEBOOK, "manifest.txt", "report.html"])
def test_a_changed_file_is_named(tmp_path: Path, name: str) -> None:
    file = made(tmp_path)
    with zipfile.ZipFile(file) as archive:
        files = {m: archive.read(m) for m in archive.namelist()}
    (changed,) = (m for m in files if m.startswith(name))
    files[changed] = files[changed].replace(b"e", b"3", 1)
    file.unlink()
    with zipfile.ZipFile(file, "w") as archive:
        for member, data in files.items():
            archive.writestr(member, data)
        archive.writestr("records/planted.json", b"{}")
    assert checked(file)[1] == [
        f"{file}: {each}"
        for each in sorted((f"{changed} was changed", "records/planted.json was added"))
    ]


def test_one_other_bit_or_one_byte_less_is_noticed(tmp_path: Path) -> None:
    file = made(tmp_path, 1)
    whole = file.read_bytes()
    at = whole.index(record(0)) + 5
    file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert checked(file)[1]
    file.write_bytes(whole[:-40])
    with pytest.raises(EvidenceError):
        checked(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    file = made(tmp_path)
    with zipfile.ZipFile(file) as archive:
        files = {m: archive.read(m) for m in archive.namelist()}
    gone = next(m for m in files if m.startswith("records/"))
    file.unlink()
    with zipfile.ZipFile(file, "w") as archive:
        for member, data in files.items():
            if member != gone:
                archive.writestr(member, data)
    assert checked(file)[1] == [f"{file}: {gone} is missing"]


def test_it_opens_like_any_archive_without_a_problem(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = made(tmp_path)
    assert cli.main(["query", "", str(file), "--no-cache", "--format", "raw"]) == 0
    assert sorted(capsysbinary.readouterr().out.splitlines()) == sorted(map(record, range(3)))


def test_the_command_makes_it_and_reads_it_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case(tmp_path / "case.jsonl")
    file = tmp_path / "out.zip"
    assert cli.main(["report", str(tmp_path / "case.jsonl"), "--evidence", str(file)]) == 0
    assert "4 entries whole" in capsys.readouterr().err
    assert file.stat().st_mode & 0o777 == 0o600
    assert cli.main(["report", str(file), "--format", "md"]) == 0
    assert "a note" in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b"a note", b"a nope"))
    assert cli.main(["report", str(file), "--format", "md"]) == 3
    assert capsys.readouterr().err


def test_a_record_that_was_not_kept_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = case(tmp_path / "case.jsonl")
    lost = Notebook(tmp_path / "lost.jsonl", "x")
    lost.put(*book.entries.values())
    assert cli.main(["report", str(lost.file), "--evidence", str(tmp_path / "e.zip")]) == 3
    assert "3 events without their record" in capsys.readouterr().err


def test_another_archive_is_none(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.json", "{}")
    assert cli.main(["report", str(tmp_path / "x.zip")]) == 2
