"""Who uses the cache folder now, and whether somebody left it without tidying up."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SWEEP_EVERY = 24 * 3600.0


class Busy(Exception):
    """Somebody holds the lock file alone, and kept it past the deadline."""


class CacheLock:
    """A lock file that everybody who has the cache open holds shared.

    It holds the time of the last sweep (seconds since 1970) and, after a newline, ``+`` for
    each process that began to write and ``-`` for each of these that ended by itself. More
    ``+`` than ``-`` with nobody else there means that one was killed, perhaps between a value
    file and its row.

    deadline: of ``time.monotonic()``. Raises Busy, or OSError when it cannot be made.
    """

    def __init__(self, path: Path, deadline: float) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self._fd = os.open(path, flags, 0o600)
        self.writing = False
        if not self._take(fcntl.LOCK_SH, deadline):
            os.close(self._fd)
            raise Busy

    def begin_writing(self) -> None:
        if not self.writing:
            os.write(self._fd, b"+")
            self.writing = True

    def sweep_due(self) -> bool:
        """Whether a day has passed or a writer was killed; only to be asked when alone."""
        last, _, marks = os.pread(self._fd, 1 << 20, 0).partition(b"\n")
        if marks.count(b"+") - marks.count(b"-") != self.writing or not last.isdigit():
            return True
        return not 0 <= time.time() - int(last) < SWEEP_EVERY

    def swept(self) -> None:
        os.ftruncate(self._fd, 0)
        os.write(self._fd, b"%d\n%s" % (time.time(), b"+" if self.writing else b""))

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Keep everybody else from opening the cache, if nobody else has it open now."""
        alone = self._take(fcntl.LOCK_EX, 0)
        try:
            yield alone
        finally:
            # A refused change of mode may have lost the shared lock (flock(2)). Should another
            # process be sweeping for seconds, going on without it costs at most one value.
            self._take(fcntl.LOCK_SH, time.monotonic() + 1)

    def close(self) -> None:
        with suppress(OSError):
            if self.writing:
                os.write(self._fd, b"-")
        os.close(self._fd)

    def _take(self, mode: int, deadline: float) -> bool:
        while True:
            try:
                fcntl.flock(self._fd, mode | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
            time.sleep(0.01)
