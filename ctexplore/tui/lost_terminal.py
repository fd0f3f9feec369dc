"""A terminal that is gone: its window was closed, its connection was lost."""

from __future__ import annotations

import threading
from queue import Queue

_WRITER = "textual-output"  # what Textual calls the thread that writes to the terminal


def is_lost(failed: threading.ExceptHookArgs) -> bool:
    """Whether this end of a thread means that nothing takes what the screen shows any more."""
    writer = failed.thread is not None and failed.thread.name == _WRITER
    return writer and isinstance(failed.exc_value, OSError)


def take_in_vain(writer: threading.Thread | None) -> None:
    """Take what is written until the screen closes: its queue is short, and once full it would
    hold the screen's thread for ever. In the thread that failed."""
    queue = getattr(writer, "_queue", None)
    while isinstance(queue, Queue) and queue.get() is not None:
        pass
