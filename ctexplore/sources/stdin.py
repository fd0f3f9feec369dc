"""Log files on standard input: all of it is read before anything is shown."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterator

from ctexplore.sources.archive.source import ArchiveSource, archive_kind
from ctexplore.sources.archive.stored import MemoryBytes
from ctexplore.sources.source import LogFile, Page, Source, SourceError

PLACE = "standard input"
_AT_ONCE = 1 << 20
_STEP = 1 << 16
_GZIP = b"\x1f\x8b"
# What ``zcat *.json.gz`` leaves of the ends of files. Within JSON no value follows another
# without a comma, and within a string the quotes would be escaped.
_BOUNDARY = re.compile(rb'\}\s*(?=\{\s*"Records"\s*:)')


def read_all(handle: int, most: int) -> bytes:
    """Everything from a file descriptor. Raises SourceError beyond ``most`` bytes."""
    parts: list[bytes] = []
    size = 0
    try:
        while part := os.read(handle, _AT_ONCE):
            parts.append(part)
            size += len(part)
            if size > most:
                raise SourceError(
                    PLACE,
                    f"more than {most >> 20:,} MB came, which is kept in memory",
                    "raise --max-memory, or write it to a file and open that",
                )
    except OSError as error:
        raise SourceError(PLACE, (error.strerror or str(error)).lower()) from None
    return b"".join(parts)


def stdin_source(data: bytes, memory: int) -> Source:
    """What came on standard input, an archive included. Raises SourceError."""
    stored = MemoryBytes(data, hashlib.blake2b(data, digest_size=16).hexdigest())
    if archive_kind(stored):
        return ArchiveSource(stored, PLACE, memory)
    return StdinSource(data, stored.version)


class StdinSource:
    """Joined log files, as ``cat`` and ``zcat`` join them, apart again: gzip members, or
    documents that follow each other. Anything else is one file.

    version: names the bytes, so that what the cache has of them is found again.
    """

    local = True
    root = ""
    label = PLACE

    def __init__(self, data: bytes, version: str) -> None:
        self.identity = f"stdin:{version}"
        self._data = data
        ends = list(_ends(data))
        width = len(str(len(ends)))
        self._places: dict[str, tuple[int, int]] = {}
        self._files: list[LogFile] = []
        for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1):
            key = f"{PLACE} {number:0{width}}" if len(ends) > 1 else PLACE
            self._places[key] = start, end
            self._files.append(LogFile(key, end - start, version))

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        files = [] if folder else self._files
        yield Page(files=[file for file in files if file.key > start_after])

    def read(self, file: LogFile) -> bytes:
        start, end = self._places[file.key]
        return self._data[start:end]

    def uri(self, key: str) -> str:
        return key or PLACE

    def close(self) -> None:
        """Nothing is open."""


def _ends(data: bytes) -> Iterator[int]:
    """Where each of the joined files ends."""
    if data.startswith(_GZIP):
        yield from _member_ends(data)
        return
    yield from (match.end() for match in _BOUNDARY.finditer(data))
    yield len(data)


def _member_ends(data: bytes) -> Iterator[int]:
    view = memoryview(data)
    at = 0
    while data.startswith(_GZIP, at):
        stream = zlib.decompressobj(31)
        try:
            while not stream.eof and at < len(data):
                stream.decompress(view[at : at + _STEP])
                at = min(at + _STEP, len(data))
        except zlib.error:
            break  # reading it says so, and saves what can be saved
        at -= len(stream.unused_data)
        if at < len(data) and data.startswith(_GZIP, at):
            yield at
        elif at < len(data):
            break  # padding or junk belongs to the last member
    yield len(data)
