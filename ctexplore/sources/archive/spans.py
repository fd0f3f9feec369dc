"""A compressed file read at any place, with little of it in memory at a time."""

from __future__ import annotations

import bz2
import contextlib
import lzma
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from isal import isal_zlib

from ctexplore.sources.archive.stored import Stored
from ctexplore.sources.source import SourceError

# Unpacked bytes between two places from which reading can begin. Each such place of a gzip
# file costs 40 KB, its window of the last 32 KB before it: one per cent of what is unpacked.
SPAN: Final = 4 << 20
# Log files compress 10 to 60 times. A file of zeros does 1,029 times in gzip, and bzip2 knows
# no bound.
MOST_RATIO: Final = 200
_RATIO_FROM: Final = 256 << 20
_STEP: Final = 1 << 16
# Unpacked bytes kept for the next reading: files of one folder lie close together.
_MOST_RECENT: Final = 256 << 20
_XZ_MEMORY: Final = 256 << 20


class Compression(NamedTuple):
    """A format; ``copies`` when the state of its decompression can be kept to go on from."""

    name: str
    magic: bytes
    start: Callable[[], Any]
    copies: bool = False


COMPRESSIONS: Final = (
    Compression("gzip", b"\x1f\x8b", lambda: zlib.decompressobj(31), copies=True),
    Compression("bzip2", b"BZh", bz2.BZ2Decompressor),
    Compression("xz", b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)),
)
_ERRORS: Final = (zlib.error, OSError, lzma.LZMAError, EOFError)


def compression_of(head: bytes) -> Compression | None:
    """The format that these first bytes of a file are in."""
    return next((kind for kind in COMPRESSIONS if head.startswith(kind.magic)), None)


class Unpacking:
    """One way through a compressed file, from its beginning or from a place kept on the way.

    damage: why no more can come, "" at a proper end.
    """

    def __init__(self, stored: Stored, kind: Compression, at: int = 0, state: Any = None) -> None:
        self.at = at
        self.damage = ""
        self.state: Any = state or kind.start()
        self._stored = stored
        self._kind = kind

    def copy(self) -> Unpacking:
        return Unpacking(self._stored, self._kind, self.at, self.state.copy())

    def take(self, size: int) -> bytes:
        """The next bytes, fewer only at the end. Raises SourceError."""
        parts: list[bytes] = []
        while size > 0 and not self.damage:
            if self.state.eof and not self._next_member():
                break
            before = self.copy() if self._kind.copies else None
            try:
                part = self._step(size)
            except _ERRORS as error:
                part = before.up_to_damage(size) if before else b""
                checked = "check" in str(error)
                wrong = "checksum is wrong" if checked else "data is damaged"
                self.damage = f"the {self._kind.name} {wrong}"
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def up_to_damage(self, size: int) -> bytes:
        """What a step that fails still holds, got byte by byte."""
        out = bytearray()
        with contextlib.suppress(*_ERRORS):
            for byte in self._stored.read_at(self.at, _STEP):
                out += self.state.decompress(bytes((byte,)), size + 1 - len(out))
                if len(out) > size:
                    break
        return bytes(out[:size])

    def _step(self, size: int) -> bytes:
        if not self._kind.copies and not self.state.needs_input:
            return self._taken(self.state.decompress(b"", size))
        data = self._stored.read_at(self.at, _STEP)
        if not data:
            self.damage = f"the {self._kind.name} data is cut off"
            return b""
        self.at += len(data)
        return self._taken(self.state.decompress(data, size))

    def _taken(self, out: bytes) -> bytes:
        """What a step gave, after going back to the first byte that it did not use."""
        self.at -= len(self.state.unused_data)
        if self._kind.copies:
            self.at -= len(self.state.unconsumed_tail)
        return out

    def _next_member(self) -> bool:
        """Begin the next of several compressed parts; False at the end, padded or not."""
        if self._stored.read_at(self.at, len(self._kind.magic)) != self._kind.magic:
            return False
        self.state = self._kind.start()
        return True


class Spans:
    """What a compressed file unpacks to, read at any place.

    The first reading goes through the file once. Of gzip it keeps places to begin at, and
    unpacks a span again when it is wanted again. bzip2 and xz can only be read from their
    beginning: their spans are kept, compressed anew in the fastest way.
    damage: why not all could be unpacked; known once the end was asked for.
    """

    def __init__(self, stored: Stored, kind: Compression, memory: int, place: str) -> None:
        """memory: bytes that may be kept, beside the gzip places."""
        self.damage = ""
        self._stored = stored
        self._kind = kind
        self._memory = memory
        self._room = min(memory, _MOST_RECENT)
        self._place = place
        self._lock = threading.Lock()
        self._ahead = Unpacking(stored, kind)
        self._places: list[Unpacking] = []
        self._kept: list[bytes] = []
        self._kept_size = 0
        self._recent: OrderedDict[int, bytes] = OrderedDict()
        self._recent_size = 0
        self._length = 0
        self._ended = False

    def read_at(self, offset: int, size: int) -> bytes:
        """Fewer bytes than asked for at the end only. Raises SourceError."""
        parts: list[bytes] = []
        with self._lock:
            while size > 0:
                number, start = divmod(offset, SPAN)
                while self._length <= offset and not self._ended:
                    self._advance()
                part = self._span(number)[start : start + size] if offset < self._length else b""
                if not part:
                    break
                parts.append(part)
                offset += len(part)
                size -= len(part)
        return b"".join(parts)

    def _advance(self) -> None:
        if self._kind.copies:
            self._places.append(self._ahead.copy())
        span = self._ahead.take(SPAN)
        if span and not self._kind.copies:
            self._keep(span)
        self._remember(self._length // SPAN, span)
        self._length += len(span)
        self.damage = self._ahead.damage
        if self._length > max(_RATIO_FROM, MOST_RATIO * self._ahead.at):
            self.damage = f"it unpacks to more than {MOST_RATIO} times its size, as no logs do"
        self._ended = len(span) < SPAN or bool(self.damage)

    def _keep(self, span: bytes) -> None:
        packed = isal_zlib.compress(span, 1)
        self._kept.append(packed)
        self._kept_size += len(packed)
        if self._kept_size > self._memory:
            raise SourceError(
                self._place,
                f"needs more than {self._memory >> 20:,} MB to be read in place, "
                f"since {self._kind.name} can only be read from its beginning",
                "unpack it, or pack it again as .zip or .tar.gz, or raise --max-memory",
            )

    def _span(self, number: int) -> bytes:
        span = self._recent.get(number)
        if span is not None:
            self._recent.move_to_end(number)
            return span
        if self._kind.copies:
            span = self._places[number].copy().take(SPAN)
        else:
            span = isal_zlib.decompress(self._kept[number])
        self._remember(number, span)
        return span

    def _remember(self, number: int, span: bytes) -> None:
        self._recent[number] = span
        self._recent_size += len(span)
        while self._recent_size > self._room and len(self._recent) > 1:
            self._recent_size -= len(self._recent.popitem(last=False)[1])
