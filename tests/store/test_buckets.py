from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ctexplore.sources.source import Page
from ctexplore.store.cache.buckets import keep_bucket, kept_buckets
from ctexplore.store.cache.cache import MemoryCache, NoCache
from ctexplore.store.cache.packs import Listings

NOW = datetime(2026, 3, 7, 12, tzinfo=UTC)


def test_the_bucket_opened_last_comes_first_and_each_once() -> None:
    cache = MemoryCache()
    for hour, name in enumerate(("a", "b", "a")):
        Listings(cache, f"s3:aws/{name}").put("", [Page(["AWSLogs/"])], NOW)
        opened = NOW + timedelta(hours=hour)
        keep_bucket(cache, f"s3:aws/{name}", "", [f"s3://{name}/"], opened)
    assert [(b.words, b.opened) for b in kept_buckets(cache)] == [
        (("s3://a/",), "2026-03-07T14:00:00+00:00"),
        (("s3://b/",), "2026-03-07T13:00:00+00:00"),
    ]


def test_a_bucket_whose_listing_is_gone_cannot_be_opened() -> None:
    cache = MemoryCache()
    keep_bucket(cache, "s3:aws/a", "", ["s3://a/"], NOW)
    assert kept_buckets(cache) == []


def test_nothing_kept_and_something_damaged() -> None:
    assert kept_buckets(NoCache("off")) == []
    cache = MemoryCache()
    keep_bucket(cache, "s3:aws/a", "", ["s3://a/"], NOW)
    for key in list(cache._values):
        cache.put(key, b"ctexplore buckets 1\n\xc1")
    assert kept_buckets(cache) == []
