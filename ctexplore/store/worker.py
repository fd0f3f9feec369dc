"""The process that only decodes: log files come in on a socket, packed columns go out.

Started by ``workers`` with the socket as standard input. What travels is bytes and their
lengths, nothing that would be executed or unpickled.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
from collections.abc import Sequence

READY = b"ready"

_WORD = 8


def main() -> None:
    """Decode until the other end closes."""
    # Quitting is the parent's business; its end ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    link = socket.socket(fileno=0)
    threading.Thread(target=_end_with, args=(link,), daemon=True).start()

    from ctexplore.store.decode import decode

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
    head = b"".join(word.to_bytes(_WORD, "little") for word in words)
    link.sendall(b"".join((head, *parts)))


def receive(link: socket.socket) -> list[bytes]:
    """What ``send`` sent. Raises EOFError when the other end has closed, OSError."""
    count = int.from_bytes(_exactly(link, _WORD), "little")
    words = _exactly(link, count * _WORD)
    parts, end = [], 0
    sizes = [int.from_bytes(words[at : at + _WORD], "little") for at in range(0, len(words), _WORD)]
    data = memoryview(_exactly(link, sum(sizes)))
    for size in sizes:
        parts.append(bytes(data[end : end + size]))
        end += size
    return parts


def _exactly(link: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        # All in one call where the system can: each call waits for the interpreter's lock.
        got = link.recv_into(view, len(view), socket.MSG_WAITALL)
        if not got:
            raise EOFError
        view = view[got:]
    return data


def _end_with(link: socket.socket) -> None:
    """End at once when the other end is gone, also in the middle of a file."""
    hangup = select.poll()
    hangup.register(link, 0)
    hangup.poll()
    os._exit(0)
