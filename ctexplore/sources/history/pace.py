"""How fast a service may be asked; Event history twice a second for an account in a region."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

# AWS CloudTrail API Reference, "LookupEvents": the rate is limited to two per second, per account,
# per Region. Whoever else asks, the console for instance, has a share of it. Requests do not take
# equally long to get there, and one that comes too early costs more than what is left between.
_BETWEEN: Final = 0.55
_LONGEST: Final = 30.0


class Rate:
    """Turns for the requests of one region; any number of threads may wait for theirs.

    throttled: answers that asked to slow down.
    """

    def __init__(
        self,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        between: float | None = None,
    ) -> None:
        """In seconds. ``sleep`` may return early, when nobody wants the turn."""
        self._between = between
        self.throttled = 0
        self._sleep = sleep
        self._clock = clock
        self._next = 0.0
        self._penalty = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when a request may be sent."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + (_BETWEEN if self._between is None else self._between)
        if turn > now:
            self._sleep(turn - now)

    def slow_down(self) -> None:
        """Let nobody ask for a while, twice as long as the last time."""
        with self._lock:
            self.throttled += 1
            self._penalty = min(_LONGEST, max(2 * _BETWEEN, 2 * self._penalty))
            self._next = max(self._next, self._clock() + self._penalty)

    def went_well(self) -> None:
        with self._lock:
            self._penalty = 0.0
