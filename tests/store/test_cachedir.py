"""The cache folder is this user's alone, or it is not used; why is said in one line."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from ctexplore.store.cache import cachedir
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.cache.opencache import open_cache


def note(directory: Path) -> str:
    """Why the cache does not open here; it must then keep nothing."""
    cache = open_cache(directory, reserve=0)
    assert isinstance(cache, NoCache)
    assert not cache.put("key", b"value")
    assert cache.get("key") is None
    return cache.stats().note


def opens(directory: Path) -> bool:
    cache = open_cache(directory, reserve=0)
    kept = cache.put("key", b"value") and cache.get("key") == b"value"
    assert cache.stats().note == ""
    cache.close()
    return kept


def modes(directory: Path) -> dict[str, int]:
    return {
        str(path.relative_to(directory)): stat.S_IMODE(path.lstat().st_mode)
        for path in directory.rglob("*")
    }


def test_everything_made_is_private(tmp_path):
    before = os.umask(0)
    try:
        cache = open_cache(tmp_path / "a" / "b" / "c", reserve=0)
        assert cache.put("small", b"x")
        assert cache.put("large", b"x" * 100_000)
        found = modes(tmp_path)
        cache.close()
    finally:
        os.umask(before)
    assert {"a", "a/b/c/cache.db", "a/b/c/cache.db-wal", "a/b/c/ctexplore.lock"} <= found.keys()
    assert all(mode in (0o700, 0o600) for mode in found.values())


def test_an_open_folder_of_ours_is_closed_to_others(tmp_path):
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    assert opens(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_symbolic_link_is_refused(tmp_path):
    (tmp_path / "real").mkdir(0o755)
    folder = tmp_path / "cache"
    folder.symlink_to(tmp_path / "real")
    assert note(folder).startswith(f"{folder} is a symbolic link; remove it or name another")
    assert list((tmp_path / "real").iterdir()) == []
    folder.unlink()
    folder.symlink_to(tmp_path / "nowhere")
    assert "symbolic link" in note(folder)


def test_a_file_in_its_place_is_refused(tmp_path):
    folder = tmp_path / "cache"
    folder.write_text("mine")
    assert note(folder).startswith(f"{folder} is not a folder; remove it")
    assert "Not a directory" in note(folder / "below")
    assert folder.read_text() == "mine"


def test_another_owner_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    folder.mkdir()
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert note(folder).startswith(f"{folder} belongs to user {owner}; run as that user")


def test_a_parent_that_anybody_can_write_is_refused(tmp_path):
    tmp_path.chmod(0o777)
    assert f"{tmp_path} can be written by everybody" in note(tmp_path / "cache")
    tmp_path.chmod(0o1777)
    assert opens(tmp_path / "cache")


@pytest.mark.parametrize("name", ["cache.db", "cache.db-wal", "ctexplore.lock"])
def test_a_planted_link_is_refused(tmp_path, name):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "cache.db").touch()
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(victim)
    assert note(folder).startswith(f"{folder / name} is not a file of yours; remove it")
    assert victim.read_bytes() == b"precious"


def test_a_folder_with_other_files_is_refused(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "thesis.txt").write_text("mine")
    assert "holds other files; name an empty or a new folder" in note(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_clearing_leaves_files_of_others(tmp_path):
    cache = open_cache(tmp_path / "cache", reserve=0)
    for path in ("thesis.txt", "ab/notes.txt", "abc/de/" + "0" * 28 + ".val"):
        (tmp_path / "cache" / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / "cache" / path).write_text("mine")
    cache.clear()
    cache.close()
    assert len([path for path in tmp_path.rglob("*") if path.suffix in (".txt", ".val")]) == 3


def test_names_are_not_expanded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOMEWHERE", "/somewhere")
    assert "$VARIABLE" in note(tmp_path / "$SOMEWHERE")
    assert opens(tmp_path / "$NOWHERE")
    assert opens(Path("~"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["$NOWHERE", "~"]


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "\udcff\x1b[31m\n", "ünï", "it's 100%; --"])
def test_odd_names(tmp_path, name):
    if "\0" in name or len(name) > 255:
        assert note(tmp_path / name)
    else:
        assert opens(tmp_path / name)


def mounted_as(tmp_path: Path, kind: str) -> bytes:
    device = tmp_path.stat().st_dev
    numbers = f"{os.major(device)}:{os.minor(device)}"
    return (
        "22 1 0:999 / /other rw - nfs4 host:/ rw\n"
        f"36 22 {numbers} / / rw,noatime master:1 - {kind} /dev/root rw,errors=continue\n"
    ).encode()


@pytest.mark.parametrize(("kind", "refused"), [("nfs4", True), ("cifs", True), ("ext4", False)])
def test_a_network_file_system_is_refused(tmp_path, monkeypatch, kind, refused):
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes(mounted_as(tmp_path, kind))
    monkeypatch.setattr(cachedir, "MOUNTS", mounts)
    if refused:
        assert f"network file system ({kind})" in note(tmp_path / "cache")
    else:
        assert opens(tmp_path / "cache")


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff 1 0:1 -\n", None])
def test_an_unreadable_mount_table_is_no_reason(tmp_path, monkeypatch, content):
    mounts = tmp_path / "mountinfo"
    if content is not None:
        mounts.write_bytes(content)
    monkeypatch.setattr(cachedir, "MOUNTS", mounts)
    assert opens(tmp_path / "cache")


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
@pytest.mark.parametrize("inside", [True, False])
def test_a_read_only_folder(inside):
    with tempfile.TemporaryDirectory(dir="/tmp") as top:
        Path(top).chmod(0o755)
        folder = Path(top, "cache")
        if inside:
            folder.mkdir(0o500)
            os.chown(folder, 65534, 65534)
        os.seteuid(65534)
        try:
            assert "ermission denied" in note(folder)
        finally:
            os.seteuid(0)


def test_no_home(monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)

    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    cache = open_cache()
    assert "home directory" in cache.stats().note
