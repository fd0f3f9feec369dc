"""Decoding only the records that may match, where a filter says what their bytes must have.

The others never become columns, which is most of the work of a search. They are counted and
checked all the same: a file in which anything is unusual is decoded whole, as without a filter,
so problems and rejected records are the same. Copies of one event have the same bytes, so they
come through together.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct

from ctexplore.store import memory
from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.columns.objects import are_objects
from ctexplore.store.columns.workers import Decoding
from ctexplore.store.containers.split import array, envelope
from ctexplore.store.containers.unpack import only_member
from ctexplore.store.fetch import Fetcher
from ctexplore.store.search.searcher import searcher
from ctexplore.store.search.sift import HEAD, THREADS, Test, interesting

_TAIL: Final = b"]}"
_NOTHING: Final = HEAD + _TAIL
_ENTRY: Final = 100  # bytes that holding a record takes, besides its own


class Sieve(Struct, frozen=True):
    """test: what a record's bytes must have, or it cannot match. alone: no column could rule out
    more, so columns are not worth loading."""

    test: Test
    alone: bool


class _Thin(NamedTuple):
    """json: a log file of the records that may match; kept: their positions in the file that
    has all, size bytes of JSON; records: their bytes. Where kept is None, it is the stored file as
    it was."""

    json: bytes
    kept: Sequence[int] | None = None
    size: int = 0
    records: Sequence[bytes] = ()


class Kept:
    """The records that were left of the files thinned last: whoever asks for one soon need not
    have its file unpacked again."""

    def __init__(self, most: int = 32 << 20) -> None:
        """most: bytes of them."""
        self._most = most
        self._size = 0
        self._files: OrderedDict[str, dict[int, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, key: str, records: dict[int, bytes]) -> None:
        """records: by their positions in the file that has all."""
        with self._lock:
            self._drop(key)
            self._files[key] = records
            self._size += _size(records)
            while self._size > self._most:
                self._drop(next(iter(self._files)))

    def of(self, key: str) -> Mapping[int, bytes]:
        with self._lock:
            return self._files.get(key, {})

    def _drop(self, key: str) -> None:
        self._size -= _size(self._files.pop(key, {}))


def _size(records: Mapping[int, bytes]) -> int:
    return sum(len(record) + _ENTRY for record in records.values())


Files = Sequence[tuple[str, bytes]]


class Thinning:
    """Threads that leave out of log files what cannot match; what is left is decoded here.

    kept: what was left of the last ones.
    """

    def __init__(self, sieve: Sieve) -> None:
        self.kept = Kept()
        self._test = sieve.test
        memory.keep()
        self._threads = Fetcher(self._thin, THREADS)

    def decode(self, files: Files, sound: bool) -> Decoding:
        """Begin with (key, stored bytes) pairs. sound: whether all their records are known to be
        readable."""
        return _Decoding(
            files, [self._threads.fetch((data, sound)) for _, data in files], self.kept
        )

    def close(self) -> None:
        self._threads.close()

    def _thin(self, file: tuple[bytes, bool]) -> _Thin:
        stored, sound = file
        data = only_member(stored)
        # What looks like no JSON may be text of another encoding.
        if not data or data[:1] != b"{" or data[1:2] == b"\0" or not (sound or _is_plain(data)):
            return _Thin(stored)
        if not self._test(data):
            whole = sound or _has_objects(data)
            return _Thin(_NOTHING, (), len(data)) if whole else _Thin(stored)
        records = envelope(data)
        if records is None or not all(bytes(each)[:1] == b"{" for each in records):
            return _Thin(stored)
        kept = np.flatnonzero(interesting(data, records, self._test)).tolist()
        few = [bytes(records[n]) for n in kept]
        return _Thin(HEAD + b",".join(few) + _TAIL, kept, len(data), few)


class _Decoding(Decoding):
    def __init__(self, files: Files, coming: Sequence[Future[_Thin]], kept: Kept) -> None:
        super().__init__(lambda: files)
        self._keys = [key for key, _ in files]
        self._coming = coming
        self._kept = kept

    @property
    def waiting(self) -> bool:
        return not all(thin.done() for thin in self._coming)

    def result(self) -> Decoded:
        thinned = [thin.result() for thin in self._coming]
        if not any(t.kept or t.kept is None for t in thinned):
            return Decoded(_no_events(), [True] * len(thinned), [], sum(t.size for t in thinned))
        keys = self._keys
        for key, thin in zip(keys, thinned, strict=True):
            if thin.kept:
                self._kept.put(key, dict(zip(thin.kept, thin.records, strict=True)))
        decoded = decode((key, thin.json) for key, thin in zip(keys, thinned, strict=True))
        batch = decoded.batch
        # Where each file's positions begin in one list of them all.
        counts = [len(thin.kept or ()) for thin in thinned]
        begins = np.cumsum([0, *counts[:-1]])
        positions = np.fromiter(chain.from_iterable(t.kept or () for t in thinned), np.uint32)
        few = np.array([t.kept is not None for t in thinned], np.bool_)[batch.file]
        file, index = batch.file[few], batch.index[few]
        batch.index[few] = positions[begins[file] + index]
        decoded.unpacked += sum(t.size - len(t.json) for t in thinned if t.kept is not None)
        return decoded


@cache
def _no_events() -> Batch:
    return decode([]).batch


def _is_plain(data: bytes) -> bool:
    """Whether the JSON is ASCII in the usual envelope, which is all that decoding can trip over
    where it is a list of objects, odd types or not."""
    return data.startswith(HEAD) and data.isascii() and not searcher(rb"\\u")(data)


def _has_objects(data: bytes) -> bool:
    """Whether it is the usual envelope with nothing but whole objects in it."""
    records = array(data)
    return records is not None and are_objects(records)
