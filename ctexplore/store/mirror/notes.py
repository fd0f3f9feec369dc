"""Which files were fetched to a folder, so that they need not be fetched again.

``ctexplore-fetched.jsonl`` has a JSON object for each, one a line, in the order they came:
``{"key": …, "size": …, "etag": …, "sha256": …}``. An ETag tells whether a file is the object only
where it is an MD5, and of encrypted objects it is none (Amazon S3 API Reference, "Object").
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
from contextlib import suppress
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from ctexplore.sources.source import LogFile
from ctexplore.trail.sidecar import FETCHED_NAME

_OPEN: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class Fetched(Struct, frozen=True):
    """A line. etag: whatever versions the source's files have. sha256: of the stored bytes."""

    key: str
    size: int
    etag: str
    sha256: str


class Notes:
    """The open file, which one process at a time can have."""

    def __init__(self, folder: int) -> None:
        """folder: its descriptor. Raises OSError, BlockingIOError when another process has it."""
        self._folder = folder
        self._handle = os.open(FETCHED_NAME, _OPEN, 0o600, dir_fd=folder)
        try:
            if not stat.S_ISREG(os.fstat(self._handle).st_mode):
                raise FileExistsError(errno.EEXIST, "is no regular file", FETCHED_NAME)
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._fetched = self._read()
        except BaseException:
            os.close(self._handle)
            raise

    def of(self, file: LogFile) -> Fetched | None:
        """What was noted of this version of a file."""
        noted = self._fetched.get(file.key)
        same = noted and (noted.size, noted.etag) == (file.size, file.version)
        return noted if same else None

    def add(self, file: LogFile, sha256: str) -> None:
        """Note a file, once. Raises OSError."""
        fetched = Fetched(file.key, file.size, file.version, sha256)
        if self._fetched.get(file.key) != fetched:
            os.write(self._handle, json.dumps(asdict(fetched)).encode() + b"\n")
            self._fetched[file.key] = fetched

    def close(self) -> None:
        """Leave no file where nothing was fetched."""
        with suppress(OSError):
            if not os.fstat(self._handle).st_size:
                os.unlink(FETCHED_NAME, dir_fd=self._folder)
        os.close(self._handle)

    def _read(self) -> dict[str, Fetched]:
        with os.fdopen(os.dup(self._handle), "rb") as file:
            lines = file.read().split(b"\n")
        if lines[-1]:  # cut off; the file it is of will be looked at again
            os.write(self._handle, b"\n")
        fetched = {}
        for line in lines:
            with suppress(ValueError, TypeError):
                said = Fetched(**json.loads(line))
                fetched[said.key] = said
        return fetched
