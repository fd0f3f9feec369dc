"""Ending by a signal as by an error: what was begun is undone, and the status is 128 + n."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def heeded() -> Iterator[None]:
    """SIGTERM and SIGHUP raise SystemExit in here, so that half-written files are removed and
    the terminal's line is cleared; the second one ends the process at once.

    Ctrl+c raises KeyboardInterrupt without this. A signal that is ignored (nohup) stays so.
    """
    before = {
        number: signal.signal(number, _end)
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Held:
    """Signals that end a program which runs until it gets one, between two pieces of its work.

    SIGINT, SIGTERM and SIGHUP; one that is ignored stays so.
    """

    def __init__(self) -> None:
        self._busy = False
        self._came = 0

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """A signal raises as it does in ``heeded``, but within ``hold`` only at its end. A second
        one does not wait."""
        before = {
            number: signal.signal(number, self._end)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def hold(self) -> Iterator[None]:
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
        if self._came:
            _raise(self._came)

    def _end(self, number: int, _: FrameType | None) -> None:
        if self._busy and not self._came:
            self._came = number
        else:
            _raise(number)


def _raise(number: int) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


def _end(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise SystemExit(128 + number)
