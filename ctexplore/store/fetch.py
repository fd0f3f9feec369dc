"""Reading many log files at once, on threads that never keep the process from ending."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

THREADS = 32

W = TypeVar("W")
T = TypeVar("T")


class Fetcher(Generic[W, T]):
    """Daemon threads over a function, such as ``source.read``.

    concurrent.futures' own pool is joined at exit, which would hold the terminal for as long as
    the slowest request takes.
    """

    def __init__(self, read: Callable[[W], T], threads: int = THREADS) -> None:
        self._read = read
        self._wanted: queue.SimpleQueue[tuple[W, Future[T]] | None] = queue.SimpleQueue()
        self._threads = threads
        self._started = 0
        self._closed = threading.Event()

    def fetch(self, file: W) -> Future[T]:
        """What ``read`` returns or raises, sooner or later."""
        answer: Future[T] = Future()
        self._wanted.put((file, answer))
        if self._started < self._threads:
            self._started += 1
            threading.Thread(target=self._work, name="fetch", daemon=True).start()
        return answer

    def close(self) -> None:
        """Let idle threads end; what is not yet begun is cancelled."""
        self._closed.set()
        for _ in range(self._started):
            self._wanted.put(None)

    def _work(self) -> None:
        while (wanted := self._wanted.get()) is not None:
            file, answer = wanted
            if self._closed.is_set() or not answer.set_running_or_notify_cancel():
                answer.cancel()
                continue
            try:
                answer.set_result(self._read(file))
            except Exception as error:
                answer.set_exception(error)
