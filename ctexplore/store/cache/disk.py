"""How diskcache may read and write its files: checked bytes, never a pickle."""

from __future__ import annotations

import os
import sqlite3
import stat
import struct
from typing import IO, Final, Literal

import deflate
import diskcache
from diskcache.core import MODE_BINARY, MODE_RAW

from ctexplore.store.cache.cachedir import is_value_name, remove_value, value_folders

BLOCK: Final = 4096
_SUMS: Final = struct.Struct("<QII")


class Damaged(OSError):
    """A row or file is not what was stored; diskcache.Cache.get answers with its default."""


class BytesDisk(diskcache.Disk):  # type: ignore[misc]
    """Keeps ``str`` keys and ``bytes`` values; a value lies behind its sums:
    its size, its CRC-32 and its Adler-32.

    diskcache pickles what is neither text nor number and unpickles what a row says is pickled
    (CVE-2025-69872), its JSONDisk too. Here every way to a pickle is closed, and so is every
    way to a file outside the cache folder. The sums find damage (diskcache never syncs
    value files, so a power cut may leave them short or blank). They do not stop a forger who
    can write into the folder: he gets wrong bytes shown, but no code run. A cryptographic
    digest would not either, and takes ten times as long.

    written: name of the value file written last, for the caller to remove when its row was
        not committed.
    """

    written: str = ""

    def put(self, key: object) -> tuple[str, bool]:
        if type(key) is not str:
            raise TypeError("a cache key is a str")
        return key, True

    def get(self, key: object, raw: object) -> str:
        if raw != 1 or type(key) is not str:
            raise Damaged("a cache key that is not text")
        return key

    def store(
        self, value: object, read: bool, key: object = None
    ) -> tuple[int, int, str | None, sqlite3.Binary | None]:
        """The size in the answer is what the value takes on disk: whole blocks, two folders."""
        if read or type(value) is not bytes:
            raise TypeError("a cache value is bytes")
        sums = _sums(value)
        if len(value) < self.min_file_size:
            return 0, MODE_RAW, None, sqlite3.Binary(sums + value)
        name: str = self.filename(key, value)[0]
        self.written = name
        try:
            with self._open(name, "xb") as file:
                file.write(sums)
                file.write(value)
        except OSError:
            self.remove(name)
            raise
        blocks = -(-(len(value) + _SUMS.size) // BLOCK)
        return (blocks + 2) * BLOCK, MODE_BINARY, name, None

    def fetch(self, mode: object, filename: object, value: object, read: bool) -> bytes:
        if read:
            raise Damaged("values are not handed out as open files")
        if mode == MODE_RAW and type(value) is bytes:
            sums, body = value[: _SUMS.size], value[_SUMS.size :]
        elif mode == MODE_BINARY and is_value_name(filename):
            with self._open(filename, "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
                    raise Damaged(f"{filename} is not a file of ours")
                sums = file.read(_SUMS.size)
                body = file.read()
        else:
            raise Damaged(f"a row of mode {mode!r} with file {filename!r}")
        if _sums(body) != sums:
            raise Damaged(f"{filename or 'a row'} does not match its sums")
        return body

    def remove(self, file_path: object) -> None:
        """Remove a value file and its emptied folders; any other name is left alone.

        Never raises for what lies on disk: diskcache calls it after it has committed.
        """
        if is_value_name(file_path):
            remove_value(self._directory, file_path)

    def _open(self, name: str, mode: Literal["rb", "xb"]) -> IO[bytes]:
        # O_NONBLOCK: a FIFO planted as a value must not block; regular files ignore it.
        extra = os.O_NOFOLLOW | os.O_NONBLOCK
        attempts = 10
        while True:
            attempts -= 1
            try:
                with value_folders(self._directory, name, make=mode == "xb") as (_, _, inner):
                    return open(
                        name[6:],
                        mode,
                        # Unbuffered reads save one copy of a value of many megabytes.
                        buffering=0 if mode == "rb" else -1,
                        opener=lambda path, flags: os.open(
                            path, flags | extra, 0o600, dir_fd=inner
                        ),
                    )
            except FileNotFoundError:
                # Another process may have removed the folder with its last value in between.
                if mode == "rb" or not attempts:
                    raise


def _sums(value: bytes) -> bytes:
    return _SUMS.pack(len(value), deflate.crc32(value), deflate.adler32(value))
