"""An S3Source at a scripted endpoint that never really waits."""

from __future__ import annotations

import time
from collections.abc import Callable

from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.session import connect
from ctexplore.sources.s3.source import S3Source
from ctexplore.sources.source import Page, Source


def s3_at(
    url: str,
    *,
    sleep: Callable[[float], object] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    bucket: str = "logs",
    **options: object,
) -> S3Source:
    chosen = S3Options(bucket, endpoint_url=url, **options)  # type: ignore[arg-type]
    return S3Source(chosen, lambda: connect(chosen), sleep=sleep, clock=clock)


def merged(source: Source, folder: str = "", start_after: str = "") -> Page:
    """All pages of a listing as one."""
    whole = Page()
    for page in source.children(folder, start_after):
        whole.folders += page.folders
        whole.files += page.files
        whole.problems += page.problems
        whole.unread += page.unread
    return whole
