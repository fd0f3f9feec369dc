"""Bytes that are read at any place: an archive on disk, or one that came on standard input."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Protocol

from ctexplore.sources.source import SourceError

# Without these, opening a FIFO waits for a writer and a terminal device may become ours.
_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Stored(Protocol):
    """size: bytes in all. version: changes when they do."""

    size: int
    version: str

    def read_at(self, offset: int, size: int) -> bytes:
        """Fewer bytes than asked for at the end only. Raises SourceError."""
        ...

    def close(self) -> None: ...


class FileBytes:
    """A regular file, kept open; that it changes while it is open is an error."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError."""
        self._path = path
        try:
            self._handle = os.open(path, _OPEN)
        except OSError as error:
            raise self._error((error.strerror or str(error)).lower()) from None
        found = os.fstat(self._handle)
        if not stat.S_ISREG(found.st_mode):
            self.close()
            raise self._error("not a regular file")
        self.size = found.st_size
        self._changed = found.st_mtime_ns
        self.version = f"{found.st_mtime_ns}-{found.st_size}"

    def read_at(self, offset: int, size: int) -> bytes:
        parts: list[bytes] = []
        try:
            found = os.fstat(self._handle)
            while size > 0 and (part := os.pread(self._handle, size, offset)):
                parts.append(part)
                size -= len(part)
                offset += len(part)
        except OSError as error:
            raise self._error((error.strerror or str(error)).lower()) from None
        if (found.st_size, found.st_mtime_ns) != (self.size, self._changed):
            raise self._error("changed since it was opened")
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _error(self, reason: str) -> SourceError:
        hint = "open it again" if reason.startswith("changed") else ""
        return SourceError(os.fspath(self._path), reason, hint)


class MemoryBytes:
    """Bytes that are here already. version: tells them from others."""

    def __init__(self, data: bytes, version: str) -> None:
        self._data = data
        self.size = len(data)
        self.version = version

    def read_at(self, offset: int, size: int) -> bytes:
        return self._data[offset : offset + size]

    def close(self) -> None:
        self._data = b""
