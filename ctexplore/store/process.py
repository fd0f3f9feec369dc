"""How a process that helps begins: as a copy of this one where that is safe, else anew.

A copy has all modules and objects it needs and works at once; started anew, a process imports for
a fifth of a second before. Either ends when the other end of its link is closed.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from ctexplore.store import memory

_THREADS: Final = Path("/proc/self/task")
_OPEN: Final = Path("/proc/self/fd")

# Isolated from the environment and the working directory, but with this process's own path:
# it may have been started from a zip file or a checkout.
_START: Final = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from importlib import import_module; import_module(sys.argv[1]).main()"
)

# numpy's linear algebra would start threads that nothing needs.
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1"}


class Process(NamedTuple):
    """link: this process's end of the socket pair between both. wait: returns once it has ended."""

    pid: int
    link: socket.socket
    wait: Callable[[], object]


def usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def may_copy() -> bool:
    """Whether this process runs a single thread, those of libraries included, as only Linux tells:
    in a copy, locks that other threads hold would stay locked for ever (fork(2))."""
    try:
        return sys.platform == "linux" and len(list(_THREADS.iterdir())) == 1
    except OSError:
        return False


def copy(serve: Callable[[socket.socket], object]) -> Process:
    """A copy of this process, which ``may_copy``, that does nothing but ``serve`` its link.

    Raises OSError.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            raise
        if pid == 0:
            _live(theirs, serve)
    return Process(pid, ours, lambda: os.waitpid(pid, 0))


def start(module: str) -> Process:
    """A process that runs a module's ``main``, its link as standard input. Raises OSError."""
    import subprocess

    ours, theirs = socket.socketpair()
    alone = "-IB" if sys.dont_write_bytecode else "-I"
    with theirs:
        try:
            process = subprocess.Popen(
                [sys.executable, alone, "-c", _START, module, *sys.path],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**_ENVIRONMENT, **os.environ},
                # Keys that end or suspend this program in its terminal are not for its helpers.
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
    return Process(process.pid, ours, process.wait)


def own_link() -> socket.socket:
    """In a process that helps: its link. It ends at once when the other end is gone, also in the
    middle of its work, and leaves to the other when to quit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Its memory is a few log files.
    memory.keep(32 << 20)
    link = socket.socket(fileno=0)
    threading.Thread(target=_end_with, args=(link,), daemon=True).start()
    return link


def _end_with(link: socket.socket) -> None:
    hangup = select.poll()
    hangup.register(link, 0)
    hangup.poll()
    os._exit(0)


def _live(link: socket.socket, serve: Callable[[socket.socket], object]) -> None:
    """The life of a copy, in which nothing of the original runs on: no handler, no clean-up, no
    flush."""
    try:
        os.setsid()
        for number in signal.valid_signals():
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for end, place in ((link.fileno(), 0), (nowhere, 1), (nowhere, 2)):
            os.dup2(end, place)
        # With this process's end of another one's link open here, that one would not see the
        # original go.
        for file in list(_OPEN.iterdir()):
            with contextlib.suppress(OSError):
                if int(file.name) > 2:
                    os.close(int(file.name))
        serve(own_link())
    finally:
        os._exit(0)
