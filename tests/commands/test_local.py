"""``ctexplore query`` over archives and standard input: found = read + failed + skipped."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.store.peek import peek
from tests.build import event, events, gz, log
from tests.sources.test_archive import PACKED, tar, zipped

FILES = {f"logs/{n}.json.gz": gz(log(event(n))) for n in range(4)}


def ran(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = cli.main(["query", "", *map(str, arguments), "--count", "--no-cache"])
    out, err = capfd.readouterr()
    return status, out.strip(), err


def test_everything_in_an_archive_is_counted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in {**FILES, "in.zip": zipped(FILES), "bad.json": b"{", "a": b""}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("logs/link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "0.json.gz"
        archive.addfile(link)
    path = tmp_path / "logs.bin"
    path.write_bytes(out.getvalue())
    status, count, err = ran(capfd, path)
    assert (status, count) == (3, "4")
    assert "8 files = 4 read + 1 failed + 3 skipped + 0 not read" in err


@pytest.mark.parametrize("packed", ["tar", "tar.gz", "tar.xz", "zip"])
def test_a_cut_archive_is_partial_and_says_so(
    packed: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    many = {f"logs/{n}.json": os.urandom(20_000) + bytes((n,)) for n in range(20)}
    data = PACKED[packed]({**FILES, **many})
    path = tmp_path / "logs"
    path.write_bytes(data[: len(data) // 2])
    status, count, err = ran(capfd, path)
    assert (status, count) == (3, "4")
    assert f"{path}: " in err
    assert "cut off" in err


def test_archives_are_cached_by_what_they_are(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "logs.tar"
    cached = ["query", "", str(path), "--count", "--cache-dir", str(tmp_path / "cache")]
    for numbers in ((1, 2), (1, 2), (3, 4, 5), (6,)):
        path.write_bytes(tar({"a.json": log(*events(*numbers))}))
        os.utime(path, ns=(sum(numbers), sum(numbers)))
        cli.main(cached)
        assert capfd.readouterr().out.strip() == str(len(numbers))


@pytest.mark.parametrize("packed", [False, True])
def test_a_heap_is_looked_into_by_the_first_run_only(
    packed: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    heap = tmp_path / "heap"
    heap.mkdir()
    files = {f"{n}.json.gz": gz(log(event(n))) for n in range(3)}
    if packed:
        (heap / "all.tar").write_bytes(tar(files))
    for name, content in ({} if packed else files).items():
        (heap / name).write_bytes(content)
    looked: list[bytes] = []
    monkeypatch.setattr(
        "ctexplore.store.peek.peek", lambda stored: looked.append(stored) or peek(stored)
    )
    place = [str(heap / "all.tar" if packed else heap), "--cache-dir", str(tmp_path / "cache")]
    for _ in range(2):
        assert cli.main(["query", "", *place, "--count"]) == 0
        assert capfd.readouterr().out == "3\n"
    assert len(looked) == 3


def piped(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ctexplore", *arguments]
    return subprocess.run(
        command, input=data, capture_output=True, check=False, env=os.environ | {"TERM": "xterm"}
    )


def test_standard_input_beside_other_sources(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(log(*events(1, 2)))
    query = ("query", "", "-", str(tmp_path), "--count", "--no-cache")
    done = piped(log(*events(3)) + log(*events(4, 5)), *query)
    assert (done.returncode, done.stdout.strip()) == (0, b"5")


def test_nothing_on_standard_input_is_an_error() -> None:
    done = piped(b"", "query", "", "-", "--no-cache")
    assert (done.returncode, b"nothing came on standard input" in done.stderr) == (2, True)


def test_the_explorer_needs_a_terminal_beside_the_pipe() -> None:
    done = piped(log(*events(1)), "-")
    assert done.returncode == 2
    assert b"not in a terminal" in done.stderr
