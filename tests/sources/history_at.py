"""Event history at a scripted endpoint, under clocks that only waiting moves."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from ctexplore.sources.aws.session import open_client, open_session
from ctexplore.sources.history.account import Account, HistoryOptions
from ctexplore.sources.history.lookup import Lookups
from ctexplore.sources.history.source import HistorySource
from ctexplore.sources.source import LogFile, Page
from ctexplore.store.cache.cache import Cache, MemoryCache
from ctexplore.store.cache.history_shelf import KeptHistory
from tests.lookup_endpoint import ACCOUNT, LookupEndpoint

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EVENTS = f"{ACCOUNT}/Events/us-east-1/"
INSIGHTS = f"{ACCOUNT}/Insights/us-east-1/"
TODAY = f"{EVENTS}2026/11/20/"
YESTERDAY = f"{EVENTS}2026/11/19/"


class Clock:
    """slept: seconds of each wait. Waiting is over at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class World:
    """An endpoint, a cache and the time of day; each ``open`` is another start of ctexplore."""

    def __init__(self, endpoint: LookupEndpoint) -> None:
        self.endpoint = endpoint
        self.clock = Clock()
        endpoint.now = self.clock
        self.cache: Cache = MemoryCache()
        self.now = NOON

    def open(
        self, *, regions: Sequence[str] = ("us-east-1",), offline: bool = False, **more: Any
    ) -> HistorySource:
        self.clock.now += 5
        session = None if offline else open_session()
        lookups = Lookups(
            lambda region: open_client(
                session, "cloudtrail", region=region, endpoint_url=self.endpoint.url, tries=1
            ),
            sleep=self.clock.sleep,
            clock=self.clock,
        )
        return HistorySource(
            HistoryOptions(tuple(regions), every=more.pop("every", False)),
            Account(ACCOUNT, f"history:test/{ACCOUNT}", None if offline else lookups),
            KeptHistory(self.cache),
            now=lambda: self.now.timestamp(),
            **more,
        )


def pages(source: HistorySource, folder: str) -> list[Page]:
    return list(source.children(folder))


def files(source: HistorySource, *folders: str) -> list[LogFile]:
    return [file for f in folders for page in source.children(f) for file in page.files]


def content(source: HistorySource, file: LogFile) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads(gzip.decompress(source.read(file)))["Events"]
    return events


def ids(source: HistorySource, *folders: str) -> list[str]:
    """Of the events in the folders, in the order in which they came."""
    return [e["EventId"] for f in files(source, *folders) for e in content(source, f)]


def newest_first(events: Iterable[dict[str, Any]]) -> list[str]:
    """The ids the endpoint should give, one event a second."""
    return [e["EventId"] for e in sorted(events, key=lambda e: -e["EventTime"])]
