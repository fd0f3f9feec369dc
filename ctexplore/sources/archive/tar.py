"""The table of contents of a tar file: its headers, read one after the other.

tarfile parses each header; walking from one to the next is done here, because tarfile ends
silently at a damaged header and loses all members behind it.
"""

from __future__ import annotations

import tarfile
from typing import Final, Protocol

from ctexplore.sources.archive.members import Contents, Member

_BLOCK: Final = tarfile.BLOCKSIZE
_ZEROS: Final = bytes(_BLOCK)
_MAGIC_AT: Final = 257
_MAGIC: Final = b"ustar"
# Names and attributes that stand before a header; the longest path a system takes is 4 KB.
_MOST_ATTRIBUTES: Final = 1 << 20
_CHUNK: Final = 1 << 20
# So many zeros behind the end are looked through for a second tar file, joined to the first.
_MOST_ZEROS: Final = 64 << 20
_KINDS: Final = {
    tarfile.LNKTYPE: "a hard link",
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a FIFO",
    tarfile.GNUTYPE_SPARSE: "a sparse file",
}
_PAX: Final = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)


class Readable(Protocol):
    """damage: why the bytes end, once that was reached."""

    damage: str

    def read_at(self, offset: int, size: int) -> bytes: ...


def is_tar(head: bytes) -> bool:
    """Whether a file that begins with these 512 bytes is a tar file, its first header damaged
    or not."""
    if head[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] == _MAGIC:
        return True
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def tar_contents(data: Readable) -> Contents:
    """Every member of a tar file. Raises SourceError when it cannot be read at all."""
    return _Headers(data).walk()


class _Headers:
    def __init__(self, data: Readable) -> None:
        self._data = data
        self._contents = Contents()
        self._common: dict[str, str] = {}
        self._own: dict[str, str] = {}
        self._ended = False

    def walk(self) -> Contents:
        at: int | None = 0
        contents = self._contents
        while at is not None:
            block = self._data.read_at(at, _BLOCK)
            if len(block) < _BLOCK:
                self._end(at)
                break
            if block == _ZEROS:
                self._ended = True
                at = self._after_zeros(at)
                continue
            self._ended = False
            try:
                header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
                following = self._header(header, block, at)
            except (tarfile.HeaderError, ValueError):
                contents.damage.append(
                    f"damaged at byte {at:,}, after {len(contents.members):,} files"
                )
                self._own = {}
                following = self._resume(at + _BLOCK)
            at = following
        return contents

    def _header(self, header: tarfile.TarInfo, block: bytes, at: int) -> int | None:
        """Take a header; where the next one is, if it is wanted. Raises HeaderError, ValueError."""
        body = at + _BLOCK
        if header.type in _PAX or header.type == tarfile.XGLTYPE:
            own = header.type in _PAX
            (self._own if own else self._common).update(_pax(self._attributes(body, header.size)))
            return _behind(body, header.size)
        if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK):
            text = self._attributes(body, header.size).rstrip(b"\0")
            if header.type == tarfile.GNUTYPE_LONGNAME:
                self._own["path"] = text.decode("utf-8", "surrogateescape")
            return _behind(body, header.size)
        told = self._common | self._own
        self._own = {}
        size = int(told["size"]) if "size" in told else header.size
        if size < 0:
            raise ValueError("a negative size")
        name = told.get("GNU.sparse.name") or told.get("path") or header.name
        kind = _KINDS.get(header.type, "" if header.isreg() else "no regular file")
        if any(key.startswith("GNU.sparse.") for key in told):
            kind = _KINDS[tarfile.GNUTYPE_SPARSE]
        if header.type == tarfile.GNUTYPE_SPARSE:
            further = block[482:483] != b"\0"
            while further:  # blocks of its map
                further = (self._data.read_at(body, _BLOCK) or _ZEROS)[504:505] != b"\0"
                body += _BLOCK
        elif header.islnk() or header.issym() or header.isdev() or header.isdir():
            size = 0
        if header.isdir() or name.endswith("/"):
            return _behind(body, size)
        more = self._contents.add(Member(name, body, size, size, skipped=kind))
        return _behind(body, size) if more else None

    def _attributes(self, at: int, size: int) -> bytes:
        if not 0 <= size <= _MOST_ATTRIBUTES:
            raise ValueError("attributes of an impossible size")
        return self._data.read_at(at, size)

    def _after_zeros(self, at: int) -> int | None:
        """The first block from ``at`` on that is not all zeros, or where the file ends; None
        when that is too far."""
        start = at
        while at - start < _MOST_ZEROS:
            chunk = self._data.read_at(at, _CHUNK)
            rest = chunk.lstrip(b"\0")
            if rest or len(chunk) < _CHUNK:
                return at + (len(chunk) - len(rest)) // _BLOCK * _BLOCK
            at += _CHUNK
        return None

    def _resume(self, at: int) -> int | None:
        """The next header from ``at`` on, on a block's boundary; None when there is none."""
        while len(chunk := self._data.read_at(at, _CHUNK)) >= _BLOCK:
            found = chunk.find(_MAGIC)
            while found >= 0:
                start = found - _MAGIC_AT
                if start >= 0 and start % _BLOCK == 0 and _is_header(chunk[start:][:_BLOCK]):
                    return at + start
                found = chunk.find(_MAGIC, found + 1)
            at += _CHUNK
        return None

    def _end(self, at: int) -> None:
        """The file ends where a header should be; ``at`` lies behind that when it was cut."""
        contents, damage = self._contents, self._data.damage
        if self._ended and not damage:
            return
        last = contents.members[-1] if contents.members else None
        cut = last and last.offset + last.size > self._length(last.offset, at)
        where = f"in {last.name!r}, file" if last and cut else "after file"
        reason = damage or "it ends without tar's end mark, so it may be cut off"
        contents.damage.append(f"{reason}: {where} {len(contents.members):,}")

    def _length(self, low: int, high: int) -> int:
        """The data's end, known to be between two places."""
        while low < high:
            middle = (low + high + 1) // 2
            if self._data.read_at(middle - 1, 1):
                low = middle
            else:
                high = middle - 1
        return low


def _behind(body: int, size: int) -> int:
    return body + -(-size // _BLOCK) * _BLOCK


def _is_header(block: bytes) -> bool:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape").size >= 0
    except tarfile.HeaderError:
        return False


def _pax(data: bytes) -> dict[str, str]:
    """``length key=value\\n`` records (POSIX pax). Raises ValueError."""
    told: dict[str, str] = {}
    at = 0
    while at < len(data) and data[at : at + 1] != b"\0":
        space = data.index(b" ", at, at + 20)
        end = at + int(data[at:space])
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if end <= space or end > len(data) or not equals:
            raise ValueError("attributes that are none")
        told[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        at = end
    return told
