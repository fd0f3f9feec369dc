"""A file is written whole or not at all, and never over another one unasked."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctexplore.export import files
from ctexplore.export.files import FileError, check_target, write_file


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def failing(error: BaseException) -> Iterator[bytes]:
    yield b"begun"
    raise error


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        assert write_file(tmp_path / "a.csv", iter([b"one", b"", b"two"])) == 6
    finally:
        os.umask(old)
    assert (tmp_path / "a.csv").read_bytes() == b"onetwo"
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600
    assert left(tmp_path) == ["a.csv"]


def test_it_has_no_name_until_it_is_whole(tmp_path: Path) -> None:
    def watching() -> Iterator[bytes]:
        yield b"x" * 100_000
        assert "a.csv" not in left(tmp_path)

    write_file(tmp_path / "a.csv", watching())
    assert left(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt()])
def test_whatever_goes_wrong_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        write_file(tmp_path / "a.csv", failing(error))
    assert left(tmp_path) == []


def test_an_existing_file_is_only_replaced_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"mine")
    with pytest.raises(FileError, match="exists already") as told:
        write_file(path, failing(AssertionError("nothing is made for it")))
    assert told.value.exists
    assert path.read_bytes() == b"mine"
    write_file(path, iter([b"new"]), replace=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert left(tmp_path) == ["a.csv"]


def test_a_failed_replacement_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"mine")
    with pytest.raises(RuntimeError):
        write_file(path, failing(RuntimeError()), replace=True)
    assert path.read_bytes() == b"mine"
    assert left(tmp_path) == ["a.csv"]


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    def racing() -> Iterator[bytes]:
        yield b"ours"
        path.write_bytes(b"theirs")

    with pytest.raises(FileError, match="exists already"):
        write_file(path, racing())
    assert path.read_bytes() == b"theirs"
    assert left(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_and_a_link_are_refused(tmp_path: Path, replace: bool) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    before = left(tmp_path)
    for name, said in {
        "folder": "is a folder",
        "link": "is a symbolic link",
        "dangling": "is a symbolic link",
        "pipe": "is no regular file",
    }.items():
        with pytest.raises(FileError, match=said):
            write_file(tmp_path / name, iter([b"x"]), replace=replace)
    assert left(tmp_path) == before
    assert target.read_bytes() == b"mine"


def test_a_link_that_appears_meanwhile_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"mine")

    def racing() -> Iterator[bytes]:
        yield b"ours"
        (tmp_path / "a.csv").symlink_to(target)

    for replace in (False, True):
        (tmp_path / "a.csv").unlink(missing_ok=True)
        with pytest.raises(FileError):
            write_file(tmp_path / "a.csv", racing(), replace=replace)
        assert target.read_bytes() == b"mine"
    assert left(tmp_path) == ["a.csv", "target"]


def test_places_that_cannot_be_written_to_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path, said in {
        tmp_path / "none" / "a.csv": "its folder does not exist",
        tmp_path / "file" / "a.csv": "its folder is a file",
        tmp_path / ("n" * 300): "the name is too long",
    }.items():
        with pytest.raises(FileError, match=said):
            check_target(path)
        with pytest.raises(FileError, match=said):
            write_file(path, iter([b"x"]))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(FileError, match="its folder may not be written to"):
        write_file(tmp_path / "a.csv", iter([b"x"]))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "input/output error"),
    ],
)
def test_a_disk_that_gives_up_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def fsync(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", fsync)
    with pytest.raises(FileError, match=said):
        write_file(tmp_path / "a.csv", iter([b"x"]))
    assert left(tmp_path) == []


def test_a_full_disk_leaves_nothing() -> None:
    """/dev/full is a device and refused; a quota of file size is what a test can have."""
    import resource
    import signal
    import tempfile

    old_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with tempfile.TemporaryDirectory() as folder:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, old_limit[1]))
        try:
            with pytest.raises(FileError, match="larger than a file may be"):
                write_file(Path(folder) / "a.csv", iter([b"x" * 100_000] * 5))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old_limit)
            signal.signal(signal.SIGXFSZ, old)
        assert left(Path(folder)) == []


@pytest.mark.parametrize("taken", [False, True])
def test_without_hard_links_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    path = tmp_path / "a.csv"

    def racing() -> Iterator[bytes]:
        yield b"ours"
        if taken:
            path.write_bytes(b"theirs")

    monkeypatch.setattr(files.os, "link", link)
    if taken:
        with pytest.raises(FileError, match="exists already"):
            write_file(path, racing())
    else:
        write_file(path, racing())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == (b"theirs" if taken else b"ours")
    assert left(tmp_path) == ["a.csv"]


def test_a_long_name_still_has_room_for_the_part(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_file(path, iter([b"x"]))
    assert left(tmp_path) == [path.name]
