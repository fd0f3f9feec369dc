"""CloudTrail's ListPublicKeys on loopback, which moto lacks."""

from __future__ import annotations

import base64
import json
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    region: str
    since: datetime
    until: datetime


class KeysEndpoint:
    """Two keys for each region, one a page. asked: every first page's request.

    refuses: regions that answer with AccessDeniedException.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.refuses: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, operation: str, region: str, said: dict[str, Any]) -> tuple[int, Any]:
        assert operation.endswith(".ListPublicKeys")
        if region in self.refuses:
            return 400, {"__type": "AccessDeniedException", "message": "not authorized"}
        number = int(said.get("NextToken", 0))
        if not number:
            times = (datetime.fromtimestamp(said[n], UTC) for n in ("StartTime", "EndTime"))
            self.asked.append(Asked(region, *times))
        key = {
            "Value": base64.b64encode(f"{region} {number}".encode()).decode(),
            "ValidityStartTime": 1_700_000_000 + number,
            "ValidityEndTime": 1_800_000_000,
            "Fingerprint": f"{number:032x}",
        }
        return 200, {"PublicKeyList": [key]} | ({} if number else {"NextToken": "1"})

    def _handler(endpoint) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Quiet."""

            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", self.headers["Authorization"])
                assert scope
                status, answer = endpoint.answer(self.headers["X-Amz-Target"], scope[1], said)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler
