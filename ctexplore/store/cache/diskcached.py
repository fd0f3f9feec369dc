"""The cache on disk: diskcache, kept within its limit and away from its known traps."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

from diskcache import Timeout

from ctexplore.store.cache.cache import CacheStats
from ctexplore.store.cache.cachedir import (
    ASIDE,
    DATABASE,
    LOCK,
    Refused,
    disk_usage,
    prepare,
    wipe,
)
from ctexplore.store.cache.cachelock import Busy, CacheLock
from ctexplore.store.cache.database import (
    Database,
    is_busy,
    is_damage,
    is_full,
    open_database,
    set_aside,
)
from ctexplore.store.cache.sweep import sweep

_OPEN_WAIT = 1.5
_QUIET_AFTER_TROUBLE = 10.0
# What a put may add to the write-ahead log before SQLite folds it into the database.
_LOG_ROOM = 1 << 20
_FAILURES = (Timeout, sqlite3.Error, OSError, Refused)


class DiskCache:
    """The Cache protocol over one folder. Raises Refused when the folder cannot be used.

    Threads: writes take turns behind one lock; reads go straight through, each thread on the
    SQLite connection that diskcache keeps for it.
    """

    def __init__(self, directory: Path, limit: int, reserve: int | None = None) -> None:
        self._directory = directory.absolute()
        self._limit = limit
        self._reserve = reserve
        self._lock = threading.Lock()
        self._opening = self._stopped = self._trouble = ""
        self._quiet_until = 0.0
        self._damaged = self._rebuilt = False
        self._open()

    def get(self, key: str) -> bytes | None:
        database = self._database
        if database is None:
            return None
        try:
            value: bytes | None = database.get(key, retry=False)
        except _FAILURES as error:
            self._damaged |= is_damage(error)
            return None
        return value

    def put(self, key: str, value: bytes) -> bool:
        if len(value) > self._limit // 4:
            return False
        with self._lock:
            if self._stopped or time.monotonic() < self._quiet_until:
                return False
            try:
                database = self._current()
                if database is None or self._disk_is_low(len(value)):
                    return False
                if not self._users.writing:
                    sweep(self._directory, self._users)
                    self._users.begin_writing()
                self._make_room(database, len(value))
                database.set(key, value, retry=False)
                database.disk.written = ""
            except _FAILURES as error:
                self._failed(error)
                return False
            self._trouble = ""
            return True

    def delete(self, key: str) -> None:
        with self._lock:
            if self._database is None:
                return
            try:
                self._database.delete(key, retry=False)
            except _FAILURES as error:
                self._failed(error)

    def clear(self) -> int:
        with self._lock:
            before = disk_usage(self._directory)
            self._shut()
            wipe(self._directory)
            self._stopped = self._trouble = ""
            self._quiet_until = 0.0
            self._damaged = self._rebuilt = False
            try:
                self._open()
            except _FAILURES as error:
                self._stopped = str(error)
            return max(0, before - disk_usage(self._directory))

    def stats(self) -> CacheStats:
        entries = 0
        with suppress(*_FAILURES):
            entries = len(self._database or ())
        note = "; ".join(filter(None, (self._opening, self._stopped or self._trouble)))
        return CacheStats(self._directory, entries, disk_usage(self._directory), self._limit, note)

    def sweep(self) -> int:
        """Remove value files that no row names, as a killed process leaves them; bytes freed.

        The first put of a run does this by itself. Does nothing while another process has the
        cache open, whose newest file may not have its row yet, nor when it was done today and
        no writer was killed since.
        """
        with self._lock, suppress(OSError):
            if self._database is not None:
                return sweep(self._directory, self._users)
        return 0

    def close(self) -> None:
        with self._lock:
            self._shut()
            self._stopped = self._stopped or "the cache is closed"

    def _open(self) -> None:
        self._database: Database | None = None
        prepare(self._directory)
        path = self._directory / DATABASE
        deadline = time.monotonic() + _OPEN_WAIT
        try:
            self._users = CacheLock(self._directory / LOCK, deadline)
            try:
                self._database, self._opening = open_database(
                    self._directory, self._limit, deadline
                )
                self._inode = path.stat().st_ino
            except BaseException:
                self._users.close()
                raise
        except Busy:
            note = f"cache busy: another program holds {self._directory / LOCK}"
        except (sqlite3.Error, OSError) as error:
            if is_busy(error):
                note = f"cache busy: another program holds {path}"
            elif is_full(error):
                note = f"{self._directory}: the disk is full; free some, or clear the cache"
            else:
                note = f"{path}: {error}"
        else:
            return
        raise Refused(note, self._directory)

    def _shut(self) -> None:
        if self._database is not None:
            self._database.close()
            # The connections of other threads cannot be closed from here; they close when
            # Python collects them.
            self._database = None
            self._users.close()

    def _current(self) -> Database | None:
        """The database, opened again if it is damaged or another process cleared the cache."""
        if self._database is None:
            return None
        damaged, self._damaged = self._damaged, False
        if damaged and self._rebuilt:
            raise Refused(f"{self._directory / DATABASE} was damaged twice; is the disk failing?")
        try:
            replaced = (self._directory / DATABASE).lstat().st_ino != self._inode
        except FileNotFoundError:
            replaced = True
        if damaged or replaced:
            self._shut()
            note = set_aside(self._directory) if damaged and not replaced else ""
            self._rebuilt |= damaged
            self._open()
            self._opening = note or self._opening
        return self._database

    def _disk_is_low(self, size: int) -> bool:
        status = os.statvfs(self._directory)
        free = status.f_bavail * status.f_frsize
        reserve = self._reserve
        if reserve is None:
            reserve = max(status.f_blocks * status.f_frsize // 20, 200 << 20)
        if free - size >= reserve:
            return False
        self._stopped = (
            f"nothing more is cached: {self._directory} has {free >> 20} MB free "
            f"and {reserve >> 20} MB are left to others"
        )
        return True

    def _make_room(self, database: Database, size: int) -> None:
        """Evict the oldest first, so that the limit holds with this value and all files."""
        besides = 0
        for name in (ASIDE, "cache.db-shm"):
            with suppress(OSError):
                besides += (self._directory / name).lstat().st_size
        log = _LOG_ROOM
        with suppress(OSError):
            log = max(log, (self._directory / "cache.db-wal").lstat().st_size)
        room = self._limit - besides - log - size - 16384
        if database.volume() > room:
            database.size_limit = room
            try:
                database.cull()
            finally:
                database.size_limit = self._limit

    def _failed(self, error: Exception) -> None:
        """Undo what a failed put left behind, and decide what becomes of the next ones."""
        database = self._database
        if database is not None:
            database.disk.remove(database.disk.written)
            database.disk.written = ""
            # A COMMIT that fails may leave its transaction open; closing rolls it back.
            with suppress(sqlite3.Error):
                database.close()
        if isinstance(error, Refused):
            self._stopped = str(error)
        elif is_full(error):
            self._stopped = f"nothing more is cached: {self._directory}: the disk is full"
        elif is_damage(error):
            self._damaged = True
        else:
            self._quiet_until = time.monotonic() + _QUIET_AFTER_TROUBLE
            what = "cache busy" if is_busy(error) else str(error) or type(error).__name__
            self._trouble = f"{what}; not caching for {_QUIET_AFTER_TROUBLE:.0f} seconds"
