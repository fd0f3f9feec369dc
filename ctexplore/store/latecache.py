"""A cache that is opened by the first thread that needs it, never by the screen's."""

from __future__ import annotations

import threading
from pathlib import Path

from ctexplore.store.cache import Cache, CacheStats, open_cache


class LateCache:
    """The cache in ``directory``, opened at the first get or put.

    Opening imports diskcache and sqlite3 (40 ms) and may wait two seconds for another program.
    """

    def __init__(self, directory: Path | None, limit: int) -> None:
        self._directory = directory
        self._limit = limit
        self._lock = threading.Lock()
        self._cache: Cache | None = None

    def _opened(self) -> Cache:
        with self._lock:
            if self._cache is None:
                self._cache = open_cache(self._directory, self._limit)
            return self._cache

    def get(self, key: str) -> bytes | None:
        return self._opened().get(key)

    def put(self, key: str, value: bytes) -> bool:
        return self._opened().put(key, value)

    def delete(self, key: str) -> None:
        self._opened().delete(key)

    def clear(self) -> int:
        return self._opened().clear()

    def stats(self) -> CacheStats:
        return self._opened().stats()

    def close(self) -> None:
        with self._lock:
            if self._cache is not None:
                self._cache.close()
