"""Local files whose names say nothing: content decides, and archives are folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctexplore.sources.folder import FolderSource
from ctexplore.sources.sniffed import SniffedFolder
from ctexplore.sources.source import SourceError
from ctexplore.sources.walk import Walk
from tests.build import event, events, gz, log, raw
from tests.sources.test_archive import PACKED, merged, tar, told, zipped


def found(path: Path) -> dict[str, bool]:
    """Files by name, and whether each is taken for a log file."""
    return {f.key: f.kind.read for f in merged(SniffedFolder(FolderSource(path))).files}


def test_logs_of_any_name_are_found_by_their_content(tmp_path: Path) -> None:
    contents = {
        "log.txt": log(*events(1)),
        "log.gzip": gz(log(*events(1))),
        "lines.out": raw(event(1)) + b"\n" + raw(event(2)),
        "history.csv": b"Event name,Event time\nA,B\n",
        "other.csv": b"user,arn\nroot,x\n",
        "notes.txt": b"look at this\n",
        "settings.yaml": b"a: 1\n",
        "package.lock": b'{"name": "x"}',
        ".log.json.gz.part": gz(log(*events(1))),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    assert found(tmp_path) == {
        ".log.json.gz.part": False,
        "history.csv": True,
        "lines.out": True,
        "log.gzip": True,
        "log.txt": True,
        "notes.txt": False,
        "other.csv": False,
        "package.lock": False,
        "settings.yaml": False,
    }


def test_a_file_that_is_named_alone_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / ".hidden.bak"
    path.write_bytes(b"not json")
    (file,) = merged(SniffedFolder(FolderSource(path), asked=True)).files
    assert file.kind.read


@pytest.mark.parametrize("packed", ["tar", "tar.gz", "zip"])
def test_archives_are_folders(packed: str, tmp_path: Path) -> None:
    day = "AWSLogs/111122223333/CloudTrail/us-east-1/2023/07/10/"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "any-name.zip").write_bytes(PACKED[packed]({f"{day}a.json": b"{}"}))
    source = SniffedFolder(FolderSource(tmp_path))
    assert merged(source, "in/").folders == ["in/any-name.zip/"]
    folder = f"in/any-name.zip/{day}"
    (file,) = merged(source, folder).files
    assert file.key == f"{folder}a.json"
    assert source.read(file) == b"{}"
    assert source.uri(file.key) == f"{tmp_path}/in/any-name.zip/{day}a.json"
    assert not merged(source, folder, file.key).files
    survey = Walk(source).day_folders([""])
    assert survey.days == [folder]
    fresh = SniffedFolder(FolderSource(tmp_path))
    assert [f.key for f in merged(fresh, folder).files] == [file.key]
    for each in (source, fresh):
        each.close()


def test_what_is_wrong_in_an_archive_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "cut.tar").write_bytes(tar({"a.json": b"{}", "b.json": b"{}"})[:1024])
    (tmp_path / "big.zip").write_bytes(zipped({"a.json": b"{}"}))
    source = SniffedFolder(FolderSource(tmp_path))
    assert merged(source).folders == ["big.zip/", "cut.tar/"]
    (problem,) = told(merged(source, "cut.tar/").problems)
    assert problem.startswith(f"{tmp_path}/cut.tar: it ends without tar's end mark")
    (tmp_path / "big.zip").write_bytes(b"no longer a zip")
    with pytest.raises(SourceError, match="not a tar or zip archive"):
        merged(source, "big.zip/")


def test_what_cannot_be_looked_into_is_no_log(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "page.zip").write_bytes(b"<html>")
    source = SniffedFolder(FolderSource(tmp_path))
    assert found(tmp_path) == {"page.zip": False}
    assert len(merged(source).unread) == 1
