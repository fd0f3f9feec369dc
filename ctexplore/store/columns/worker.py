"""The process that only decodes: log files come in on a socket, packed columns go out.

Started by ``workers`` with the socket as standard input. What travels is bytes and their
lengths, nothing that would be executed or unpickled.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import threading
from collections.abc import Sequence

READY = b"ready"

_WORD = 8
# Buffers that every system takes in one call (POSIX's least IOV_MAX is 16, Linux and macOS
# have 1024).
_AT_ONCE = 1000
# Of glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3


def main() -> None:
    """Decode until the other end closes."""
    # Quitting is the parent's business; its end ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    link = socket.socket(fileno=0)
    threading.Thread(target=_end_with, args=(link,), daemon=True).start()

    from ctexplore.store.columns.decode import decode

    _keep_memory()
    # Records hold no cycles; looking for some among what was imported is a hundredth of the time.
    gc.freeze()
    gc.set_threshold(100_000)
    try:
        send(link, [READY])
        while True:
            files = receive(link)
            # A file's name is its number, so that names that are no text need not travel.
            decoded = decode((str(number), data) for number, data in enumerate(files))
            send(link, [decoded.pack()])
    except (EOFError, OSError):
        return


def send(link: socket.socket, parts: Sequence[bytes]) -> None:
    """How many, their lengths, then the parts themselves. Raises OSError."""
    words = [len(parts), *map(len, parts)]
    link.sendall(b"".join(word.to_bytes(_WORD, "little") for word in words))
    for first in range(0, len(parts), _AT_ONCE):
        some = parts[first : first + _AT_ONCE]
        left = sum(map(len, some)) - link.sendmsg(some)
        if left:
            link.sendall(b"".join(some)[-left:])


def receive(link: socket.socket) -> list[bytes]:
    """What ``send`` sent. Raises EOFError when the other end has closed, OSError."""
    count = int.from_bytes(_exactly(link, _WORD), "little")
    words = _exactly(link, count * _WORD)
    sizes = (words[at : at + _WORD] for at in range(0, len(words), _WORD))
    return [_exactly(link, int.from_bytes(size, "little")) for size in sizes]


def _exactly(link: socket.socket, size: int) -> bytes:
    # In one call where the system can: each waits for the interpreter's lock when it returns.
    data = link.recv(size, socket.MSG_WAITALL) if size else b""
    while len(data) < size:
        more = link.recv(size - len(data), socket.MSG_WAITALL)
        if not more:
            raise EOFError
        data += more
    return data


def _keep_memory() -> None:
    """Its memory is a few log files, again and again: the C library is not to give it back to the
    system in between, where it lets itself be told (glibc's mallopt(3))."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, size in (
            (_TRIM_THRESHOLD, 64 << 20),
            (_TOP_PAD, 4 << 20),
            (_MMAP_THRESHOLD, 32 << 20),
        ):
            mallopt(option, size)


def _end_with(link: socket.socket) -> None:
    """End at once when the other end is gone, also in the middle of a file."""
    hangup = select.poll()
    hangup.register(link, 0)
    hangup.poll()
    os._exit(0)
