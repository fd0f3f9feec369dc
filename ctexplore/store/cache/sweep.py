"""Removing the value files that killed processes left without a row."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from ctexplore.store.cache.cachedir import DATABASE, remove_value, value_files
from ctexplore.store.cache.cachelock import CacheLock


def sweep(directory: Path, lock: CacheLock) -> int:
    """Remove files that no row names, if it is due and nobody else has the cache open.

    The newest file of another process may not have its row yet; the caller's own writes wait.
    Returns the bytes freed. Needs no space and no write to the database. Raises OSError.
    """
    freed = 0
    with lock.alone() as alone:
        if not alone or not lock.sweep_due():
            return 0
        try:
            named = _named_files(directory / DATABASE)
        except sqlite3.Error:
            return 0
        for name in value_files(directory):
            if name not in named:
                with suppress(OSError):
                    freed += (directory / name).lstat().st_blocks * 512
                remove_value(directory, name)
        lock.swept()
    return freed


def _named_files(database: Path) -> set[str]:
    with closing(sqlite3.connect(database, timeout=1)) as connection:
        query = "SELECT filename FROM Cache WHERE filename IS NOT NULL"
        return {name for (name,) in connection.execute(query)}
