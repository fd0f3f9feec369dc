"""From stored bytes to JSON bytes: gzip, bzip2 and xz by content, never more than a limit."""

from __future__ import annotations

import bz2
import contextlib
import lzma
import zlib
from typing import Final, NamedTuple

from isal import isal_zlib

# CloudTrail's files are at most 50 MB of JSON; this leaves room and stops a bomb of 1:1029.
LIMIT: Final = 256 << 20
_LAYERS: Final = 3
_CHUNK: Final = 1 << 16

# The extension's stub types its exception as an instance.
_GzipError: type[Exception] = isal_zlib.error

_GZIP = b"\x1f\x8b"
_BZIP2 = b"BZh"
_XZ = b"\xfd7zXZ\x00"
_OTHERS: Final = (
    (b"\x28\xb5\x2f\xfd", "zstd: unpack it first"),
    (b"PK\x03\x04", "zip: open it as an archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "Parquet"),
    (b"<", "HTML or XML"),
)


class Unpacked(NamedTuple):
    """data: JSON bytes, as much as could be read. notes: what was odd. cut: why it ends early."""

    data: bytes
    notes: tuple[str, ...] = ()
    cut: str = ""


class UnpackError(Exception):
    """Nothing of the file can be read. The message is a reason, without the file's name."""


def unpack(data: bytes, limit: int = LIMIT) -> Unpacked:
    """The JSON bytes in ``data``, through at most three layers of compression.

    Raises UnpackError. A damaged file gives what comes before the damage, with ``cut`` set.
    """
    notes: tuple[str, ...] = ()
    for _ in range(_LAYERS):
        if data.startswith(_GZIP):
            unpacked = _gunzip(data, limit)
        elif data.startswith(_BZIP2):
            unpacked = _stream(data, bz2.BZ2Decompressor, OSError, "bzip2", limit)
        elif data.startswith(_XZ):
            unpacked = _stream(data, lzma.LZMADecompressor, lzma.LZMAError, "xz", limit)
        else:
            return Unpacked(_text(data), notes)
        data, notes = unpacked.data, (*notes, *unpacked.notes)
        if unpacked.cut:
            return Unpacked(data, notes, unpacked.cut)
    raise UnpackError(f"compressed more than {_LAYERS} times over")


def _gunzip(data: bytes, limit: int) -> Unpacked:
    stream = isal_zlib.decompressobj(31)
    try:
        out = stream.decompress(data, limit + 1)
    except _GzipError:
        return _gunzip_damaged(data, limit)
    if len(out) > limit:
        raise _too_large(limit)
    if stream.eof and not stream.unused_data:
        return Unpacked(out)
    return _gunzip_damaged(data, limit)


def _gunzip_damaged(data: bytes, limit: int) -> Unpacked:
    """Several members, padding, junk, a bad checksum or a cut: slower, and loses nothing."""
    parts: list[bytes] = []
    room, rest = limit, data
    notes: list[str] = []
    while rest:
        if not rest.startswith(_GZIP):
            if rest.strip(b"\0"):
                notes.append(f"{len(rest)} bytes after the end of the gzip data")
            break
        stream = zlib.decompressobj(31)
        cut = ""
        while rest and not stream.eof:
            chunk, rest = rest[:_CHUNK], rest[_CHUNK:]
            before = stream.copy()
            try:
                out = stream.decompress(chunk, room + 1)
            except zlib.error as error:
                out, cut = _up_to_damage(before, chunk, str(error))
            parts.append(out)
            room -= len(out)
            if room < 0:
                raise _too_large(limit)
            if cut:
                return Unpacked(b"".join(parts), tuple(notes), cut)
        if not stream.eof:
            return Unpacked(b"".join(parts), tuple(notes), "the gzip data is cut off")
        rest = stream.unused_data + rest
    if not parts:
        raise UnpackError("not gzip, although it starts like it")
    return Unpacked(b"".join(parts), tuple(notes))


def _up_to_damage(stream: zlib._Decompress, chunk: bytes, error: str) -> tuple[bytes, str]:
    """What a failing chunk still held, and whether only the checksum behind it is wrong."""
    out = bytearray()
    with contextlib.suppress(zlib.error):
        for at in range(len(chunk)):
            out += stream.decompress(chunk[at : at + 1])
    if "incorrect data check" in error or "incorrect length check" in error:
        return bytes(out), "the gzip checksum is wrong, content may be damaged"
    return bytes(out), "the gzip data is damaged"


def _stream(data: bytes, factory: type, errors: type[Exception], kind: str, limit: int) -> Unpacked:
    """bzip2 or xz, several streams in a row allowed as their own tools do."""
    parts: list[bytes] = []
    room, rest = limit, data
    notes: tuple[str, ...] = ()
    while rest:
        stream = factory()
        try:
            out = stream.decompress(rest, room + 1)
        except errors:
            if parts:
                notes = (f"{len(rest)} bytes after the end of the {kind} data",)
                break
            raise UnpackError(f"the {kind} data is damaged") from None
        parts.append(out)
        room -= len(out)
        if room < 0:
            raise _too_large(limit)
        if not stream.eof:
            return Unpacked(b"".join(parts), notes, f"the {kind} data is cut off")
        rest = stream.unused_data
    return Unpacked(b"".join(parts), notes)


def _too_large(limit: int) -> UnpackError:
    return UnpackError(f"unpacks to more than {limit >> 20} MB, the limit for one file")


def _text(data: bytes) -> bytes:
    """UTF-8 JSON bytes, whatever Unicode encoding they came in. Raises UnpackError."""
    if data[:1] in (b"{", b"["):
        return data if data[1:2] != b"\0" else _decoded(data, "utf-16-le")
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    for bom, encoding in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\0{", "utf-16-be"),
        (b"\0[", "utf-16-be"),
    ):
        if data.startswith(bom):
            return _decoded(data, encoding)
    if not data:
        raise UnpackError("empty file")
    if not data.strip():
        raise UnpackError("no JSON: only blanks")
    for magic, name in _OTHERS:
        if data.lstrip()[:8].startswith(magic):
            raise UnpackError(f"not gzip or JSON (looks like {name})")
    if b"\0" in data[:512]:
        raise UnpackError("binary data, not gzip or JSON")
    return data


def _decoded(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeError:
        raise UnpackError(f"damaged {encoding.upper()} text") from None
