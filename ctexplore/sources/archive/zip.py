"""The table of contents of a zip file, and a member's bytes."""

from __future__ import annotations

import bz2
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, cast

from isal import isal_zlib

from ctexplore.sources.archive.members import Contents, Member
from ctexplore.sources.archive.stored import Stored

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_HEADER: Final = struct.Struct("<4s5H3I2H")
_STREAMED, _ENCRYPTED, _UTF8 = 0x8, 0x1, 0x800
_STEP: Final = 1 << 16
_METHODS: Final[dict[int, Callable[[], Any]]] = {
    zipfile.ZIP_DEFLATED: lambda: isal_zlib.decompressobj(-15),
    zipfile.ZIP_BZIP2: bz2.BZ2Decompressor,
}
# The extension's stub types its exception as an instance.
_ERRORS: Final = (cast(type[Exception], isal_zlib.error), OSError, EOFError)
_SYMLINK, _KIND_BITS = 0o120000, 0o170000


class _AsFile(io.RawIOBase):
    """Stored bytes as the file that zipfile wants."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._at = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._at, self._stored.size)[whence]
        if base + offset < 0:
            raise OSError("a place before the file")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        most = self._stored.size - self._at
        data = self._stored.read_at(self._at, most if size is None or size < 0 else size)
        self._at += len(data)
        return data


def zip_contents(stored: Stored) -> Contents:
    """Every member that the directory at the end names; without one, those whose headers are
    found from the beginning on. Raises SourceError when the file cannot be read at all."""
    try:
        with zipfile.ZipFile(cast(io.BufferedReader, _AsFile(stored))) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        return _from_headers(stored)
    contents = Contents()
    reached = 0
    failed: dict[int, str] = {}
    # Entries that share bytes are how a small zip unpacks to petabytes.
    for info in sorted(listed, key=attrgetter("header_offset")):
        if info.header_offset < reached:
            failed[id(info)] = "it overlaps another entry of the archive, as in a zip bomb"
        reached = max(reached, info.header_offset + _HEADER.size + info.compress_size)
    for info in listed:
        member = Member(
            _name(info),
            info.header_offset,
            info.compress_size,
            info.file_size,
            info.compress_type,
            info.CRC,
            "a symbolic link" if info.external_attr >> 16 & _KIND_BITS == _SYMLINK else "",
            failed.get(id(info)) or _refused(info.flag_bits, info.compress_type),
        )
        if not info.filename.endswith("/") and not contents.add(member):
            break
    return contents


def zip_content(stored: Stored, member: Member, most: int) -> bytes:
    """A member's bytes, whole and checked.

    Damaged ones come as gzip data with the same damage in it, so that whoever unpacks log files
    finds it, tells it and saves what is there. Raises ValueError with the reason when there is
    nothing to give.
    """
    head = stored.read_at(member.offset, _HEADER.size)
    if len(head) < _HEADER.size or not head.startswith(ZIP[0]):
        raise ValueError("the zip archive is damaged: no entry where its directory says")
    *_, name_length, extra_length = _HEADER.unpack(head)
    data = stored.read_at(member.offset + _HEADER.size + name_length + extra_length, member.size)
    if member.method == zipfile.ZIP_STORED:
        if len(data) == member.unpacked and zlib.crc32(data) == member.check:
            return data
        stream = zlib.compressobj(0, zlib.DEFLATED, -15)
        return _as_gzip(stream.compress(data) + stream.flush(), member)
    stream = _METHODS[member.method]()
    try:
        out: bytes = stream.decompress(data, most + 1)
    except _ERRORS:
        out = b""
    if len(out) > most:
        raise ValueError(f"unpacks to more than {most >> 20:,} MB, the limit for one file")
    if stream.eof and len(out) == member.unpacked and zlib.crc32(out) == member.check:
        return out
    if member.method != zipfile.ZIP_DEFLATED:
        raise ValueError("the zip archive is damaged: its content does not fit its checksum")
    return _as_gzip(data, member)


def _as_gzip(deflated: bytes, member: Member) -> bytes:
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return head + deflated + struct.pack("<2I", member.check, member.unpacked & 0xFFFFFFFF)


def _from_headers(stored: Stored) -> Contents:
    """Without the directory: an archive whose download was cut off, or that is damaged there."""
    contents = Contents()
    at = 0
    while (head := stored.read_at(at, _HEADER.size)).startswith(ZIP[0]):
        if len(head) < _HEADER.size:
            break
        _, _, flags, method, _, _, check, size, unpacked, names, extras = _HEADER.unpack(head)
        body = at + _HEADER.size + names + extras
        name = stored.read_at(at + _HEADER.size, names)
        failed = _refused(flags, method)
        after = body + size
        if flags & _STREAMED and not size:
            size, unpacked, check, after = _streamed(stored, body, method)
            if not size:
                failed = failed or "its size stands in the directory, which is lost"
        text = name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        member = Member(text, at, size, unpacked, method, check, failed=failed)
        if not text.endswith("/") and not contents.add(member):
            break
        at = after
    found = len(contents.members)
    contents.damage.append(
        f"its directory, at the end, is missing or damaged, so it may be cut off: "
        f"{found:,} files were found from the beginning on"
    )
    return contents


def _streamed(stored: Stored, body: int, method: int) -> tuple[int, int, int, int]:
    """Size, unpacked size and check of content whose length comes only behind it, and where the
    next header is. Zeros when it cannot be told."""
    if method != zipfile.ZIP_DEFLATED:
        return 0, 0, 0, stored.size
    stream = zlib.decompressobj(-15)
    at, unpacked, check = body, 0, 0
    try:
        while not stream.eof and (data := stream.unconsumed_tail or stored.read_at(at, _STEP)):
            at += 0 if stream.unconsumed_tail else len(data)
            out = stream.decompress(data, 1 << 20)
            unpacked, check = unpacked + len(out), zlib.crc32(out, check)
    except zlib.error:
        return 0, 0, 0, stored.size
    end = at - len(stream.unused_data)
    behind = stored.read_at(end, 24)
    skip = 16 if behind.startswith(b"PK\x07\x08") else 12
    if behind[skip : skip + 2] != b"PK":  # sizes of eight bytes
        skip += 8
    return end - body, unpacked, check, end + skip


def _refused(flags: int, method: int) -> str:
    if flags & _ENCRYPTED:
        return "it is encrypted: unpack the archive with its password first"
    if method == zipfile.ZIP_STORED or method in _METHODS:
        return ""
    return f"it is compressed with zip's method {method}, which is not known: unpack it first"


def _name(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: macOS writes UTF-8 without saying so."""
    name = info.orig_filename
    if info.flag_bits & _UTF8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name
