"""Many log files unpacked and looked through at once: which of them may hold what is wanted?

Unpacking and searching leave the interpreter's lock alone, so threads do as well as processes
would and cost no start. Each unpacks into memory of its own, again and again: fresh memory for
every file costs as much as unpacking does.
"""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final, Protocol, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.containers.split import Bytes
from ctexplore.store.containers.unpack import LIMIT, MOST_PACKED, UnpackError, unpack
from ctexplore.store.fetch import Fetcher
from ctexplore.store.process import usable_cores
from ctexplore.store.search.stretch import Stretch

Mask: TypeAlias = npt.NDArray[np.bool_]

HEAD: Final = b'{"Records":['
_GZIP: Final = b"\x1f\x8b"
# isal's own name, which a release may do without; each file is then unpacked by ``unpack``.
_READER: Final = getattr(isal_zlib, "_GzipReader", None)
# The extension's stub types its exception as an instance.
_DAMAGE: Final = (OSError, EOFError, cast(type[Exception], isal_zlib.error))
# Files begun before the first of them is taken, for each thread.
_AHEAD: Final = 4
THREADS: Final = min(usable_cores(), 4)


class Test(Protocol):
    """What bytes must have to be of interest. It may rule out, and is never sure of the rest."""

    def __call__(self, raw: Stretch) -> bool:
        """False only if no record that lies in ``raw`` as a whole is of interest."""
        ...

    def among(self, data: bytes, bounds: Sequence[int]) -> Mask:
        """The same for each of n records, bool[n], where the whole is of interest.

        bounds: n + 1 places in ``data``: a record lies between two neighbours.
        """
        ...


def sift(
    files: Sequence[LogFile], stored: Callable[[LogFile], bytes], may_match: Test | None
) -> Iterator[bytes | None]:
    """The JSON bytes of each file in turn: b"" where ``may_match`` is false of them, None where
    they cannot be read.

    stored: gives a file's stored bytes or raises SourceError; called by several threads.
    """
    unzipper = Unzipper()

    def look(file: LogFile) -> bytes | None:
        try:
            raw = stored(file)
            data: Stretch | None = unzipper.json(raw)
            if data is None:
                data = unpack(raw).data
        except (SourceError, UnpackError):
            return None
        if not data:
            return None
        return bytes(data) if may_match is None or may_match(data) else b""

    threads = min(THREADS, len(files))
    if threads < 2:
        yield from map(look, files)
        return
    fetcher = Fetcher(look, threads)
    coming = deque(map(fetcher.fetch, files[: _AHEAD * threads]))
    try:
        for file in files[_AHEAD * threads :]:
            data = coming.popleft().result()
            coming.append(fetcher.fetch(file))
            yield data
        while coming:
            yield coming.popleft().result()
    finally:
        fetcher.close()


def interesting(data: bytes, records: Sequence[Bytes], may_match: Test | None) -> Mask:
    """Which of a file's records, in its JSON bytes one after the other, may be of interest."""
    if may_match is not None:
        lengths = [memoryview(record).nbytes for record in records]
        if data.startswith(HEAD) and sum(lengths) + len(records) == len(data) - len(HEAD) - 1:
            # Nothing but commas between them, one behind each but the last, which has the bracket.
            return may_match.among(data, [*accumulate((n + 1 for n in lengths), initial=len(HEAD))])
    return np.ones(len(records), np.bool_)


class Unzipper:
    """Unpacks plain gzip, each thread into memory of its own."""

    def __init__(self) -> None:
        self._buffers = threading.local()

    def json(self, stored: bytes) -> memoryview | None:
        """The JSON bytes, until the same thread asks again; None where anything is unusual:
        ``unpack`` knows it all."""
        # A gzip file ends with its content's size (RFC 1952); it may lie.
        size = int.from_bytes(stored[-4:], "little")
        if _READER is None or not stored.startswith(_GZIP):
            return None
        if size > min(LIMIT, MOST_PACKED * len(stored)):
            return None
        room = self._room(size + 1)
        try:
            reader = _READER(io.BytesIO(stored))
            done = 0
            while got := reader.readinto(room[done:]):
                done += got
        except _DAMAGE:
            return None
        # Longer than it says is more than one file in one; what looks like no JSON may be text
        # of another encoding.
        usual = done == size > 1 and room[0] == ord("{") and room[1]
        return room[:done] if usual else None

    def _room(self, size: int) -> memoryview:
        buffer: bytearray | None = getattr(self._buffers, "buffer", None)
        if buffer is None or len(buffer) < size:
            buffer = self._buffers.buffer = bytearray(max(size, 1 << 20))
        return memoryview(buffer)
