from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctexplore.sources import folder as folder_module
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import LogFile, Page, SourceError


def merged(pages: Iterator[Page]) -> Page:
    whole = Page()
    for page in pages:
        whole.folders += page.folders
        whole.files += page.files
        whole.problems += page.problems
        whole.unread += page.unread
    return whole


def keys(page: Page) -> list[str]:
    return [file.key for file in page.files]


def test_one_level_in_byte_order(tmp_path: Path) -> None:
    for name in ("b/deep", "a-b", "a", "Z"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("x.json", "X.json", "\u00e9.json", "b/below.json"):
        (tmp_path / name).write_bytes(b"{}")
    source = FolderSource(tmp_path)
    top = merged(source.children(source.root))
    # "a-b/" sorts before "a/", as in S3, because "-" sorts before "/".
    assert top.folders == ["Z/", "a-b/", "a/", "b/"]
    assert keys(top) == ["X.json", "x.json", "\u00e9.json"]
    below = merged(source.children("b/"))
    assert (below.folders, keys(below)) == (["b/deep/"], ["b/below.json"])
    assert merged(source.children("b/deep/")) == Page()
    assert (source.label, source.local) == (tmp_path.name, True)
    assert source.identity == f"folder:{tmp_path.resolve()}"


def test_start_after_and_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "PAGE_LENGTH", 2)
    for n in range(5):
        (tmp_path / f"{n}.json").write_bytes(b"")
    source = FolderSource(tmp_path)
    assert [keys(page) for page in source.children("")] == [
        ["0.json", "1.json"],
        ["2.json", "3.json"],
        ["4.json"],
    ]
    assert keys(merged(source.children("", "2.json"))) == ["3.json", "4.json"]


def test_a_file_reads_back_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "_READ_AT_ONCE", 7)
    (tmp_path / "a.json").write_bytes(b"0123456789" * 3)
    (tmp_path / "empty.json").write_bytes(b"")
    source = FolderSource(tmp_path)
    a, empty = merged(source.children("")).files
    assert (a.size, a.version) == (30, str((tmp_path / "a.json").stat().st_mtime_ns))
    assert source.read(a) == b"0123456789" * 3
    assert source.read(empty) == b""
    assert source.uri(a.key) == str(tmp_path.resolve() / "a.json")


def test_a_file_alone_is_a_folder_of_one(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{}")
    (tmp_path / "b.json").write_bytes(b"{}")
    source = FolderSource(tmp_path / "a.json")
    page = merged(source.children(""))
    assert (source.label, keys(page), page.folders) == ("a.json", ["a.json"], [])
    assert source.read(page.files[0]) == b"{}"
    assert merged(source.children("", "a.json")) == Page()


def test_links_pipes_and_sockets(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_bytes(b"[]")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.json").symlink_to(tmp_path / "real.json")
    (inside / "loop").symlink_to(inside)
    (inside / "itself").symlink_to(inside / "itself")
    (inside / "gone").symlink_to(tmp_path / "nowhere")
    (inside / "zero").symlink_to("/dev/zero")
    os.mkfifo(inside / "pipe.json.gz")
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(inside / "plug"))
        source = FolderSource(inside)
        page = merged(source.children(""))
        assert (keys(page), page.folders) == (["link.json"], [])
        assert source.read(page.files[0]) == b"[]"
        assert {Path(p.place).name: p.reason for p in page.unread} == {
            "gone": "a symbolic link that leads nowhere",
            "itself": "a symbolic link that leads nowhere",
            "loop": "a symbolic link to a folder, not followed",
            "pipe.json.gz": "not a regular file",
            "plug": "not a regular file",
            "zero": "not a regular file",
        }
        assert page.problems == []
        assert all(p.skipped for p in page.unread)
        # A file swapped for a pipe, a socket or a device after listing must not block.
        for name in ("pipe.json.gz", "plug", "zero", "loop"):
            with pytest.raises(SourceError, match="not a regular file") as caught:
                source.read(LogFile(name, 0, "0"))
            assert caught.value.skipped


@pytest.mark.parametrize(
    ("error", "reason", "denied"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied", True),
        (FileNotFoundError(errno.ENOENT, "gone"), "deleted since it was listed", False),
    ],
)
def test_an_entry_that_cannot_be_looked_at_failed(
    error: OSError, reason: str, denied: bool, tmp_path: Path
) -> None:
    """So in a folder that may be listed and not entered, and when it is gone since."""

    class Entry:
        path, name = str(tmp_path / "a.json"), "a.json"

        def stat(self) -> os.stat_result:
            raise error

        def is_symlink(self) -> bool:
            return False

    page = Page()
    folder_module._add_file(page, "a.json", Entry())  # type: ignore[arg-type]
    [told] = page.unread
    assert (told.reason, told.denied, told.skipped) == (reason, denied, False)


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.json").write_bytes(b"{}")
    (tmp_path / "link").symlink_to("real")
    source = FolderSource(tmp_path / "link")
    assert keys(merged(source.children(""))) == ["a.json"]
    assert source.identity == FolderSource(tmp_path / "real").identity


@pytest.mark.skipif(sys.platform == "darwin", reason="APFS refuses such names")
def test_names_that_are_not_text(tmp_path: Path) -> None:
    name = b"\xff\x1b[31m\n\xe2\x80\xae.json"
    (tmp_path / os.fsdecode(name)).write_bytes(b"{}")
    (tmp_path / ("n" * 255)).write_bytes(b"[]")
    source = FolderSource(tmp_path)
    files = merged(source.children("")).files
    assert [os.fsencode(f.key) for f in files] == [b"n" * 255, name]
    assert [source.read(f) for f in files] == [b"[]", b"{}"]


def test_what_changed_since_it_was_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    source = FolderSource(tmp_path)
    (file,) = merged(source.children("")).files
    path.write_bytes(b"longer")
    with pytest.raises(SourceError, match="changed since it was listed") as caught:
        source.read(file)
    assert caught.value.retry
    path.write_bytes(b"new")
    os.utime(path, ns=(1, 1))
    with pytest.raises(SourceError, match="changed since it was listed"):
        source.read(file)
    path.unlink()
    with pytest.raises(SourceError, match="deleted since it was listed") as caught:
        source.read(file)
    assert not caught.value.skipped


@pytest.mark.parametrize("change", [lambda f: f.truncate(1), lambda f: f.write(b"more")])
def test_what_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: object
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"0123456789")
    os.utime(path, ns=(1, 1))
    source = FolderSource(tmp_path)
    (file,) = merged(source.children("")).files
    read = os.read

    def read_late(handle: int, size: int) -> bytes:
        with path.open("r+b") as out:
            change(out)  # type: ignore[operator]
        return read(handle, size)

    monkeypatch.setattr(folder_module.os, "read", read_late)
    with pytest.raises(SourceError, match="changed while it was read"):
        source.read(file)


def test_a_file_over_the_limit_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_bytes(b"x" * 2_000_000)
    source = FolderSource(tmp_path, max_file_size=1 << 20)
    with pytest.raises(SourceError, match=r"1\.9 MB is over the max-file-size limit of 1 MB"):
        source.read(merged(source.children("")).files[0])


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or directory"):
        FolderSource(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="not a folder or a regular file"):
        FolderSource(tmp_path / "pipe")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(SourceError, match="symbolic links"):
        FolderSource(tmp_path / "a")
    with pytest.raises(SourceError, match="no such file"):
        list(FolderSource(tmp_path).children("gone/"))


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.json").write_bytes(b"{}")
    source = FolderSource(tmp_path)
    page = merged(source.children(""))
    assert page.folders == ["closed/"]

    def refuse(*_: object) -> object:  # the tests may run as root, who reads everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folder_module.os, "scandir", refuse)
    monkeypatch.setattr(folder_module.os, "open", refuse)
    for ask in (lambda: list(source.children("closed/")), lambda: source.read(page.files[0])):
        with pytest.raises(SourceError) as caught:
            ask()
        assert (caught.value.reason, caught.value.denied) == ("permission denied", True)


@pytest.mark.skipif("CTEXPLORE_TEST_LOGS" not in os.environ, reason="needs the real logs")
def test_real_logs_list_and_read() -> None:
    source = FolderSource(Path(os.environ["CTEXPLORE_TEST_LOGS"], "sans504"))
    count = size = 0
    folders = [source.root]
    while folders:
        page = merged(source.children(folders.pop()))
        folders += page.folders
        for file in page.files:
            if file.key.endswith(".gz"):
                count += 1
                size += len(source.read(file))
                assert source.read(file)[:2] == b"\x1f\x8b"
    assert count == 3872
