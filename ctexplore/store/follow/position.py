"""How far a trail was followed: which log files were read and which events were told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

from ctexplore.sources.source import LogFile
from ctexplore.store.cache.entries import fingerprint
from ctexplore.store.private_file import prepare

# CloudTrail delivers again for up to 30 days (CloudTrail User Guide, "Logging events"), and a
# folder's date may be a day off.
LATE: Final = timedelta(days=31)
# Events remembered at most, some 20 bytes each: the oldest are forgotten first.
_MOST_EVENTS: Final = 5_000_000
_VERSION: Final = "1"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS files (hash INTEGER PRIMARY KEY, day INTEGER);
CREATE TABLE IF NOT EXISTS events (hash INTEGER PRIMARY KEY, day INTEGER);
CREATE TABLE IF NOT EXISTS said (name TEXT PRIMARY KEY, value TEXT);
"""


class CannotKeep(Exception):
    """A position that cannot be used; the message names the file and says why."""


class Position:
    """What was seen, in a private file or in memory; of names and events only hashes are kept.

    Every call that changes something is one transaction: a process that is killed leaves the
    position before or after it, never half of one. A power cut may lose the last ones, not more.
    fresh: nothing was in it when it was opened.
    """

    def __init__(self, file: Path | None = None) -> None:
        """file: made when it is missing, and held against others until ``close``.

        Raises CannotKeep.
        """
        self._file = file
        try:
            if file is not None:
                prepare(file)
            self._database = sqlite3.connect(
                file or ":memory:", timeout=0, isolation_level=None, check_same_thread=False
            )
            # The log ahead of the file makes a transaction one write; exclusively it needs no
            # memory that is shared, and nobody else follows from the same position.
            for setting in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=NORMAL"):
                self._database.execute(f"PRAGMA {setting}")
            self._database.executescript(_SCHEMA)
            self.fresh = self.said("version") is None
            if self.said("version") not in (None, _VERSION):
                raise CannotKeep(f"{file} was written by another version of ctexplore")
            self.say(version=_VERSION)
        except (OSError, sqlite3.Error) as error:
            raise CannotKeep(self._why(error)) from None

    # -- log files

    def unread(self, files: Iterable[LogFile]) -> list[LogFile]:
        """Those of the files that were not read, or in another version."""
        known = self._database.execute
        found = "SELECT 1 FROM files WHERE hash = ?"
        return [f for f in files if not known(found, (_hash_of(f),)).fetchone()]

    def add_files(self, files: Iterable[LogFile], day: date | None) -> None:
        """They were read. day: of their folder, after which they may be forgotten in time; None
        keeps them."""
        number = None if day is None else day.toordinal()
        self._many("INSERT OR REPLACE INTO files VALUES (?, ?)", _hashes(files, number))

    # -- events

    def untold(self, events: Sequence[int]) -> list[bool]:
        """Of each event, by its number from ``event_number``, whether it was not told."""
        known = self._database.execute
        found = "SELECT 1 FROM events WHERE hash = ?"
        return [known(found, (event,)).fetchone() is None for event in events]

    def add_event(self, event: int, today: date) -> None:
        """It was told."""
        row = event, today.toordinal()
        self._database.execute("INSERT OR REPLACE INTO events VALUES (?, ?)", row)

    # -- the rest

    def said(self, name: str) -> str | None:
        row = self._database.execute("SELECT value FROM said WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def say(self, **values: str) -> None:
        self._many("INSERT OR REPLACE INTO said VALUES (?, ?)", values.items())

    def forget_before(self, today: date) -> None:
        """Let go of what can come no more."""
        day = (today - LATE - timedelta(days=2)).toordinal()
        self._database.execute("DELETE FROM files WHERE day < ?", (day,))
        self._database.execute("DELETE FROM events WHERE day < ?", (day,))
        over = self._database.execute("SELECT COUNT(*) FROM events").fetchone()[0] - _MOST_EVENTS
        if over > 0:
            oldest = "SELECT hash FROM events ORDER BY day LIMIT ?"
            self._database.execute(f"DELETE FROM events WHERE hash IN ({oldest})", (over,))

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._database.close()

    def _many(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._database.execute("BEGIN")
        try:
            self._database.executemany(statement, rows)
            self._database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    def _why(self, error: Exception) -> str:
        if isinstance(error, OSError):
            return f"{error.filename or self._file}: {error.strerror or error}"
        if "locked" in str(error):
            return f"{self._file} is in use: the same is followed already"
        return f"{self._file} cannot be read: {error}"


def event_number(high: int, low: int, checksum: int, place: tuple[str, int] = ("", 0)) -> int:
    """64 bits that stand for an event: of its id's two halves and its bytes' checksum.

    place: the log file's key and the record's index, where the event has no id of its own.
    """
    words = b"".join(n.to_bytes(8, "little") for n in (high, low, checksum))
    if not (high or low):
        words += fingerprint([place[0], str(place[1])]).encode()
    return _signed(blake2b(words, digest_size=8).digest())


def _hashes(files: Iterable[LogFile], day: int | None) -> list[tuple[int, int | None]]:
    return [(_hash_of(file), day) for file in files]


def _hash_of(file: LogFile) -> int:
    parts = file.key, str(file.size), file.version
    return _signed(bytes.fromhex(fingerprint(parts, size=8)))


def _signed(digest: bytes) -> int:
    return int.from_bytes(digest, "little", signed=True)
