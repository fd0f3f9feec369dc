"""From stored bytes to JSON bytes: gzip, bzip2 and xz by content, never more than a limit."""

from __future__ import annotations

import bz2
import contextlib
import lzma
import zlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

import deflate
from isal import isal_zlib

# CloudTrail's files are at most 50 MB of JSON; this leaves room and stops a bomb of 1:1029.
LIMIT: Final = 256 << 20
# No deflate stream is shorter than its content by more.
MOST_PACKED: Final = 1032
_LAYERS: Final = 3
# The first steps are small because a file may be made of very many tiny members.
_FIRST_STEP: Final = 1 << 10
_LAST_STEP: Final = 1 << 16

# The extension's stub types its exception as an instance.
_GzipError = cast(type[Exception], isal_zlib.error)


class _Format(NamedTuple):
    name: str
    magic: bytes
    start: Callable[[], Any]
    error: type[Exception]


_GZIP: Final = _Format("gzip", b"\x1f\x8b", lambda: zlib.decompressobj(31), zlib.error)
_BZIP2: Final = _Format("bzip2", b"BZh", bz2.BZ2Decompressor, OSError)
_XZ: Final = _Format(
    "xz", b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(memlimit=LIMIT), lzma.LZMAError
)
_OTHERS: Final = (
    (b"\x28\xb5\x2f\xfd", "zstd: unpack it first"),
    (b"PK\x03\x04", "zip: open it as an archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "Parquet"),
    (b"<", "HTML or XML"),
)
_ENCODINGS: Final = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# What "{" and "[" look like without a byte order mark.
_UNMARKED: Final = (
    (b"\0\0\0%c", "UTF-32-BE"),
    (b"%c\0\0\0", "UTF-32-LE"),
    (b"\0%c", "UTF-16-BE"),
    (b"%c\0", "UTF-16-LE"),
)


class Unpacked(NamedTuple):
    """data: JSON bytes, as much as could be read. notes: what was odd. cut: why it ends early."""

    data: bytes
    notes: tuple[str, ...] = ()
    cut: str = ""


class UnpackError(Exception):
    """Nothing of the file can be read. The message is a reason, without the file's name.

    skipped: true when there is nothing in it to read.
    """

    def __init__(self, reason: str, *, skipped: bool = False) -> None:
        super().__init__(reason)
        self.skipped = skipped


def unpack(data: bytes, limit: int = LIMIT) -> Unpacked:
    """The JSON bytes in ``data``, through at most three layers of compression.

    limit: bytes that no layer may exceed. Raises UnpackError. A damaged file gives what comes
    before the damage, with ``cut`` set.
    """
    notes: tuple[str, ...] = ()
    cut = ""
    for _ in range(_LAYERS):
        if data.startswith(_GZIP.magic):
            data, more, end = _gunzip(data, limit)
        elif data.startswith(_BZIP2.magic):
            data, more, end = _patient(data, _BZIP2, limit)
        elif data.startswith(_XZ.magic):
            data, more, end = _patient(data, _XZ, limit)
        else:
            break
        notes += more
        cut = cut or end
    if data.startswith((_GZIP.magic, _BZIP2.magic, _XZ.magic)):
        raise UnpackError(f"compressed more than {_LAYERS} times over")
    if cut:
        return Unpacked(data, notes, cut)
    text, encoding = _text(data)
    return Unpacked(text, (*notes, encoding) if encoding else notes)


def _gunzip(data: bytes, limit: int) -> Unpacked:
    if (whole := only_member(data, limit)) is not None:
        return Unpacked(whole)
    stream = isal_zlib.decompressobj(31)
    try:
        out = stream.decompress(data, limit + 1)
    except _GzipError:
        return _patient(data, _GZIP, limit)
    if len(out) > limit:
        raise _too_large(limit)
    if stream.eof and not stream.unused_data:
        return Unpacked(out)
    return _patient(data, _GZIP, limit)


def only_member(data: bytes, limit: int = LIMIT) -> bytes | None:
    """What the only gzip member in ``data`` unpacks to, all at once: sooner than through a
    stream. None where there may be more, or too much.

    A gzip member ends with its content's CRC-32 and size (RFC 1952, 2.3.1). Where these stand at
    the end of the data and nowhere before, nothing follows the member, whatever it was made for.
    """
    end = data[-8:]
    size = int.from_bytes(end[4:], "little")
    if size > limit or len(data) * MOST_PACKED > limit or data.find(end) != len(data) - 8:
        return None
    try:
        # Room for nothing at all is taken for a size that nobody knows.
        out = bytes(deflate.gzip_decompress(data, size or 1))
    except deflate.DeflateError:
        return None
    sums = deflate.crc32(out), len(out)
    return out if end == b"".join(n.to_bytes(4, "little") for n in sums) else None


def _patient(data: bytes, kind: _Format, limit: int) -> Unpacked:
    """Several members, padding, junk, a bad checksum or a cut: slower, and loses nothing."""
    view = memoryview(data)
    parts: list[bytes] = []
    notes: tuple[str, ...] = ()
    room, at = limit, 0
    while at < len(data):
        if parts and not data.startswith(kind.magic, at):
            if data[at:].strip(b"\0"):
                notes = (f"{len(data) - at:,} bytes after the end of the {kind.name} data",)
            break
        stream, step, start = kind.start(), _FIRST_STEP, at
        while not stream.eof:
            if at == len(data):
                return Unpacked(b"".join(parts), notes, f"the {kind.name} data is cut off")
            damage = ""
            try:
                out = stream.decompress(view[at : at + step], room + 1)
            except kind.error as error:
                damage = _damage(kind, str(error))
                out = _up_to_damage(kind, view[start:], at - start, room)
            parts.append(out)
            room -= len(out)
            if room < 0:
                raise _too_large(limit)
            if damage:
                return Unpacked(b"".join(parts), notes, damage)
            at = min(at + step, len(data))
            step = min(step * 2, _LAST_STEP)
        at -= len(stream.unused_data)
    return Unpacked(b"".join(parts), notes)


def _up_to_damage(kind: _Format, member: memoryview, step: int, room: int) -> bytes:
    """What a failing step still holds: the member once more, byte by byte from that step on."""
    stream = kind.start()
    for at in range(0, step, _FIRST_STEP):
        stream.decompress(member[at : min(at + _FIRST_STEP, step)])
    out = bytearray()
    with contextlib.suppress(kind.error):
        for at in range(step, len(member)):
            out += stream.decompress(member[at : at + 1], room + 1)
            if len(out) > room:
                break
    return bytes(out)


def _damage(kind: _Format, error: str) -> str:
    if "data check" in error or "length check" in error:
        return f"the {kind.name} checksum is wrong, content may be damaged"
    if "emory usage" in error:
        return f"the {kind.name} data needs more than {LIMIT >> 20} MB of memory to unpack"
    return f"the {kind.name} data is damaged"


def _too_large(limit: int) -> UnpackError:
    return UnpackError(f"unpacks to more than {limit >> 20:,} MB, the limit for one file")


def _text(data: bytes) -> tuple[bytes, str]:
    """UTF-8 JSON bytes, whatever Unicode encoding they came in, and that encoding's name.

    Raises UnpackError.
    """
    if not data:
        raise UnpackError("empty file", skipped=True)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data[:1] in (b"{", b"[") and data[1:2] != b"\0":
        return data, ""
    for mark, encoding in _ENCODINGS:
        if data.startswith(mark):
            return _decoded(data, encoding), f"{encoding} text"
    for pattern, encoding in _UNMARKED:
        if data.startswith((pattern % b"{", pattern % b"[")):
            return _decoded(data, encoding), f"{encoding} text"
    if not data or data.isspace():
        raise UnpackError("no JSON: only blanks")
    start = data[:512].lstrip()
    for magic, name in _OTHERS:
        if start.startswith(magic):
            raise UnpackError(f"not gzip or JSON (looks like {name})")
    if data[257:262] == b"ustar":
        raise UnpackError("not gzip or JSON (looks like tar: open it as an archive)")
    if b"\0" in data[:512]:
        raise UnpackError("binary data, not gzip or JSON")
    return data, ""


def _decoded(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeError:
        raise UnpackError(f"damaged {encoding} text") from None
