"""What travels between processes arrives whole, or an end is told."""

from __future__ import annotations

import socket
import threading

import pytest

from ctexplore.store.link import receive, receive_each, send, send_each

PATIENCE = 60.0


@pytest.mark.parametrize("timeout", [None, PATIENCE])
@pytest.mark.parametrize(
    "parts",
    [[], [b""], [b"a", b"", b"bc"], [b"x" * 3_000_000, b"y"], [b"%d" % n for n in range(2500)]],
)
def test_what_is_sent_is_received(timeout: float | None, parts: list[bytes]) -> None:
    here, there = socket.socketpair()
    with here, there:
        # With a timeout set, the system takes as much as fits and not all.
        here.settimeout(timeout)
        sender = threading.Thread(target=send, args=(here, parts))
        sender.start()
        assert receive(there) == parts
        sender.join()
        here.close()
        with pytest.raises(EOFError):
            receive(there)


@pytest.mark.parametrize("parts", [[], [b""], [b"a", b"", b"bc"], [b"x" * 3_000_000, b"y"]])
def test_what_is_sent_one_by_one_is_received(parts: list[bytes]) -> None:
    here, there = socket.socketpair()
    with here, there:
        sender = threading.Thread(target=send_each, args=(here, iter(parts)))
        sender.start()
        assert list(receive_each(there)) == parts
        sender.join()
        here.sendall(b"\0" * 7)
        here.close()
        with pytest.raises(EOFError):
            next(receive_each(there))
