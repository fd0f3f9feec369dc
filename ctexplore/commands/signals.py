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


def _end(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise SystemExit(128 + number)
