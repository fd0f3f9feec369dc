"""A scripted HTTP server on loopback: started, answered from a test's own words, stopped.

A subclass says what to do with one request (``handler``); the rest is here once.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class Answering(BaseHTTPRequestHandler):
    """Quiet, and able to send a whole answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""

    @property
    def body(self) -> bytes:
        """Of the request; to be taken once, or the next one begins with it."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, body: bytes, kind: str) -> None:
        """kind: its Content-Type."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            """The client, or a scripted fault, has closed the connection."""

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            """As above."""


class Endpoint:
    """``url``: where to send requests, from the beginning; answers come within ``with``."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def handler(self) -> type[Answering]:
        """What takes each request."""
        raise NotImplementedError

    def stopping(self) -> None:
        """Let go of requests that wait."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()
