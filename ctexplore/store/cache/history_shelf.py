"""What is known of Event history, kept in the cache: a value for each day, and their list."""

from __future__ import annotations

import threading
from typing import Final

import msgspec

from ctexplore.sources.history.known import Known, Stretch
from ctexplore.store.cache import entries
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.entries import FileRows, cache_key

_DAY: Final = b"ctexplore history day 1\n"
_DAYS: Final = b"ctexplore history days 1\n"


class _Day(msgspec.Struct, array_like=True):
    """spans: start and stop of each stretch. files: of each stretch, then those after them all."""

    spans: list[tuple[int, int]]
    files: list[FileRows]


class _Days(msgspec.Struct, array_like=True):
    folders: list[str]


class KeptHistory:
    """A ``Shelf`` in the cache. What the cache has lost is not known, and asked for again."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._adding = threading.Lock()

    def get(self, identity: str, folder: str) -> Known:
        value = self._cache.get(cache_key("history day", identity, folder))
        kept = entries.read(_DAY, _Day, value)
        if kept is None or len(kept.files) != len(kept.spans) + 1:
            return Known()
        try:
            *each, recent = (tuple(rows.files()) for rows in kept.files)
        except ValueError:
            return Known()
        stretches = [
            Stretch(start, stop, files)
            for (start, stop), files in zip(kept.spans, each, strict=True)
        ]
        return Known(stretches, recent, asked=True)

    def put(self, identity: str, folder: str, known: Known) -> None:
        spans = [(stretch.start, stretch.stop) for stretch in known.stretches]
        files = [s.files for s in known.stretches] + [known.recent]
        rows = [FileRows.of(folder, each) for each in files]
        self._cache.put(
            cache_key("history day", identity, folder), entries.write(_DAY, _Day(spans, rows))
        )
        with self._adding:
            days = self.days(identity)
            if folder not in days:
                value = entries.write(_DAYS, _Days([*days, folder]))
                self._cache.put(cache_key("history days", identity), value)

    def days(self, identity: str) -> list[str]:
        kept = entries.read(_DAYS, _Days, self._cache.get(cache_key("history days", identity)))
        return kept.folders if kept else []
