"""An S3 endpoint on loopback with small canned objects, in a process of its own.

python -m tests.bench.s3_server    prints its URL and serves until it is killed
"""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import ours
from tests.fakes3 import FakeS3, Reply, Request, data, etag, item, listing

BUCKET, FOLDER, OBJECTS = "logs", "AWSLogs/111122223333/", 1000
BODY = gzip.compress(random.Random(1).randbytes(1480), mtime=0)
ETAG = etag(BODY)
# As S3 sends them with a log file: their number is part of what an answer costs.
HEADERS = {
    "x_amz_id_2": "Uuag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7/C1NPcfTWAtRPfTaOFg==",
    "x_amz_request_id": "656c76696e6727732",
    "Last_Modified": "Mon, 10 Jul 2023 12:00:00 GMT",
    "x_amz_server_side_encryption": "AES256",
    "Accept_Ranges": "bytes",
    "Content_Type": "application/json",
    "Content_Encoding": "gzip",
}


def key_of(number: int) -> str:
    return f"{FOLDER}{number % OBJECTS:04}.json.gz"


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a server that lives as long as the block."""
    command = [sys.executable, "-m", "tests.bench.s3_server"]
    with subprocess.Popen(command, env=ours.ENV, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def _answer(request: Request) -> Reply:
    if request.operation == "ListObjectsV2":
        found = request.query.get("prefix", "").startswith(FOLDER.partition("/")[0])
        return listing(item(key_of(n), len(BODY), ETAG) for n in range(OBJECTS * found))
    return data(BODY, **HEADERS)


def main() -> None:
    with FakeS3(_answer) as fake:
        print(fake.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
