"""What travels between processes: bytes and their lengths, nothing that would be executed or
unpickled."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence

_WORD = 8
_END = b"\xff" * _WORD  # no part is so long
# Buffers that every system takes in one call (POSIX's least IOV_MAX is 16, Linux and macOS
# have 1024).
_AT_ONCE = 1000


def send(link: socket.socket, parts: Sequence[bytes]) -> None:
    """How many, their lengths, then the parts themselves. Raises OSError."""
    words = [len(parts), *map(len, parts)]
    link.sendall(b"".join(word.to_bytes(_WORD, "little") for word in words))
    for first in range(0, len(parts), _AT_ONCE):
        some = parts[first : first + _AT_ONCE]
        left = sum(map(len, some)) - link.sendmsg(some)
        if left:
            link.sendall(b"".join(some)[-left:])


def send_each(link: socket.socket, parts: Iterable[bytes]) -> None:
    """Each as soon as it is there, however many there will be. Raises OSError."""
    for part in parts:
        # A copy of a log file costs less than a second call for its length.
        link.sendall(b"".join((len(part).to_bytes(_WORD, "little"), part)))
    link.sendall(_END)


def receive_each(link: socket.socket) -> Iterator[bytes]:
    """What ``send_each`` sends. Raises EOFError when the other end has closed, OSError."""
    while (size := _exactly(link, _WORD)) != _END:
        yield _exactly(link, int.from_bytes(size, "little"))


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
