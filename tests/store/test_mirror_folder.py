"""Files come into a folder whole, into their own place or not at all, whatever lies there."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ctexplore.sources.source import LogFile
from ctexplore.store.mirror.folder import MirrorFolder, NoRoom, Seen, Taken
from ctexplore.trail.sidecar import FETCHED_NAME

KEY = "deep/AWSLogs/1.json.gz"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "made" / "folder"


@pytest.fixture
def folder(place: Path) -> Iterator[MirrorFolder]:
    with closing(MirrorFolder(place)) as made:
        yield made


def files(place: Path) -> list[str]:
    return sorted(str(p.relative_to(place)) for p in place.rglob("*") if not p.is_dir())


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_a_file_is_written_once_for_nobody_else(folder: MirrorFolder, place: Path) -> None:
    assert folder.write(KEY, b"one")
    assert not folder.write(KEY, b"one")
    assert (place / KEY).read_bytes() == b"one"
    assert stat.S_IMODE((place / KEY).stat().st_mode) == 0o600
    above = [place, place / "deep", place / "deep/AWSLogs"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in above} == {0o700}
    assert (place / KEY).stat().st_nlink == 1


def test_another_file_stays_as_it_is(folder: MirrorFolder, place: Path) -> None:
    folder.write(KEY, b"one")
    with pytest.raises(Taken, match="of the same size"):
        folder.write(KEY, b"two")
    with pytest.raises(Taken, match="of 3 bytes, not 5"):
        folder.write(KEY, b"three")
    assert (place / KEY).read_bytes() == b"one"
    assert files(place) == [FETCHED_NAME, KEY]


@pytest.mark.parametrize("at", ["deep", "deep/AWSLogs", KEY])
@pytest.mark.parametrize("to", ["elsewhere", "elsewhere/1.json.gz", "nowhere"])
def test_no_link_is_followed(at: str, to: str, tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1.json.gz").write_bytes(b"theirs")
    (place / at).parent.mkdir(parents=True)
    (place / at).symlink_to(tmp_path / to)
    with closing(MirrorFolder(place)) as folder:
        with pytest.raises(Taken):
            folder.write(KEY, b"theirs")
        with pytest.raises(Taken):
            folder.look(LogFile(KEY, 6, md5(b"theirs")))
    assert files(elsewhere) == ["1.json.gz"]
    assert (elsewhere / "1.json.gz").read_bytes() == b"theirs"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("what", ["a folder", "a FIFO", "a file for a folder"])
def test_what_is_no_file_is_in_the_way(what: str, folder: MirrorFolder, place: Path) -> None:
    (place / "deep").mkdir()
    if what == "a file for a folder":
        (place / "deep/AWSLogs").write_bytes(b"")
    elif what == "a folder":
        (place / KEY).mkdir(parents=True)
    else:
        (place / "deep/AWSLogs").mkdir()
        os.mkfifo(place / KEY)
    for attempt in (lambda: folder.write(KEY, b""), lambda: folder.look(LogFile(KEY, 0))):
        with pytest.raises(Taken, match="left as it is"):
            attempt()


def test_what_is_there_is_known_by_its_checksum_or_by_what_was_noted(place: Path) -> None:
    plain = LogFile("plain.gz", 3, md5(b"one"))
    encrypted = LogFile("encrypted.gz", 3, "f" * 32)
    with closing(MirrorFolder(place)) as folder:
        assert folder.look(plain) is Seen.NOTHING
        folder.write("plain.gz", b"one")
        folder.write("encrypted.gz", b"two")
        assert folder.look(plain) is Seen.WHOLE
        assert folder.look(encrypted) is Seen.UNSURE
        folder.note(encrypted, hashlib.sha256(b"two").hexdigest())
    with closing(MirrorFolder(place)) as folder:
        assert folder.look(encrypted) is Seen.WHOLE
        assert folder.look(LogFile("encrypted.gz", 3, "another")) is Seen.UNSURE
        (place / "encrypted.gz").write_bytes(b"owt")
        with pytest.raises(Taken, match="changed since it was fetched"):
            folder.look(encrypted)


def test_damaged_notes_are_notes_of_fewer_files(place: Path) -> None:
    one, two = LogFile("one.gz", 3, "x"), LogFile("two.gz", 3, "y")
    with closing(MirrorFolder(place)) as folder:
        for file in (one, two):
            folder.write(file.key, b"abc")
            folder.note(file, hashlib.sha256(b"abc").hexdigest())
    notes = place / FETCHED_NAME
    notes.write_bytes(b'[]\n{"key": 7}\n\xff\n' + notes.read_bytes()[:-9])
    with closing(MirrorFolder(place)) as folder:
        assert (folder.look(one), folder.look(two)) == (Seen.WHOLE, Seen.UNSURE)
        folder.note(two, hashlib.sha256(b"abc").hexdigest())
    with closing(MirrorFolder(place)) as folder:
        assert folder.look(two) is Seen.WHOLE


def test_what_a_killed_fetch_left_is_removed(place: Path) -> None:
    (place / ".ctexplore-parts").mkdir(parents=True)
    (place / ".ctexplore-parts/half").write_bytes(b"ha")
    with closing(MirrorFolder(place)) as folder:
        folder.write(KEY, b"one")
    assert files(place) == [KEY]
    assert not (place / ".ctexplore-parts").exists()


def test_a_folder_is_one_fetch_s_at_a_time(folder: MirrorFolder, place: Path) -> None:
    with pytest.raises(BlockingIOError):
        MirrorFolder(place)


def test_nothing_is_left_where_nothing_was_fetched(place: Path) -> None:
    MirrorFolder(place).close()
    assert not place.exists()
    place.mkdir(parents=True)
    MirrorFolder(place).close()
    assert place.exists()


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_without_hard_links(
    number: int, folder: MirrorFolder, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    assert folder.write(KEY, b"one")
    with pytest.raises(Taken):
        folder.write(KEY, b"two")
    assert (place / KEY).read_bytes() == b"one"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_nothing_half_written(
    number: int, folder: MirrorFolder, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoRoom, match=os.strerror(number).lower()):
        folder.write(KEY, b"one")
    assert files(place) == [FETCHED_NAME]


def test_a_closed_folder_takes_nothing_more(place: Path) -> None:
    folder = MirrorFolder(place)
    folder.write(KEY, b"one")
    folder.close()
    with pytest.raises(OSError, match="stopped"):
        folder.write("other.gz", b"two")
    assert files(place) == [KEY]
