"""An object's body on its way, read a piece at a time, from botocore or from a connection of it."""

from __future__ import annotations

import contextlib
import socket
from http.client import HTTPResponse
from typing import Any, Protocol


class Body(Protocol):
    """``interrupt`` may be called from any thread; the reading one then finds the end."""

    def read(self, size: int) -> bytes:
        """What has come, at most ``size`` bytes; ``b""`` at the end."""
        ...

    def interrupt(self) -> None: ...

    def close(self) -> None:
        """Give the connection back; one whose body was not read to the end is closed."""
        ...


class Streamed:
    """A botocore StreamingBody."""

    def __init__(self, body: Any) -> None:
        self._body = body
        # urllib3's read(n) waits for n bytes: a server that drips one every 19 s would hold
        # it for hours. read1 returns what has come, so that the clock is looked at.
        self.raw = body.__enter__()
        self.raw.read = self.raw.read1

    def read(self, size: int) -> bytes:
        return bytes(self._body.read(size))

    def interrupt(self) -> None:
        with contextlib.suppress(ValueError, RuntimeError, OSError):
            self.raw.shutdown()

    def close(self) -> None:
        self._body.close()


class Plain:
    """The body of ``response``, whose length is known, on a urllib3 connection out of ``pool``."""

    def __init__(self, response: HTTPResponse, connection: Any, pool: Any) -> None:
        self._response = response
        self._connection = connection
        self._pool = pool

    def read(self, size: int) -> bytes:
        return self._response.read1(size)

    def interrupt(self) -> None:
        with contextlib.suppress(AttributeError, OSError):  # given back, or closed
            self._connection.sock.shutdown(socket.SHUT_RD)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        whole = self._response.length == 0 and not self._response.will_close
        self._response.close()
        if not whole:
            connection.close()
        self._pool._put_conn(connection)
