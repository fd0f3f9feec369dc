"""Opening the cache: now, or by the first thread that needs it."""

from __future__ import annotations

import threading
from pathlib import Path

from ctexplore import config
from ctexplore.store.cache.cache import DEFAULT_LIMIT, Cache, CacheStats, NoCache
from ctexplore.store.cache.cachedir import Refused


def open_cache(
    directory: Path | None = None, limit: int = DEFAULT_LIMIT, *, reserve: int | None = None
) -> Cache:
    """The cache in ``directory`` (default ``config.cache_dir()``), made when it is missing.

    reserve: bytes the disk keeps free; by default 5 % of it, at least 200 MB.
    Never raises: whatever stands in the way becomes the note of a NoCache. May take up to two
    seconds when another program holds the database, so not on the screen thread.
    """
    try:
        # diskcache and sqlite3 take 40 ms to import, and a Python may lack sqlite3.
        from ctexplore.store.cache.diskcached import DiskCache

        return DiskCache(directory or config.cache_dir(), limit, reserve)
    except Refused as refused:
        return NoCache(str(refused), refused.directory)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        return NoCache(f"the cache cannot be used: {error}")


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
