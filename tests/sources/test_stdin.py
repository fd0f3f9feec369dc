"""What comes on standard input: joined log files apart again, or an archive."""

from __future__ import annotations

import gzip
import os
import threading

import pytest

from ctexplore.sources.archive.source import ArchiveSource
from ctexplore.sources.source import SourceError
from ctexplore.sources.stdin import StdinSource, read_all, stdin_source
from tests.build import event, events, log, raw
from tests.sources.test_archive import PACKED, merged

FILES = [log(*events(1, 2)), log(), log(event(3), {"Records": [{"a": "]}{"}]})]


def parts(data: bytes) -> list[bytes]:
    source = stdin_source(data, 1 << 20)
    assert isinstance(source, StdinSource)
    return [source.read(file) for file in merged(source).files]


@pytest.mark.parametrize("between", [b"", b"\n", b" \r\n\r\n"])
def test_documents_that_follow_each_other(between: bytes) -> None:
    came = parts(between.join(FILES))
    assert b"".join(came) == between.join(FILES)
    assert [part.strip() for part in came] == FILES


def test_gzip_files_that_follow_each_other() -> None:
    packed = [gzip.compress(data) for data in FILES]
    assert parts(b"".join(packed)) == packed
    assert parts(b"".join(packed) + bytes(20)) == [*packed[:-1], packed[-1] + bytes(20)]
    assert parts(b"".join(packed)[:-5]) == [*packed[:-1], packed[-1][:-5]]
    assert parts(packed[0] + b"\x1f\x8bjunk") == [packed[0], b"\x1f\x8bjunk"]


@pytest.mark.parametrize("data", [b"\n".join(map(raw, events(1, 2))), b"[]", b"not json", log()])
def test_anything_else_is_one_file(data: bytes) -> None:
    assert parts(data) == [data]
    (file,) = merged(stdin_source(data, 1)).files
    assert (file.key, file.kind.read) == ("standard input", True)


def test_names_sort_as_they_came() -> None:
    source = stdin_source(log() * 12, 1 << 20)
    keys = [file.key for file in merged(source).files]
    assert keys == sorted(keys)
    assert keys[0] == "standard input 01"
    assert merged(source, "", keys[-2]).files[0].key == keys[-1]


def test_equal_bytes_are_one_source() -> None:
    first, second, third = (stdin_source(data, 1) for data in (b"[]", b"[]", b"[ ]"))
    assert first.identity == second.identity != third.identity


def test_an_archive_may_come_too() -> None:
    source = stdin_source(PACKED["tar.gz"]({"a.json": b"{}"}), 1 << 20)
    assert isinstance(source, ArchiveSource)
    (file,) = merged(source).files
    assert source.read(file) == b"{}"


def test_all_is_read_up_to_a_bound() -> None:
    def piped(data: bytes, most: int) -> bytes:
        read, write = os.pipe()
        writer = threading.Thread(target=_write, args=(write, data))
        writer.start()
        try:
            return read_all(read, most)
        finally:
            os.close(read)
            writer.join()

    data = bytes(300_000)
    assert piped(data, 300_000) == data
    with pytest.raises(SourceError, match="raise --max-memory"):
        piped(data, 200_000)


def _write(handle: int, data: bytes) -> None:
    with open(handle, "wb") as pipe:
        try:
            pipe.write(data)
        except BrokenPipeError:
            return
