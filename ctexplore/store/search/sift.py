"""Many log files unpacked and looked through at once: which of them may hold what is wanted?

Unpacking and searching leave the interpreter's lock alone, so threads do as well as processes
would and cost no start.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store import memory
from ctexplore.store.containers.split import Bytes
from ctexplore.store.containers.unpack import UnpackError, unpack
from ctexplore.store.fetch import Fetcher
from ctexplore.store.process import usable_cores

Mask: TypeAlias = npt.NDArray[np.bool_]

HEAD: Final = b'{"Records":['
# Files begun before the first of them is taken, for each thread.
_AHEAD: Final = 4
THREADS: Final = min(usable_cores(), 4)


RuledOut: TypeAlias = Callable[[npt.NDArray[np.uint32]], object]
"""Is told rows whose records are of no interest."""


def nobody(rows: npt.NDArray[np.uint32]) -> None:
    """Need not know."""


class Test(Protocol):
    """What bytes must have to be of interest. It may rule out, and is never sure of the rest."""

    def __call__(self, raw: bytes) -> bool:
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

    def look(file: LogFile) -> bytes | None:
        try:
            data = unpack(stored(file)).data
        except (SourceError, UnpackError):
            return None
        if not data:
            return None
        return data if may_match is None or may_match(data) else b""

    memory.keep()
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
