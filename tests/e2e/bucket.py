"""A bucket behind a moto server on loopback, with every request to it written down."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote

BUCKET = "my-logs"


class CountedBucket:
    """``gets``: keys read. ``lists``: prefixes listed, a name for every LIST request.

    refused: prefixes whose LIST is answered with 403.
    """

    def __init__(self) -> None:
        from moto.server import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Quiet(WSGIRequestHandler):
            def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
                """Nothing."""

        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._lock = threading.Lock()
        self.gets: list[str] = []
        self.lists: list[str] = []
        self.refused: set[str] = set()

    def __enter__(self) -> Self:
        import boto3

        self._thread.start()
        self._client = boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="AKIATESTTESTTESTTEST",
            aws_secret_access_key="test-secret",
            region_name="us-east-1",
        )
        self._client.create_bucket(Bucket=BUCKET)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        reset = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        urllib.request.urlopen(reset).close()
        self._server.shutdown()
        self._thread.join()

    def put(self, files: Iterable[tuple[str, bytes]], **metadata: str) -> None:
        """metadata: of each of them; ``_`` in a name stands for ``-``."""
        named = {name.replace("_", "-"): value for name, value in metadata.items()}
        for key, body in files:
            self._client.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=named)

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=BUCKET, Key=key)

    @contextmanager
    def holding(self, key: str, body: bytes) -> Iterator[None]:
        """With one more object, for a while."""
        self.put([(key, body)])
        try:
            yield
        finally:
            self._client.delete_object(Bucket=BUCKET, Key=key)

    def forget(self) -> None:
        """Count from here."""
        self.gets.clear()
        self.lists.clear()

    def _answer(self, environ: dict[str, Any], start: Any) -> Any:
        query = {name: v[0] for name, v in parse_qs(environ["QUERY_STRING"]).items()}
        if environ["REQUEST_METHOD"] == "GET":
            prefix = query.get("prefix", "")
            key = unquote(environ["PATH_INFO"]).removeprefix(f"/{BUCKET}").removeprefix("/")
            with self._lock:
                if "list-type" in query:
                    self.lists.append(prefix)
                else:
                    self.gets.append(key)
            if "list-type" in query and prefix in self.refused:
                start("403 Forbidden", [("Content-Type", "application/xml")])
                return [b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"]
        return self._moto(environ, start)
