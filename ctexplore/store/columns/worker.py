"""The process that only decodes: log files come in on its link, packed columns go out."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator, Sequence

import msgspec

from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.cache.entries import FileRows
from ctexplore.store.link import receive, receive_each, send
from ctexplore.store.process import own_link

READY = b"ready"
# Instead of columns: not all of the files could be read.
UNREAD = b""
# Instead of files to read: their bytes follow.
_HANDED_OVER = b""

Read = Callable[[LogFile], bytes]


def main() -> None:
    """Decode until the other end closes, in a process of its own."""
    serve(own_link())


def serve(link: socket.socket, read: Read | None = None) -> None:
    """Decode what comes, as long as something comes. read: has a file that was only named."""
    from ctexplore.store.columns.decode import decode

    # Records hold no cycles; looking for some among what was imported is a hundredth of the time.
    gc.freeze()
    gc.set_threshold(100_000)
    try:
        send(link, [READY])
        while True:
            (named,) = receive(link)
            contents = _read(named, read) if named and read else receive_each(link)
            # A file's name is its number, so that names that are no text need not travel.
            files = enumerate(contents)
            try:
                decoded = decode((str(number), data) for number, data in files)
            except SourceError:
                send(link, [UNREAD])
            else:
                send(link, [decoded.pack()])
    except (EOFError, OSError):
        return


def name(link: socket.socket, files: Sequence[LogFile]) -> None:
    """Let the files be read there. Raises OSError."""
    send(link, [msgspec.msgpack.encode(FileRows.of("", files))])


def hand_over(link: socket.socket) -> None:
    """Their bytes come now. Raises OSError."""
    send(link, [_HANDED_OVER])


def _read(named: bytes, read: Read) -> Iterator[bytes]:
    return map(read, msgspec.msgpack.decode(named, type=FileRows).files())
