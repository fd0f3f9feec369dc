"""What somebody who wrote into the cache folder, or a bad disk, can make us do: nothing."""

from __future__ import annotations

import os
import pickle
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import diskcache
import pytest

from ctexplore.store.cache.cachedir import value_files
from ctexplore.store.cache.disk import BytesDisk, Damaged

SMALL = b"small value"
LARGE = bytes(range(256)) * 400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def cache(folder: Path) -> Iterator[diskcache.Cache]:
    cache = diskcache.Cache(str(folder), disk=BytesDisk)
    cache.set("small", SMALL)
    cache.set("large", LARGE)
    yield cache
    cache.close()


def change(folder: Path, row: str, /, **columns: object) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        connection.execute(f"UPDATE Cache SET {names} WHERE key = ?", [*columns.values(), row])


def value_file(folder: Path) -> Path:
    (name,) = value_files(folder)
    return folder / name


class Bomb:
    """Unpickled, it writes a file."""

    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.write_text, (self.flag, "code ran")


@pytest.mark.parametrize("value", [b"", b"x", SMALL, LARGE, b"\0" * (32 << 10)])
def test_values_come_back(cache, value):
    cache.set("key", value)
    assert cache.get("key") == value


def test_a_large_value_is_one_private_file(cache, folder):
    assert value_file(folder).stat().st_mode & 0o777 == 0o600
    assert value_file(folder).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("value", ["text", 7, 1.5, None, [1], bytearray(b"x")])
def test_only_bytes_are_kept(cache, value):
    with pytest.raises(TypeError):
        cache.set("key", value)


@pytest.mark.parametrize("key", [b"bytes", 7, ("a", 1), None])
def test_only_text_is_a_key(cache, key):
    with pytest.raises(TypeError):
        cache.set(key, b"value")


@pytest.mark.parametrize("disk", [diskcache.Disk, BytesDisk])
def test_a_planted_pickle_row(cache, folder, tmp_path, disk):
    flag = tmp_path / "flag"
    change(folder, "small", mode=4, value=pickle.dumps(Bomb(flag)))
    with closing(diskcache.Cache(str(folder), disk=disk)) as other:
        answer = other.get("small")
    # diskcache's own Disk shows that the bomb is a real one.
    assert (answer, flag.exists()) == ((None, False) if disk is BytesDisk else (8, True))


def test_a_planted_pickle_file(cache, folder, tmp_path):
    value_file(folder).write_bytes(pickle.dumps(Bomb(tmp_path / "flag")))
    change(folder, "large", mode=4)
    assert cache.get("large") is None
    assert not (tmp_path / "flag").exists()


def test_a_planted_pickle_key(cache, folder, tmp_path):
    change(folder, "small", key=pickle.dumps(Bomb(tmp_path / "flag")), raw=0)
    with pytest.raises(Damaged):
        list(cache)
    assert cache.get("small") is None
    assert not (tmp_path / "flag").exists()


def test_no_pickle_on_any_path(cache, monkeypatch):
    monkeypatch.setattr(diskcache.core, "pickle", None)
    cache.set("large", LARGE[1:])
    assert cache.get("large") == LARGE[1:]
    assert cache.get("missing") is None
    assert sorted(cache) == ["large", "small"]
    cache.delete("large")
    cache.clear()


@pytest.mark.parametrize("mode", [0, 3, 5, -1, None, "2", "raw"])
def test_other_modes(cache, folder, mode):
    change(folder, "small", mode=mode)
    change(folder, "large", mode=mode)
    assert cache.get("small") is None or mode == 1
    # SQLite itself turns "2" into 2 in an INTEGER column.
    assert cache.get("large") == (LARGE if mode == "2" else None)


@pytest.mark.parametrize("value", ["text", 7, None, b"", b"short"])
def test_a_row_of_another_type(cache, folder, value):
    change(folder, "small", value=value)
    assert cache.get("small") is None


OUTSIDE = [
    "../outside",
    "{absolute}",
    "ab/../../outside",
    "../cache/{name}",
    "{name}\n",
    "./{name}",
]


@pytest.mark.parametrize("name", [*OUTSIDE, 7, b"{name}", None])
def test_a_file_name_that_leads_elsewhere(cache, folder, tmp_path, name):
    outside = tmp_path / "outside"
    # The very bytes that would pass the sums, so that only the name can be the reason.
    outside.write_bytes(value_file(folder).read_bytes())
    inside = value_file(folder)
    if isinstance(name, str):
        name = name.format(absolute=outside, name=inside.relative_to(folder))
    change(folder, "large", filename=name)
    assert cache.get("large") is None

    cache.set("large", LARGE)
    assert cache.get("large") == LARGE
    change(folder, "large", filename=name)
    cache.delete("large")
    assert outside.exists()
    assert inside.exists()
    assert "large" not in cache


def test_eviction_removes_nothing_outside(cache, folder, tmp_path):
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    change(folder, "large", filename="../outside")
    cache.reset("size_limit", 1)
    cache.cull()
    assert len(cache) == 0
    assert outside.read_bytes() == b"precious"


def test_a_damaged_value_is_a_miss(cache, folder):
    path = value_file(folder)
    good = path.read_bytes()
    middle = len(good) // 2
    flipped = bytes([good[middle] ^ 1])
    for bad in (
        good[:-1],
        good[:16],
        good[:3],
        b"",
        good + b"\0",
        b"\0" * len(good),
        good[:middle] + flipped + good[middle + 1 :],
        bytes([good[0] ^ 1]) + good[1:],
    ):
        path.write_bytes(bad)
        assert cache.get("large") is None
    path.write_bytes(good)
    assert cache.get("large") == LARGE
    path.unlink()
    assert cache.get("large") is None


def test_a_flipped_bit_in_a_row(cache, folder):
    good = BytesDisk(str(folder), 1 << 20).store(SMALL, False)[3]
    change(folder, "small", value=bytes(good)[:-1] + b"!")
    assert cache.get("small") is None
    change(folder, "small", value=bytes(good))
    assert cache.get("small") == SMALL


def test_links_are_not_followed(cache, folder, tmp_path):
    path = value_file(folder)
    elsewhere = tmp_path / "elsewhere.val"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert cache.get("large") is None
    path.unlink()
    elsewhere.rename(path)
    assert cache.get("large") == LARGE

    for depth in (path.parent, path.parent.parent):
        moved = tmp_path / "moved"
        depth.rename(moved)
        depth.symlink_to(moved)
        assert cache.get("large") is None
        BytesDisk(str(folder)).remove(str(path.relative_to(folder)))
        depth.unlink()
        moved.rename(depth)
    assert cache.get("large") == LARGE


def test_nothing_is_written_through_a_link(cache, folder, tmp_path, monkeypatch):
    # One of 256 that the value of the fixture does not lie in.
    outer = "cd" if (folder / "ab").exists() else "ab"
    name = f"{outer}/cd/{'0' * 28}.val"
    monkeypatch.setattr(BytesDisk, "filename", lambda self, *_: (name, str(folder / name)))
    target = tmp_path / "target"
    target.mkdir()
    (folder / outer).symlink_to(target)
    with pytest.raises(OSError):
        cache.set("key", LARGE)
    assert list(target.iterdir()) == []


def test_a_fifo_or_folder_as_value_is_a_miss(cache, folder):
    path = value_file(folder)
    path.unlink()
    os.mkfifo(path)
    assert cache.get("large") is None
    path.unlink()
    path.mkdir()
    assert cache.get("large") is None


def test_a_value_of_another_user_is_a_miss(cache, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert cache.get("large") is None


def test_a_write_that_fails_leaves_no_file(cache, folder):
    before = list(value_files(folder))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(OSError):
            cache.disk.store(LARGE, False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(value_files(folder)) == before
