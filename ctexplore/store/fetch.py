"""Reading many log files at once, on threads that never keep the process from ending."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future

from ctexplore.sources.source import LogFile, Source

THREADS = 32


class Fetcher:
    """Daemon threads over ``source.read``.

    concurrent.futures' own pool is joined at exit, which would hold the terminal for as long as
    the slowest request takes.
    """

    def __init__(self, source: Source, threads: int = THREADS) -> None:
        self._source = source
        self._wanted: queue.SimpleQueue[tuple[LogFile, Future[bytes]] | None] = queue.SimpleQueue()
        self._threads = threads
        self._started = 0
        self._closed = threading.Event()

    def fetch(self, file: LogFile) -> Future[bytes]:
        """The file's stored bytes to come, or the SourceError why not."""
        answer: Future[bytes] = Future()
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
                answer.set_result(self._source.read(file))
            except Exception as error:
                answer.set_exception(error)
