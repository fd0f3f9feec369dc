"""What the rest of the program knows of the cache: get, put, delete, clear, stats."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from ctexplore.store.cache.cachedir import disk_usage, wipe

DEFAULT_LIMIT = 4 << 30


class CacheStats(Struct, frozen=True):
    """path: the folder, None when nothing lies on disk. entries: values kept.

    size: bytes taken on disk, all files of the cache counted. limit: bytes size stays below.
    note: one line, why the cache is off or limited and what to do; empty when it is fine.
    """

    path: Path | None
    entries: int
    size: int
    limit: int
    note: str


class Cache(Protocol):
    """Bytes by key, kept between runs as far as that works; nothing here ever raises.

    Keys are short ASCII strings. A value comes back exactly as it was put, or not at all:
    evicted, damaged and never stored are the same miss. Safe to call from several threads.
    """

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> bool:
        """Whether the value was kept: not when the disk is full, the cache busy or off, or
        the value larger than a quarter of the limit."""
        ...

    def delete(self, key: str) -> None: ...

    def clear(self) -> int:
        """Remove everything, also on a full disk; the bytes freed."""
        ...

    def stats(self) -> CacheStats: ...

    def close(self) -> None: ...


class NoCache:
    """Keeps nothing.

    note: why. directory: a cache folder of ours that cannot be used now (busy, disk full)
        but can still be measured and cleared.
    """

    def __init__(self, note: str, directory: Path | None = None) -> None:
        self._note = note
        self._directory = directory

    def get(self, key: str) -> bytes | None:  # noqa: ARG002
        return None

    def put(self, key: str, value: bytes) -> bool:  # noqa: ARG002
        return False

    def delete(self, key: str) -> None:
        pass

    def clear(self) -> int:
        if self._directory is None:
            return 0
        before = disk_usage(self._directory)
        wipe(self._directory)
        return max(0, before - disk_usage(self._directory))

    def stats(self) -> CacheStats:
        size = disk_usage(self._directory) if self._directory else 0
        return CacheStats(self._directory, 0, size, 0, self._note)

    def close(self) -> None:
        pass


class MemoryCache:
    """Keeps values for this run only, without a limit."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        return self._values.get(key)

    def put(self, key: str, value: bytes) -> bool:
        with self._lock:
            self._values[key] = value
        return True

    def delete(self, key: str) -> None:
        with self._lock:
            self._values.pop(key, None)

    def clear(self) -> int:
        with self._lock:
            freed = sum(map(len, self._values.values()))
            self._values.clear()
        return freed

    def stats(self) -> CacheStats:
        with self._lock:
            return CacheStats(None, len(self._values), 0, 0, "")

    def close(self) -> None:
        pass
