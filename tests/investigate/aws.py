"""S3 by moto, and CloudTrail's ListPublicKeys, on one port of loopback."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.digests import Bucket


class Aws:
    """buckets: by name; ``/NAME`` below ``url`` is a CloudTrail that has the keys of one.

    asked: region and times of each ListPublicKeys. denied: it is refused. gets: keys of objects
    that were read.
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
        self.buckets: dict[str, Bucket] = {}
        self.asked: list[tuple[str, datetime, datetime]] = []
        self.gets: list[str] = []
        self.denied = False

    def client(self) -> Any:
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="AKIATESTTESTTESTTEST",
            aws_secret_access_key="test-secret",
            region_name="us-east-1",
        )

    def put(self, bucket: Bucket) -> None:
        client = self.client()
        client.create_bucket(Bucket=bucket.name)
        for key, data in bucket.objects.items():
            metadata = bucket.metadata.get(key, {})
            client.put_object(Bucket=bucket.name, Key=key, Body=data, Metadata=metadata)
        self.buckets[bucket.name] = bucket

    def cloudtrail(self, bucket: Bucket) -> str:
        return f"{self.url}/{bucket.name}"

    def _answer(self, environ: dict[str, Any], start: Any) -> Any:
        if environ.get("HTTP_X_AMZ_TARGET", "").endswith(".ListPublicKeys"):
            if self.denied:
                start("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1")])
                return [b'{"__type": "AccessDeniedException", "Message": "not yours"}']
            said = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            times = [datetime.fromtimestamp(said[n], UTC) for n in ("StartTime", "EndTime")]
            # Credential=AKIA…/20260302/us-east-1/cloudtrail/aws4_request
            region = environ["HTTP_AUTHORIZATION"].split("/")[2]
            self.asked.append((region, times[0], times[1]))
            name = environ["PATH_INFO"].strip("/")
            answer = self.buckets[name].list_public_keys(times[0], times[1], region)
            start("200 OK", [("Content-Type", "application/x-amz-json-1.1")])
            return [json.dumps(answer).encode()]
        if environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith(".gz"):
            self.gets.append(environ["PATH_INFO"].split("/", 2)[2])
        return self._moto(environ, start)

    @contextmanager
    def running(self) -> Iterator[Aws]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            reset = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
            urllib.request.urlopen(reset).close()
            self._server.shutdown()
            thread.join()
