"""Archives are read in place: the same tree and files as the folder they were made of."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctexplore.sources.archive import spans as archive_spans
from ctexplore.sources.archive.source import ArchiveSource
from ctexplore.sources.archive.stored import FileBytes, MemoryBytes
from ctexplore.sources.arranged import arrange
from ctexplore.sources.source import Page, Source, SourceError
from ctexplore.store.peek import peek
from tests.build import event, gz, log

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2023/07/10/"
FILES = {f"{DAY}{n}.json.gz": gz(log(event(n))) for n in range(3)} | {"AWSLogs/x.json": b"{}"}
NAME = "111122223333_CloudTrail_us-east-1_20230710T{:02}00Z_abcdefghij012345.json.gz"


def tar(files: dict[str, bytes], mode: str = "", form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{mode}", format=form) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


PACKED: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "tar": tar,
    "tar, GNU": lambda files: tar(files, form=tarfile.GNU_FORMAT),
    "tar, old": lambda files: tar(files, form=tarfile.USTAR_FORMAT),
    "tar.gz": lambda files: tar(files, "gz"),
    "tar.bz2": lambda files: tar(files, "bz2"),
    "tar.xz": lambda files: tar(files, "xz"),
    "zip": zipped,
    "zip, stored": lambda files: zipped(files, zipfile.ZIP_STORED),
    "zip, bzip2": lambda files: zipped(files, zipfile.ZIP_BZIP2),
}


def opened(data: bytes, **limits: int) -> ArchiveSource:
    return ArchiveSource(MemoryBytes(data, "v"), "logs.archive", **limits)


def merged(source: Source, folder: str = "", start_after: str = "") -> Page:
    """All pages of a listing as one."""
    whole = Page()
    for page in source.children(folder, start_after):
        whole.folders += page.folders
        whole.files += page.files
        whole.problems += page.problems
        whole.unread += page.unread
    return whole


def walked(source: Source, folder: str = "") -> Iterator[tuple[str, bytes]]:
    page = merged(source, folder)
    for file in page.files:
        yield file.key, source.read(file)
    for below in page.folders:
        yield from walked(source, below)


def all_of(source: Source, folder: str = "") -> Page:
    """Everything below a folder as one page."""
    whole = merged(source, folder)
    for below in list(whole.folders):
        page = all_of(source, below)
        whole.files += page.files
        whole.problems += page.problems
        whole.unread += page.unread
    return whole


def told(errors: list[SourceError]) -> list[str]:
    return [str(error) for error in errors]


@pytest.mark.parametrize("packed", PACKED)
def test_every_kind_of_archive_gives_its_files_back(packed: str) -> None:
    source = opened(PACKED[packed](FILES))
    assert dict(walked(source)) == FILES
    assert merged(source).folders == ["AWSLogs/"]
    assert [file.key for file in merged(source, "AWSLogs/").files] == ["AWSLogs/x.json"]
    assert not all_of(source).problems
    assert not all_of(source).unread


@pytest.mark.parametrize("packed", ["tar", "tar.gz", "tar.xz"])
def test_long_and_strange_names_are_labels(packed: str) -> None:
    names = [
        "a/" * 60 + "x" * 120 + ".json",
        "\u00e9\u4e16.json",
        "\x1b[31m\n.json",
        "b\udcff.json",
    ]
    files = {name: name.encode("utf-8", "surrogateescape") for name in names}
    assert dict(walked(opened(PACKED[packed](files)))) == files


def test_leading_dots_and_slashes_are_no_folders() -> None:
    for prefix in ("./", "/", ".//./"):
        source = opened(tar({prefix + key: data for key, data in FILES.items()}))
        assert dict(walked(source)) == FILES
    windows = opened(zipped({key.replace("/", "\\"): data for key, data in FILES.items()}))
    assert dict(walked(windows)) == FILES


def test_nothing_is_written_and_dots_lead_nowhere(tmp_path: Path) -> None:
    files = {"../../evil.json": b"1", "/etc/evil.json": b"2", "a/../../evil.json": b"3"}
    for name, pack in PACKED.items():
        (tmp_path / name).write_bytes(pack(files))
    before = sorted(tmp_path.rglob("*"))
    for name in PACKED:
        path = tmp_path / name
        source = ArchiveSource(FileBytes(path), str(path))
        assert sorted(data for _, data in walked(source)) == [b"1", b"2", b"3"]
        source.close()
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent / "evil.json").exists()


def test_what_is_no_regular_file_is_counted_and_told() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (
            ("link", tarfile.SYMTYPE),
            ("hard", tarfile.LNKTYPE),
            ("device", tarfile.CHRTYPE),
            ("fifo", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(f"d/{name}.json")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("d")
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
        info = tarfile.TarInfo("d/good.json")
        info.size = 2
        archive.addfile(info, io.BytesIO(b"{}"))
    page = all_of(opened(out.getvalue()))
    assert [file.key for file in page.files] == ["d/good.json"]
    assert told(page.unread) == [
        "logs.archive/d/link.json: a symbolic link, not a regular file",
        "logs.archive/d/hard.json: a hard link, not a regular file",
        "logs.archive/d/device.json: a device, not a regular file",
        "logs.archive/d/fifo.json: a FIFO, not a regular file",
    ]
    assert all(error.skipped for error in page.unread)


def test_sparse_files_are_told_and_what_follows_is_read() -> None:
    head = bytearray(tarfile.TarInfo("hole.json").tobuf(tarfile.GNU_FORMAT))
    head[156:157] = tarfile.GNUTYPE_SPARSE
    head[124:136] = b"%011o\0" % 512
    head[482] = 1  # one more block of its map
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * 32 + sum(head[156:]))
    data = bytes(head) + bytes(512) + b"x" * 512 + tar({"after.json": b"{}"})
    page = merged(opened(data))
    assert told(page.unread) == ["logs.archive/hole.json: a sparse file, not a regular file"]
    assert [file.key for file in page.files] == ["after.json"]
    assert not page.problems


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("packed", ["tar", "zip"])
def test_names_that_come_twice_are_both_there(packed: str) -> None:
    class Twice(dict[str, bytes]):
        def items(self) -> list[tuple[str, bytes]]:  # type: ignore[override]
            return [("a.json", b"1"), ("./a.json", b"2"), ("a.json", b"3"), ("A.json", b"4")]

    found = dict(walked(opened(PACKED[packed](Twice()))))
    assert found == {"a.json": b"1", "a.json (2)": b"2", "a.json (3)": b"3", "A.json": b"4"}


@pytest.mark.parametrize("packed", ["tar", "zip"])
def test_a_name_longer_than_any_path_makes_no_folders(packed: str) -> None:
    long = "a/" * 30_000
    source = opened(PACKED[packed]({"b.json": b"{}", f"{long}c.json": b"{}", "d.json": b"{}"}))
    page = merged(source)
    assert ([file.key for file in page.files], page.folders) == (["b.json", "d.json"], [])
    (error,) = page.unread
    assert "more than 4,096 characters" in error.reason and len(error.place) < 200


def test_an_archive_in_an_archive_is_not_read() -> None:
    page = merged(opened(tar({"in.tar": tar(FILES), "in.zip": zipped(FILES)})))
    assert [file.kind.value for file in page.files] == ["archive", "archive"]


# -- damage


def test_a_damaged_header_loses_only_its_own_file() -> None:
    files = {f"{n}.json": str(n).encode() * 600 for n in range(5)}
    data = bytearray(tar(files))
    second = data.index(b"2.json")
    data[second + 124] = 0x80  # a negative size
    data[second + 125 : second + 136] = b"\xff" * 11
    source = opened(bytes(data))
    assert sorted(dict(walked(source))) == ["0.json", "1.json", "3.json", "4.json"]
    assert told(merged(source).problems) == [
        f"logs.archive: damaged at byte {second:,}, after 2 files"
    ]


@pytest.mark.parametrize("at", [0, 5, 130, 150, 257, 511])
def test_a_flipped_byte_in_any_part_of_a_header(at: int) -> None:
    data = bytearray(tar({f"{n}.json": b"x" for n in range(3)}))
    data[1024 + at] ^= 0x41
    source = opened(bytes(data))
    assert [key for key, _ in walked(source)] == ["0.json", "2.json"]
    assert told(merged(source).problems) == ["logs.archive: damaged at byte 1,024, after 1 files"]


@pytest.mark.parametrize("cut", [1, 511, 512, 700, 1023, 1024, 1030, 1536, 1600])
def test_a_tar_that_is_cut_off_gives_what_is_there(cut: int) -> None:
    data = tar({"a.json": b"a" * 512, "b.json": b"b" * 512})[:cut]
    if cut == 1:
        with pytest.raises(SourceError, match="not a tar or zip archive"):
            opened(data)
        return
    source = opened(data)
    found = dict(walked(source))
    assert found.get("a.json", b"") == b"a" * max(min(cut - 512, 512), 0)
    assert found.get("b.json", b"") == b"b" * max(cut - 1536, 0)
    (problem,) = merged(source).problems
    assert "cut off" in problem.reason
    assert problem.reason.endswith(f"file {len(found)}")


def test_joined_tars_are_one() -> None:
    source = opened(tar({"a.json": b"1"}) + tar({"b.json": b"2"}))
    assert dict(walked(source)) == {"a.json": b"1", "b.json": b"2"}
    assert not merged(source).problems


@pytest.mark.parametrize("packed", ["tar.gz", "tar.bz2", "tar.xz"])
def test_a_compressed_tar_that_is_cut_off_names_it(packed: str) -> None:
    # bzip2 comes in blocks of 900,000 bytes, and less than one is nothing.
    files = {f"{n}.json": os.urandom(4000) for n in range(400)}
    data = PACKED[packed](files)
    source = opened(data[: len(data) * 2 // 3])
    found = dict(walked(source))
    whole = [key for key, content in found.items() if files[key] == content]
    assert 150 < len(whole) < 300
    (problem,) = merged(source).problems
    assert "data is cut off: " in problem.reason


def test_a_wrong_checksum_of_a_tar_gz_is_told_and_nothing_lost() -> None:
    data = bytearray(tar(FILES, "gz"))
    data[-8] ^= 1
    source = opened(bytes(data))
    assert dict(walked(source)) == FILES
    (problem,) = merged(source).problems
    assert "gzip checksum is wrong" in problem.reason


def test_random_damage_never_hangs_or_raises_but_source_errors() -> None:
    import random

    dice = random.Random(5)
    for packed in ("tar", "tar.gz", "zip", "tar.bz2"):
        whole = PACKED[packed](FILES)
        for _ in range(60):
            data = bytearray(whole)
            for _ in range(dice.randrange(1, 6)):
                data[dice.randrange(len(data))] = dice.randrange(256)
            try:
                source = opened(bytes(data[: dice.randrange(len(data) // 2, len(data) + 1)]))
                list(walked(source))
            except SourceError:
                continue


# -- bombs and bounds


def test_a_member_over_the_limit_is_not_read() -> None:
    for pack in (tar, zipped):
        page = merged(opened(pack({"a.json": b"x" * 3000, "b.json": b"y"}), max_file_size=2000))
        assert [file.key for file in page.files] == ["b.json"]
        assert "over the max-file-size limit" in page.unread[0].reason
        assert not page.unread[0].skipped


def test_a_zip_that_lies_about_its_sizes_is_not_unpacked_beyond_the_limit() -> None:
    data = bytearray(zipped({"a.json": bytes(5000)}))
    for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[at : at + 4] = (10).to_bytes(4, "little")
    source = opened(bytes(data), max_file_size=2000)
    (file,) = merged(source).files
    with pytest.raises(SourceError, match="unpacks to more than"):
        source.read(file)


@pytest.mark.parametrize("packed", ["tar.gz", "tar.bz2", "tar.xz"])
def test_a_compressed_tar_of_nothing_much_is_not_unpacked_to_its_end(
    packed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_spans, "_RATIO_FROM", 1 << 20)
    source = opened(PACKED[packed]({"a.json": b"{}", "zeros": bytes(40 << 20), "b.json": b"{}"}))
    assert [file.key for file in merged(source).files] == ["a.json", "zeros"]
    (problem,) = merged(source).problems
    assert "more than 200 times its size" in problem.reason


def test_bzip2_that_needs_too_much_memory_says_what_to_do() -> None:
    data = tar({"a.json": os.urandom(300_000)}, "bz2")
    with pytest.raises(SourceError, match="can only be read from its beginning"):
        opened(data, memory=100_000)
    source = opened(tar({"a.json": os.urandom(300_000)}, "gz"), memory=100_000)
    assert len(dict(walked(source))["a.json"]) == 300_000


@pytest.mark.parametrize("packed", ["tar.gz", "tar.bz2", "tar.xz"])
def test_spans_are_unpacked_again_when_memory_is_short(
    packed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_spans, "SPAN", 1000)
    files = {f"{n}.json": os.urandom(700) for n in range(40)}
    source = opened(PACKED[packed](files), memory=60_000)
    keys = sorted(merged(source).files, key=lambda file: hash(file.key))
    assert {file.key: source.read(file) for file in keys} == files


def test_overlapping_entries_of_a_zip_are_refused() -> None:
    data = bytearray(zipped({"a.json": b"1" * 50, "b.json": b"2" * 50}, zipfile.ZIP_STORED))
    entry = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[entry + 42 : entry + 46] = bytes(4)  # the second is where the first is
    page = merged(opened(bytes(data)))
    assert ["overlaps another entry" in error.reason for error in page.unread] == [True]
    assert [file.key for file in page.files] == ["a.json"]


# -- zip


def test_a_member_without_a_name_is_read() -> None:
    """zipfile ends a name at NUL, and then has none of one that begins with it."""
    files = {"": log(event(1)), "a.json": log(event(2))}
    assert dict(walked(opened(tar(files)))) == {"(no name)": files[""], "a.json": files["a.json"]}
    packed = zipped({"Q~Q": files[""], "a.json": files["a.json"]}).replace(b"Q~Q", b"\0~Q")
    assert dict(walked(opened(packed))) == {"\0~Q": files[""], "a.json": files["a.json"]}


def test_an_encrypted_entry_is_told() -> None:
    data = bytearray(zipped({"a.json": b"1", "b.json": b"2"}))
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + flags] |= 1
    page = merged(opened(bytes(data)))
    assert [file.key for file in page.files] == ["b.json"]
    assert told(page.unread) == [
        "logs.archive/a.json: it is encrypted: unpack the archive with its password first"
    ]


def test_an_unknown_compression_is_told() -> None:
    page = merged(opened(zipped({"a.json": b"1"}, zipfile.ZIP_LZMA)))
    assert "zip's method 14, which is not known" in page.unread[0].reason


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wrong_checksum_in_a_zip_loses_no_event(method: int) -> None:
    from ctexplore.store.columns.decode import decode

    data = bytearray(zipped({"a.json": log(event(1), event(2))}, method))
    for magic, check in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        data[data.index(magic) + check] ^= 1
    source = opened(bytes(data))
    decoded = decode(walked(source))
    assert len(decoded.batch) == 2
    assert "checksum is wrong" in decoded.problems[0].reason


def test_names_in_utf8_without_saying_so() -> None:
    data = zipped({"aa.json": b"1"}).replace(b"aa.json", "\u00e9.json".encode())
    assert list(dict(walked(opened(data)))) == ["\u00e9.json"]


def test_entries_with_sizes_of_eight_bytes() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w") as archive,
        archive.open("big.json", "w", force_zip64=True) as member,
    ):
        member.write(b"{}")
    assert dict(walked(opened(out.getvalue()))) == {"big.json": b"{}"}


@pytest.mark.parametrize("streamed", [False, True])
def test_a_zip_without_its_directory_is_read_from_the_beginning(streamed: bool) -> None:
    class Pipe(io.RawIOBase):
        """Cannot seek, so that sizes come behind the content."""

        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += bytes(data)
            return len(data)

    out: io.BytesIO | Pipe = Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    data = out.data if isinstance(out, Pipe) else out.getvalue()
    source = opened(data[: data.index(b"PK\x01\x02")])
    assert dict(walked(source)) == FILES
    (problem,) = merged(source).problems
    assert "4 files were found" in problem.reason


# -- as a source


def test_a_heap_is_arranged_wherever_its_folder_is() -> None:
    heap = {NAME.format(n): gz(log(event(n))) for n in range(3)}
    for prefix in ("", "logs/", "a/b/"):
        source = arrange(opened(zipped({prefix + key: data for key, data in heap.items()})), peek)
        assert merged(source, source.root).folders == [source.root + "111122223333/"]
        day = source.root + "111122223333/us-east-1/2023/07/10/"
        assert [file.name for file in merged(source, day).files] == sorted(heap)


def test_pages_and_start_after() -> None:
    files = {f"{DAY}{n:05}.json": b"" for n in range(2500)} | {"b/x": b"", "a/x": b""}
    source = opened(zipped(files))
    assert [len(page.files) for page in source.children(DAY)] == [1000, 1000, 500]
    assert merged(source, DAY, f"{DAY}02497.json").files[0].name == "02498.json"
    assert merged(source, "", "AWSLogs.").folders == ["AWSLogs/", "a/", "b/"]
    with pytest.raises(SourceError, match="no such folder"):
        merged(source, "c/")


def test_identity_and_versions_tell_one_archive_from_another(tmp_path: Path) -> None:
    path = tmp_path / "logs.tar"
    path.write_bytes(tar({"a.json": b"1"}))
    first = ArchiveSource(FileBytes(path), str(path))
    (file,) = merged(first).files
    path.write_bytes(tar({"a.json": b"2"}))
    os.utime(path, ns=(1, 1))
    second = ArchiveSource(FileBytes(path), str(path))
    assert first.identity == second.identity
    assert merged(second).files[0].version != file.version
    assert (first.label, first.uri("a.json")) == ("logs.tar", f"{path}/a.json")
    with pytest.raises(SourceError, match="changed since it was opened"):
        first.read(file)
