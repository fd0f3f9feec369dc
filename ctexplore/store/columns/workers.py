"""Decoding in other processes where there is enough of it; otherwise, and at worst, in this one."""

from __future__ import annotations

import contextlib
import queue
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Final, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ctexplore.sources.source import LogFile
from ctexplore.store import memory
from ctexplore.store.columns import worker
from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.link import receive, send_each
from ctexplore.store.process import (
    Process,
    copy,
    may_copy,
    start,
    usable_cores,
)

# Stored bytes that pay for starting processes: a third of a second of each one's time, while
# this process takes half a second to decode as much. A copy of this process costs a hundredth.
ENOUGH: Final = 16 << 20
ENOUGH_TO_COPY: Final = 1 << 20
# Merging what they return is one thread's work, which more processes than these would wait for.
_MOST = 4

Files = Callable[[], Iterable[tuple[str, bytes]]]
"""Has (key, stored bytes) pairs each time that it is called, in any thread."""


class InPlace(NamedTuple):
    """Files that a copy of this process can have by itself. read: raises SourceError."""

    files: Sequence[LogFile]
    read: worker.Read


class _Lost(Exception):
    """The process that was to answer has ended, or not all files could be had."""


class _Job(Struct):
    """keys: of the files that were handed over. broken: not all could be had."""

    files: Files
    in_place: InPlace | None
    answer: Future[bytes] = field(default_factory=Future)
    keys: list[str] = field(default_factory=list)
    broken: bool = False

    def ask(self, link: socket.socket) -> bytes:
        """What the other process packed. Raises EOFError, OSError."""
        if self.in_place:
            worker.name(link, self.in_place.files)
            (packed,) = receive(link)
            if packed != worker.UNREAD:
                self.keys = [file.key for file in self.in_place.files]
                return packed
            # Whoever reads here tells of the files that cannot be read.
        worker.hand_over(link)
        send_each(link, self._contents())
        return receive(link)[0]

    def _contents(self) -> Iterator[bytes]:
        try:
            for key, data in self.files():
                self.keys.append(key)
                yield data
        except Exception:
            # Whatever it is, it comes again where the result is asked for.
            self.broken = True


class Decoding:
    """Files of which ``result`` makes columns, sooner or later."""

    def __init__(self, files: Files, job: _Job | None = None) -> None:
        self._files = files
        self._job = job

    @property
    def waiting(self) -> bool:
        """Whether ``result`` would wait for another process."""
        return self._job is not None and not self._job.answer.done()

    def result(self) -> Decoded:
        """The columns, decoded here when no other process does it or the one that should ended.

        Raises what having the files raises.
        """
        if self._job is not None:
            with contextlib.suppress(_Lost, ValueError):
                decoded = Decoded.unpack(self._job.answer.result())
                keys = self._job.keys
                decoded.problems = [replace(p, key=keys[int(p.key)]) for p in decoded.problems]
                return decoded
        memory.keep()
        return decode(self._files())


class Decoders:
    """Processes that decode, started when that pays. Used by one thread; ``close`` by any."""

    def __init__(self, most: int | None = None, enough: int = ENOUGH) -> None:
        """most: processes at the same time, by default as many as there are cores, and none on
        a single one. enough: stored bytes still to decode that start them."""
        cores = usable_cores()
        self._most = most if most is not None else min(cores, _MOST) if cores > 1 else 0
        self._enough = enough
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._started = False
        self._closed = False
        self._they_read = False
        self._links: dict[int, socket.socket] = {}
        self._ready: set[int] = set()

    @property
    def ready(self) -> int:
        """Processes that take files now."""
        return len(self._ready)

    @property
    def pids(self) -> list[int]:
        """Of the processes that run, the ones that are still starting included."""
        with self._lock:
            return list(self._links)

    def decode(self, files: Files, left: int, in_place: InPlace | None = None) -> Decoding:
        """Begin to decode files: they are had, one after the other, where and when they are
        decoded, and once more when a process dies of them.

        left: stored bytes that are still to be decoded, these included; a guess will do.
        in_place: the same files, where copies can have them. ``files`` is called all the same
        when a copy cannot read one. Each time with the same way of reading.
        """
        with self._lock:
            if self._most and not (self._started or self._closed):
                self._start(left, in_place)
            if self._ready:
                job = _Job(files, in_place if self._they_read else None)
                self._jobs.put(job)
                return Decoding(files, job)
        return Decoding(files)

    def close(self) -> None:
        """End the processes; what they have not answered is decoded here when it is asked for."""
        with self._lock:
            self._closed = True
            for link in self._links.values():
                # Wakes the thread that waits for an answer, and the process sees the end.
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)
            for _ in range(self._most):
                self._jobs.put(None)

    def _start(self, left: int, in_place: InPlace | None) -> None:
        """Start processes where that pays."""
        if left > min(self._enough, ENOUGH_TO_COPY) and may_copy():
            memory.give_back()
            serve = partial(worker.serve, read=in_place.read if in_place else None)
            self._they_read = in_place is not None
            copies = []
            # All of them before the first thread.
            with contextlib.suppress(OSError):
                for _ in range(self._most):
                    copies.append(copy(serve))
            for process in copies:
                self._links[process.pid] = process.link
                self._ready.add(process.pid)
                self._run(partial(Process._make, process))
        elif left > self._enough and sys.executable:
            for _ in range(self._most):
                self._run(partial(start, worker.__name__))

    def _run(self, begin: Callable[[], Process]) -> None:
        self._started = True
        threading.Thread(target=self._work, args=(begin,), name="decode", daemon=True).start()

    def _work(self, begin: Callable[[], Process]) -> None:
        """One process's thread: starts it, hands it one job after the other, buries it."""
        try:
            process = begin()
        except OSError:
            return
        with process.link:
            with self._lock:
                self._links[process.pid] = process.link
                if self._closed:
                    process.link.shutdown(socket.SHUT_RDWR)
            try:
                self._serve(process.pid, process.link)
            finally:
                with self._lock:
                    del self._links[process.pid]
                    self._ready.discard(process.pid)
                    if not self._ready:
                        self._lose_all()
        process.wait()

    def _serve(self, pid: int, link: socket.socket) -> None:
        job: _Job | None = None
        try:
            if receive(link) != [worker.READY]:
                return
            with self._lock:
                self._ready.add(pid)
            while (job := self._jobs.get()) is not None:
                packed = job.ask(link)
                if job.broken:
                    job.answer.set_exception(_Lost())
                else:
                    job.answer.set_result(packed)
        except (EOFError, OSError):
            if job:
                job.answer.set_exception(_Lost())

    def _lose_all(self) -> None:
        """Nobody is left to take the jobs that wait."""
        with contextlib.suppress(queue.Empty):
            while True:
                if job := self._jobs.get_nowait():
                    job.answer.set_exception(_Lost())
