"""Processor time of this process for each small object read from an S3 endpoint.

python -m tests.bench.inside.s3_gets URL OBJECTS ours|boto3    prints seconds an object
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.session import open_s3
from ctexplore.sources.source import LogFile
from ctexplore.store.fetch import Fetcher
from tests.bench.s3_server import BODY, BUCKET, ETAG, key_of

_WARM_UP = 50


def ours(url: str) -> Callable[[int], Future[bytes]]:
    fetcher = Fetcher(open_s3(S3Options(BUCKET, endpoint_url=url)).read)
    return lambda n: fetcher.fetch(LogFile(key_of(n), len(BODY), ETAG))


def boto3(url: str) -> Callable[[int], Future[bytes]]:
    """The plain way: get_object on as many threads as the client keeps connections."""
    import boto3 as sdk

    client = sdk.client("s3", endpoint_url=url)
    threads = ThreadPoolExecutor(10)
    return lambda n: threads.submit(
        lambda: bytes(client.get_object(Bucket=BUCKET, Key=key_of(n))["Body"].read())
    )


def main(url: str, objects: int, who: str) -> None:
    read = {"ours": ours, "boto3": boto3}[who](url)
    _read_all(read, _WARM_UP)
    started = time.process_time()
    _read_all(read, objects)
    print((time.process_time() - started) / objects)


def _read_all(read: Callable[[int], Future[bytes]], objects: int) -> None:
    for answer in [read(n) for n in range(objects)]:
        assert answer.result() == BODY


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
