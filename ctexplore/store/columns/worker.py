"""The process that only decodes: log files come in on its link, packed columns go out."""

from __future__ import annotations

import gc
import socket

from ctexplore.store.link import receive_each, send
from ctexplore.store.process import own_link

READY = b"ready"


def main() -> None:
    """Decode until the other end closes, in a process of its own."""
    serve(own_link())


def serve(link: socket.socket) -> None:
    """Decode what comes, as long as something comes."""
    from ctexplore.store.columns.decode import decode

    # Records hold no cycles; looking for some among what was imported is a hundredth of the time.
    gc.freeze()
    gc.set_threshold(100_000)
    try:
        send(link, [READY])
        while True:
            # A file's name is its number, so that names that are no text need not travel.
            files = enumerate(receive_each(link))
            decoded = decode((str(number), data) for number, data in files)
            send(link, [decoded.pack()])
    except (EOFError, OSError):
        return
