"""Asking a source anew: credentials renewed, listings taken again, another folder to begin at."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest
from textual.app import App

from ctexplore.sources.arranged import ArrangedSource
from ctexplore.sources.outline import Outline
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.source import Connection, S3Source
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import Source, SourceError
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.cache.kept import KeptSource
from ctexplore.tui.opening import begin_at, list_again, renew
from tests.sources.memory_source import MemorySource, denied, log_key
from tests.sources.s3_at import merged


def bucket(name: str, connected: Callable[[str], object]) -> S3Source:
    def connect() -> Connection:
        connected(name)
        return Connection(None, f"s3:test/{name}", "us-east-1", lambda: "")

    return S3Source(S3Options(name), connect)


async def renewed(source: Source) -> SourceError | None:
    app: App[None] = App()
    async with app.run_test():
        return renew(app, source)


async def test_every_bucket_within_is_connected_anew(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []
    cache = MemoryCache()
    flat = ArrangedSource(KeptSource(bucket("flat", seen.append), cache), lambda _: None)
    logs = KeptSource(bucket("logs", seen.append), cache)
    source = SeveralSource([flat, logs, MemorySource([])])
    seen.clear()
    assert await renewed(source) is None
    assert seen == ["flat", "logs"]


async def test_what_stands_in_the_way_is_returned() -> None:
    refusal: list[BaseException] = []

    def connected(_: str) -> None:
        if refusal:
            raise refusal[0]

    source = KeptSource(bucket("logs", connected), MemoryCache())
    refusal[:] = [SourceError("s3://logs/", "the SSO session expired")]
    assert await renewed(source) is refusal[0]
    refusal[:] = [KeyboardInterrupt()]
    error = await renewed(source)
    assert error is not None and error.reason == "the credentials were not renewed"


async def test_ctrl_c_means_what_it_did_afterwards() -> None:
    during: list[object] = []
    source = bucket("logs", lambda _: during.append(signal.getsignal(signal.SIGINT)))
    before = signal.getsignal(signal.SIGINT)
    await renewed(source)
    assert during[-1] is signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is before


def test_a_folder_of_long_ago_is_listed_again_when_asked() -> None:
    key = log_key("2024/01/15")
    day = key.rpartition("/")[0] + "/"
    inner, cache = MemorySource([key]), MemoryCache()
    kept = KeptSource(inner, cache)
    several = SeveralSource([kept, MemorySource([])])
    top = next(f for f in merged(several).folders if merged(several, f).folders)
    merged(several, top + day)
    merged(several, top + day)
    before = inner.requests.count(day)
    list_again(several, top + "AWSLogs/")
    merged(several, top + day)
    assert inner.requests.count(day) == before + 1
    list_again(several, "")
    merged(several, top + day)
    assert inner.requests.count(day) == before + 2


def test_another_folder_to_begin_at() -> None:
    source = MemorySource([log_key()])
    source.refused[""] = denied("s3://my-logs/")
    outline = Outline(source)
    with pytest.raises(SourceError):
        outline.listed(outline.root().folder)
    begin_at(outline, " AWSLogs/111122223333 ")
    assert outline.root().folder == "AWSLogs/111122223333/"
    assert outline.listed(outline.root().folder).folders
