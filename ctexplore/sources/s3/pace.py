"""How many objects may be read at once: all that are wanted, until S3 asks to slow down."""

from __future__ import annotations

import threading
from types import TracebackType

from ctexplore.sources.s3.requests import Requests


class Pace:
    """A context for reading one object, in which a thread waits for its turn.

    An answer that asks to slow down halves how many may read at once, though not again before
    that has had its effect. As many objects read without one as may read at once make it one
    more (additive increase, multiplicative decrease, as TCP does).
    """

    def __init__(self, most: int, requests: Requests) -> None:
        self.limit = most
        self._most = most
        self._requests = requests
        self._under_way = 0
        self._well = 0
        self._seen = 0
        self._free = threading.Condition()
        self._open = True

    def __enter__(self) -> None:
        with self._free:
            while self._under_way >= self.limit and self._open:
                self._free.wait()
            self._under_way += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._free:
            if self._requests.throttled > self._seen:
                self._seen = self._requests.throttled
                self._well = 0
                if self._under_way <= self.limit:
                    self.limit = max(1, self._under_way // 2)
            elif kind is None and self.limit < self._most:
                self._well += 1
                if self._well >= self.limit:
                    self._well = 0
                    self.limit += 1
            self._under_way -= 1
            self._free.notify_all()

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._free:
            self._open = False
            self._free.notify_all()
