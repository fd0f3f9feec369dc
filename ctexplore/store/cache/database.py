"""Opening diskcache's database: without its long waits, and past a damaged one."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import diskcache
from diskcache.core import DEFAULT_SETTINGS, METADATA

from ctexplore.store.cache.cachedir import ASIDE, DATABASE, DATABASE_FILES
from ctexplore.store.cache.disk import BytesDisk

#: Seconds that a write waits for another process. A write takes milliseconds.
BUSY_WAIT = 1.0

# Settings kept in the database win over diskcache's defaults, so all are given at each opening.
_SETTINGS: dict[str, Any] = {
    **DEFAULT_SETTINGS,
    # With these two a read is never a write, so it never waits for a lock.
    "eviction_policy": "least-recently-stored",
    "statistics": 0,
    "tag_index": 0,
    "cull_limit": 10,
    # A mapped file that somebody truncates kills the process with SIGBUS.
    "sqlite_mmap_size": 0,
    # The write-ahead log is not counted by diskcache: about 1 MB instead of 4.
    "sqlite_wal_autocheckpoint": 256,
    "sqlite_journal_size_limit": 1 << 20,
}

# Of diskcache's table. A query with a missing one fails, so another layout is noticed at once.
_COLUMNS = "key, raw, store_time, expire_time, access_time, access_count, tag, size, mode"
_COLUMNS += ", filename, value"

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class Database(diskcache.Cache):  # type: ignore[misc]
    """diskcache.Cache that gives up on a locked database instead of asking for 60 seconds.

    While it opens, diskcache sets no SQLite timeout and repeats what fails with exactly
    "database is locked". Here the statement is repeated until ``deadline`` (of
    ``time.monotonic()``) and then fails with another text, so that diskcache passes it on.
    """

    def __init__(self, directory: Path, limit: int, deadline: float) -> None:
        self._deadline = deadline
        settings = {**_SETTINGS, "size_limit": limit}
        super().__init__(str(directory), timeout=BUSY_WAIT, disk=BytesDisk, **settings)

    @property
    def _sql(self) -> Any:
        execute = super()._sql

        def run(*args: Any) -> Any:
            while True:
                try:
                    return execute(*args)
                except sqlite3.OperationalError as error:
                    if error_code(error) not in _LOCKED:
                        raise
                    if time.monotonic() >= self._deadline:
                        busy = sqlite3.OperationalError("in use by another program")
                        busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
                        raise busy from error
                time.sleep(0.002)

        return run


def open_database(directory: Path, limit: int, deadline: float) -> tuple[Database, str]:
    """The database and a note, which is empty unless a damaged one was set aside.

    Raises sqlite3.Error; is_busy and is_full tell what it means.
    """
    note = ""
    while True:
        try:
            _inspect(directory / DATABASE, deadline)
            return Database(directory, limit, deadline), note
        except sqlite3.Error as error:
            # On opening, SQLITE_ERROR is a table that lacks a column or an index that does not
            # fit: the database of some other program or version.
            if note or error_code(error) not in {*_DAMAGE, sqlite3.SQLITE_ERROR}:
                raise
        note = set_aside(directory)


def set_aside(directory: Path) -> str:
    """Rename the database, over the last one that was; the note that tells so."""
    (directory / DATABASE).replace(directory / ASIDE)
    for name in DATABASE_FILES:
        if name != ASIDE:
            with suppress(OSError):
                (directory / name).unlink()
    return f"{directory / DATABASE} was damaged and is now {ASIDE}; the cache starts empty"


def _inspect(path: Path, deadline: float) -> None:
    """Raise sqlite3.Error for a database whose settings diskcache must not take over.

    diskcache makes an attribute of each row of Settings, whatever its name.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)
    wait = max(0.0, deadline - time.monotonic())
    with closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "Cache" in tables:
            connection.execute(f"SELECT {_COLUMNS} FROM Cache LIMIT 0")
        if not tables:
            return
        settings = dict(connection.execute("SELECT key, value FROM Settings"))
    if not settings.keys() <= _SETTINGS.keys() | METADATA.keys():
        raise _damage("unknown settings")
    if any(
        type(settings.get(name, 0)) is not int or settings.get(name, 0) < 0 for name in METADATA
    ):
        raise _damage("counts that are not numbers")


def _damage(reason: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(reason)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def error_code(error: BaseException | None) -> int:
    """SQLite's primary result code; 0 when the error is not SQLite's.

    diskcache.Timeout stands for any BEGIN that failed; the error behind it is looked at.
    """
    if isinstance(error, diskcache.Timeout):
        error = error.__context__
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: BaseException) -> bool:
    return error_code(error) in _LOCKED


def is_damage(error: BaseException) -> bool:
    return error_code(error) in _DAMAGE


def is_full(error: BaseException) -> bool:
    number = error.errno if isinstance(error, OSError) else 0
    return error_code(error) == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT)
