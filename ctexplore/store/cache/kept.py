"""A source whose listings are kept, so that what was seen once can be browsed without it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from ctexplore.sources.source import LogFile, Page, Source, SourceError
from ctexplore.sources.tagged import read_tagged
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.packs import Listings
from ctexplore.trail.layout import place_of

# CloudTrail delivers late for up to 30 days (CloudTrail User Guide, "Logging events"); a folder
# listed after that has all it will ever have.
SETTLED = timedelta(days=31)
# Seconds for which a listing that was left after its first page can be gone on with. What a
# place is gets decided from its first page, and the place is then shown: one LIST, not three.
FRESH = 10.0


class _Begun(Struct):
    """A listing under way: when it began, the pages that came, and those to come."""

    at: float
    coming: Iterator[Page]
    pages: list[Page] = field(default_factory=list)


class KeptSource:
    """Another source, with its listings in the cache; offline it asks nothing of that source.

    root: may be set, where the place turns out to begin further down.
    """

    def __init__(
        self,
        source: Source,
        cache: Cache,
        *,
        offline: bool = False,
        only: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """only: the key of a source of one file, whose listing is not that of its folder."""
        self.source = source
        self.identity = source.identity
        self.label = source.label
        self.root = source.root
        self.local = source.local
        self.offline = offline
        self._only = only
        self._clock = clock
        self._listings = Listings(cache, source.identity)
        self._again: list[str] = []
        self._done_again: set[str] = set()
        self._begun: dict[str, _Begun] = {}

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        kept = self._listings.get(folder)
        if kept is not None and (self.offline or self._settled(folder, kept[2])):
            folders, files, _ = kept
            if self._only:
                folders, files = [], [file for file in files if file.key == self._only]
            yield Page(
                [f for f in folders if f > start_after],
                [f for f in files if f.key > start_after],
                kept=True,
            )
            return
        if self.offline:
            raise SourceError(self.uri(folder), "not on disk", "it was never listed while online")
        if start_after:
            yield from self.source.children(folder, start_after)
        else:
            yield from self._list(folder)

    def _list(self, folder: str) -> Iterator[Page]:
        begun = self._begun.pop(folder, None)
        if begun is None or not self._fresh(begun):
            begun = _Begun(self._clock(), self.source.children(folder))
        pages = begun.pages
        try:
            yield from tuple(pages)
            for page in begun.coming:
                pages.append(page)
                yield page
        except GeneratorExit:
            if len(pages) == 1:
                self._begun = {f: b for f, b in self._begun.items() if self._fresh(b)}
                self._begun[folder] = begun
            raise
        # The listing went through to its end.
        if not self._only:
            self._listings.put(folder, pages, datetime.now(UTC))
        self._done_again.add(folder)

    def _fresh(self, begun: _Begun) -> bool:
        return self._clock() - begun.at < FRESH

    def read(self, file: LogFile) -> bytes:
        if self.offline:
            raise SourceError(self.uri(file.key), "not on disk", "it was never read while online")
        return self.source.read(file)

    def read_tagged(self, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
        return (self.read(file), {}) if self.offline else read_tagged(self.source, file)

    def uri(self, key: str) -> str:
        return self.source.uri(key)

    def close(self) -> None:
        self.source.close()

    def list_again(self, folder: str) -> None:
        """Ask the source the next time, here and below, however old a folder is."""
        self._again.append(folder)
        self._done_again = {f for f in self._done_again if not f.startswith(folder)}
        self._begun = {f: b for f, b in self._begun.items() if not f.startswith(folder)}

    def _settled(self, folder: str, taken: datetime) -> bool:
        span = place_of(folder).span()
        if span is None or taken.date() <= span[1] + SETTLED:
            return False
        return folder in self._done_again or not folder.startswith(tuple(self._again))
