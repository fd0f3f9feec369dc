"""Decoding only the records that may match, where a filter says what their bytes must have.

The others never become columns, which is most of the work of a search. They are counted and
checked all the same: a file in which anything is unusual is decoded whole, as without a filter,
so problems and rejected records are the same. Copies of one event have the same bytes, so they
come through together.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

import msgspec
import numpy as np

from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.columns.workers import Content, Decoding
from ctexplore.store.containers.split import split
from ctexplore.store.containers.unpack import only_member
from ctexplore.store.fetch import Fetcher
from ctexplore.store.search.searcher import searcher
from ctexplore.store.search.sift import HEAD, THREADS, Test, interesting

_TAIL: Final = b"]}"
_NOTHING: Final = HEAD + _TAIL


@dataclass(frozen=True, slots=True)
class Sieve:
    """test: what a record's bytes must have, or it cannot match. alone: no column could rule out
    more, so columns are not worth loading."""

    test: Test
    alone: bool


class _Thin(NamedTuple):
    """json: a log file of the records that may match; kept: their positions in the file that
    has all, size bytes of JSON. Where kept is None, it is the stored file as it was."""

    json: bytes
    kept: Sequence[int] | None = None
    size: int = 0


class _Object(msgspec.Struct, gc=False):
    """Any object; its keys are read, its values skipped."""


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    Records: list[_Object]


_objects = msgspec.json.Decoder(_Envelope).decode


class Thinning:
    """Threads that leave out of log files what cannot match; what is left is decoded here."""

    def __init__(self, sieve: Sieve) -> None:
        self._test = sieve.test
        self._threads = Fetcher(self._thin, THREADS)

    def decode(self, files: Content, sound: bool) -> Decoding:
        """Begin with (key, stored bytes) pairs. sound: whether all their records are known to be
        readable."""
        return _Decoding(files, [self._threads.fetch((data, sound)) for _, data in files])

    def close(self) -> None:
        self._threads.close()

    def _thin(self, file: tuple[bytes, bool]) -> _Thin:
        stored, sound = file
        data = only_member(stored)
        # What looks like no JSON may be text of another encoding.
        usual = data is not None and data[:1] == b"{" and data[1:2] != b"\0"
        if not (data and usual and (sound or _readable(data))):
            return _Thin(stored)
        if not self._test(data):
            return _Thin(_NOTHING, (), len(data))
        records, problems, _ = split(data)
        if problems:
            return _Thin(stored)
        kept = np.flatnonzero(interesting(data, records, self._test)).tolist()
        few = b",".join(bytes(records[n]) for n in kept)
        return _Thin(HEAD + few + _TAIL, kept, len(data))


class _Decoding(Decoding):
    def __init__(self, files: Content, coming: Sequence[Future[_Thin]]) -> None:
        super().__init__(files)
        self._coming = coming

    @property
    def waiting(self) -> bool:
        return not all(thin.done() for thin in self._coming)

    def result(self) -> Decoded:
        thinned = [thin.result() for thin in self._coming]
        if not any(t.kept or t.kept is None for t in thinned):
            return Decoded(_no_events(), [True] * len(thinned), [], sum(t.size for t in thinned))
        keys = [key for key, _ in self._files]
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


def _readable(data: bytes) -> bool:
    """Whether every record of the file is sure to be read, odd types or not: the usual envelope,
    with nothing but ASCII and whole objects in it."""
    if not (data.startswith(HEAD) and data.isascii()):
        return False
    # The decoder keeps the last of equal keys, which another spelling may hide.
    if searcher(rb'"Records"')(data, len(HEAD)) or searcher(rb"\\u")(data):
        return False
    try:
        _objects(data)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
