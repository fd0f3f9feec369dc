"""An S3 endpoint on loopback that answers as a test's script says, faults included.

    with FakeS3(lambda request: error("SlowDown", 503)) as fake:
        ...  # an S3 client at fake.url
        fake.count("GetObject")

A script gets a Request and returns a Reply; Request.n counts requests of its operation from 1.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from msgspec import Struct, field

from tests.endpoint import Answering, Endpoint

DATE = "2024-01-01T00:00:00.000Z"


class Request(Struct, frozen=True):
    """``key`` is decoded, ``query`` holds single values; ``port`` tells connections apart.

    target: path and query as they were sent.
    """

    operation: str
    n: int
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    port: int
    target: str = ""


class Reply(Struct, frozen=True):
    """fault: what happens after ``body``: "" (nothing), "reset", "stall" (until the end of
    the test), "drip" (the body in small pieces) or "close". length: Content-Length to claim,
    None for none, -1 for the true one.
    status 0 sends the body alone before the fault, and nothing when that is empty.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    length: int | None = -1


Script = Callable[[Request], Reply]


def etag(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def data(body: bytes, **headers: str) -> Reply:
    """An object; ``_`` in a header's name stands for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body=body, headers={"ETag": f'"{etag(body)}"', **named})


def error(code: str, status: int, message: str = "", **fields: str) -> Reply:
    inside = "".join(
        f"<{name.replace('_', '-')}>{escape(value)}</{name.replace('_', '-')}>"
        for name, value in {"Code": code, "Message": message, **fields}.items()
    )
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error>{inside}</Error>'
    return Reply(status, body.encode(), {"Content-Type": "application/xml"})


def item(key: str, size: object = 5, tag: str = "", storage: str = "", inside: str = "") -> str:
    """One name of a listing, sent URL-encoded as S3 does; ``inside`` is raw XML."""
    kind = f"<StorageClass>{storage}</StorageClass>" if storage else ""
    return (
        f"<Contents><Key>{quote(key)}</Key><Size>{size}</Size>"
        f"<ETag>&quot;{tag}&quot;</ETag><LastModified>{DATE}</LastModified>{kind}{inside}</Contents>"
    )


def listing(items: Iterable[str] = (), folders: Iterable[str] = (), token: str = "") -> Reply:
    contents = list(items)
    below = [f"<CommonPrefixes><Prefix>{quote(f)}</Prefix></CommonPrefixes>" for f in folders]
    more = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>logs</Name>'
        "<EncodingType>url</EncodingType>"
        f"<KeyCount>{len(contents) + len(below)}</KeyCount>"
        f"<IsTruncated>{str(bool(token)).lower()}</IsTruncated>{more}"
        f"{''.join(contents)}{''.join(below)}</ListBucketResult>"
    )
    return Reply(body=body.encode(), headers={"Content-Type": "application/xml"})


class FakeS3(Endpoint):
    """``requests``: everything asked, in order. ``url``: where to send it."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Request] = []
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.released = threading.Event()
        super().__init__()

    def handler(self) -> type[Answering]:
        return _handler_of(self)

    def stopping(self) -> None:
        self.released.set()

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on; each connection shakes hands in its own thread."""
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = self.url.replace("http:", "https:")

    def count(self, operation: str) -> int:
        return self._seen[operation]

    def note(self, method: str, target: str, headers: Mapping[str, str], port: int) -> Request:
        url = urlsplit(target)
        bucket, _, key = unquote(url.path).removeprefix("/").partition("/")
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        known = {"GET": "ListObjectsV2" if "list-type" in query else "GetObject", "POST": "STS"}
        operation = known.get(method, method)
        with self._lock:
            self._seen[operation] += 1
            n = self._seen[operation]
            request = Request(operation, n, bucket, key, query, headers, port, target)
            self.requests.append(request)
        return request


def _handler_of(fake: FakeS3) -> type[Answering]:
    class Handler(Answering):
        def _answer(self) -> None:
            _ = self.body
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = fake.note(self.command, self.path, headers, self.client_address[1])
            reply = fake.script(request)
            if reply.status:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.length is not None:
                    length = len(reply.body) if reply.length < 0 else reply.length
                    self.send_header("Content-Length", str(length))
                else:
                    self.close_connection = True
                self.end_headers()
            if self.command != "HEAD":
                self._send(reply)
            if reply.fault:
                self.close_connection = True
            if reply.fault == "stall":
                fake.released.wait(30)
            if reply.fault == "reset":
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()

        def _send(self, reply: Reply) -> None:
            step = len(reply.body) // 20 + 1 if reply.fault == "drip" else len(reply.body) or 1
            for at in range(0, len(reply.body), step):
                self.wfile.write(reply.body[at : at + step])
                if reply.fault == "drip":
                    time.sleep(0.001)

        do_GET = do_POST = do_HEAD = _answer

    return Handler
