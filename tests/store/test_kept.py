"""Listings that are gone on with, kept, and not mixed; see test_session for what offline shows."""

from __future__ import annotations

from collections import Counter

import pytest

from ctexplore.sources.s3.session import first_folder
from ctexplore.sources.source import SourceError
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.cache.kept import FRESH, KeptSource
from tests.sources.memory_source import MemorySource, log_key
from tests.sources.s3_at import merged

OLD_DAY = log_key("2024/01/15").rpartition("/")[0] + "/"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def three_pages() -> MemorySource:
    return MemorySource([f"{n}.json" for n in range(6)], page_size=2)


def test_a_look_at_the_first_page_costs_no_request_more() -> None:
    source = three_pages()
    kept = KeptSource(source, MemoryCache())
    assert first_folder(kept) == ""
    assert len(next(iter(kept.children(""))).files) == 2
    assert source.requests == [""]
    assert len(merged(kept).files) == 6
    assert source.requests == ["", "", ""]


def test_a_look_that_is_long_ago_is_taken_again() -> None:
    source, clock = three_pages(), Clock()
    kept = KeptSource(source, MemoryCache(), clock=clock)
    first_folder(kept)
    source.files["00.json"] = b"{}"
    clock.now += FRESH
    assert len(merged(kept).files) == 7


def test_a_look_is_taken_again_when_asked() -> None:
    source = three_pages()
    kept = KeptSource(source, MemoryCache())
    first_folder(kept)
    source.files["00.json"] = b"{}"
    kept.list_again("")
    assert len(merged(kept).files) == 7


def test_a_listing_that_was_gone_on_with_is_kept_whole() -> None:
    source, cache = three_pages(), MemoryCache()
    kept = KeptSource(source, cache)
    first_folder(kept)
    merged(kept)
    assert len(merged(KeptSource(source, cache, offline=True)).files) == 6


def test_a_listing_that_was_left_is_not_kept() -> None:
    source, cache = three_pages(), MemoryCache()
    first_folder(KeptSource(source, cache))
    with pytest.raises(SourceError, match="not on disk"):
        merged(KeptSource(source, cache, offline=True))


def test_a_listing_that_broke_off_is_asked_for_again() -> None:
    source = three_pages()
    source.breaks_after[""] = 1
    kept = KeptSource(source, MemoryCache())
    for _ in range(2):
        with pytest.raises(SourceError, match="cut off"):
            merged(kept)
    source.breaks_after.clear()
    assert len(merged(kept).files) == 6


def test_one_file_alone_is_not_its_folders_listing() -> None:
    day = MemorySource([log_key(unique=u * 16) for u in "abc"])
    alone = MemorySource([min(day.files)])
    alone.identity = day.identity
    cache = MemoryCache()
    key = min(day.files)
    assert len(merged(KeptSource(alone, cache, only=key), OLD_DAY).files) == 1
    assert len(merged(KeptSource(day, cache), OLD_DAY).files) == 3
    assert [f.key for f in merged(KeptSource(alone, cache, only=key), OLD_DAY).files] == [key]
    offline = KeptSource(alone, cache, only=key, offline=True)
    assert [f.key for f in merged(offline, OLD_DAY).files] == [key]


def test_asking_again_reaches_everything_below_once() -> None:
    source = MemorySource([log_key("2024/01/15"), log_key("2024/01/16")])
    days = [log_key(day).rpartition("/")[0] + "/" for day in ("2024/01/15", "2024/01/16")]
    kept = KeptSource(source, MemoryCache())
    for _ in range(2):
        for day in days:
            merged(kept, day)
    assert Counter(source.requests) == dict.fromkeys(days, 1)
    kept.list_again("AWSLogs/")
    for _ in range(2):
        for day in days:
            merged(kept, day)
    assert Counter(source.requests) == dict.fromkeys(days, 2)
