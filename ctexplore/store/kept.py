"""A source whose listings are kept, so that what was seen once can be browsed without it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ctexplore.sources.source import LogFile, Page, Source, SourceError
from ctexplore.store.cache import Cache
from ctexplore.store.packs import Listings
from ctexplore.trail.layout import place_of

# CloudTrail delivers late for up to 30 days (CloudTrail User Guide, "Logging events"); a folder
# listed after that has all it will ever have.
SETTLED = timedelta(days=31)


class KeptSource:
    """Another source, with its listings in the cache; offline it asks nothing of that source."""

    def __init__(self, source: Source, cache: Cache, *, offline: bool = False) -> None:
        self.source = source
        self.identity = source.identity
        self.label = source.label
        self.root = source.root
        self.local = source.local
        self.offline = offline
        self._listings = Listings(cache, source.identity)
        self._again: set[str] = set()

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        kept = self._listings.get(folder)
        if kept is not None and (self.offline or self._settled(folder, kept[2])):
            folders, files, _ = kept
            yield Page(
                [f for f in folders if f > start_after],
                [f for f in files if f.key > start_after],
            )
            return
        if self.offline:
            raise SourceError(self.uri(folder), "not on disk", "it was never listed while online")
        pages: list[Page] = []
        for page in self.source.children(folder, start_after):
            pages.append(page)
            yield page
        # Reached only when the listing went through to its end.
        if not start_after:
            self._listings.put(folder, pages, datetime.now(UTC))
            self._again.discard(folder)

    def read(self, file: LogFile) -> bytes:
        if self.offline:
            raise SourceError(self.uri(file.key), "not on disk", "it was never read while online")
        return self.source.read(file)

    def uri(self, key: str) -> str:
        return self.source.uri(key)

    def close(self) -> None:
        self.source.close()

    def list_again(self, folder: str) -> None:
        """Ask the source the next time, however old the folder is."""
        self._again.add(folder)

    def _settled(self, folder: str, taken: datetime) -> bool:
        span = place_of(folder).span()
        return folder not in self._again and span is not None and taken.date() > span[1] + SETTLED
