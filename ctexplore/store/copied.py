"""Work on many things at once, by copies of this process that have all it has in memory."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from functools import partial

from ctexplore.store.link import receive, send
from ctexplore.store.process import Process, copy, usable_cores


class Copies:
    """What ``work`` returns for each number below ``count``, begun at once; for a process that
    ``may_copy``."""

    def __init__(self, count: int, work: Callable[[int], bytes]) -> None:
        self._count = count
        self._most = min(usable_cores(), count)
        self._copies: list[Process] = []
        with contextlib.suppress(OSError):
            for first in range(self._most):
                numbers = range(first, count, self._most)
                self._copies.append(copy(partial(_answer, numbers, work)))

    def answers(self) -> Iterator[bytes | None]:
        """In the order of the numbers; None where a copy has ended before, so that the work is
        still to do."""
        for number in range(self._count):
            yield self._answer_of(number % self._most)

    def close(self) -> None:
        """End them, whatever they are at."""
        copies, self._copies = self._copies, []
        for process in copies:
            process.link.close()
        for process in copies:
            process.wait()

    def _answer_of(self, place: int) -> bytes | None:
        if place < len(self._copies):
            # A link that was closed at its other end says so at every further question.
            with contextlib.suppress(EOFError, OSError):
                return receive(self._copies[place].link)[0]
        return None


def _answer(numbers: range, work: Callable[[int], bytes], link: socket.socket) -> None:
    with contextlib.suppress(OSError):
        for number in numbers:
            send(link, [work(number)])
