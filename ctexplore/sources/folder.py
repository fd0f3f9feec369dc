"""Log files in a local folder, or one local file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ctexplore.sources.source import LogFile, Page, SourceError

MAX_FILE_SIZE = 256 << 20
PAGE_LENGTH = 1000
_READ_AT_ONCE = 16 << 20
# Without these, opening a FIFO waits for a writer and a terminal device may become ours.
_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_AGAIN = "list the folder again"


class FolderSource:
    """A folder's regular files, one level at a time; a file given alone is a folder of one.

    Symbolic links to files are read. Symbolic links to folders are not followed below the
    folder itself, so a loop of links cannot trap a walk. File names that are not UTF-8 are
    kept as ``os.fsdecode`` gives them.
    """

    local = True
    in_place = True
    root = ""

    def __init__(self, path: str | Path, max_file_size: int = MAX_FILE_SIZE) -> None:
        """``max_file_size``: most bytes a file may have. Raises SourceError."""
        try:
            real = Path(os.path.realpath(path, strict=True))
            mode = real.stat().st_mode
        except OSError as error:
            raise SourceError(os.fspath(path), _why(error)) from None
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            raise SourceError(os.fspath(path), "not a folder or a regular file")
        self.identity = f"folder:{real}"
        self.label = real.name or str(real)
        self._max = max_file_size
        self._only = "" if stat.S_ISDIR(mode) else real.name
        base = real.parent if self._only else real
        self._base = str(base).removesuffix("/") + "/"

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        path = self._base + folder
        found: list[tuple[bytes, str, os.DirEntry[str]]] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    inside = "/" if entry.is_dir(follow_symlinks=False) else ""
                    if not self._only or (entry.name == self._only and not folder):
                        key = folder + entry.name + inside
                        found.append((os.fsencode(key), key, entry))
        except OSError as error:
            raise SourceError(path, _why(error), denied=_denied(error)) from None
        # S3 lists in byte order; the same order here makes one tree of both.
        found.sort(key=lambda item: item[0])
        after = os.fsencode(start_after)
        rest = (item for item in found if item[0] > after)
        while part := list(islice(rest, PAGE_LENGTH)):
            page = Page()
            for _, key, entry in part:
                if key.endswith("/"):
                    page.folders.append(key)
                else:
                    _add_file(page, key, entry)
            yield page

    def read(self, file: LogFile) -> bytes:
        path = self.uri(file.key)
        try:
            handle = os.open(path, _OPEN)
        except OSError as error:
            if isinstance(error, FileNotFoundError):
                raise _deleted(path) from None
            if error.errno in (errno.ENXIO, errno.EISDIR):
                raise SourceError(path, "not a regular file", skipped=True) from None
            raise SourceError(path, _why(error), denied=_denied(error)) from None
        try:
            before = os.fstat(handle)
            self._check(path, file, before)
            parts: list[bytes] = []
            left = before.st_size
            while left > 0 and (part := os.read(handle, min(left, _READ_AT_ONCE))):
                parts.append(part)
                left -= len(part)
            after = os.fstat(handle)
        except OSError as error:
            raise SourceError(path, _why(error)) from None
        finally:
            os.close(handle)
        if left or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise SourceError(path, "changed while it was read", _AGAIN, retry=True)
        return b"".join(parts)

    def _check(self, path: str, file: LogFile, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(path, "not a regular file", skipped=True)
        if (found.st_size, str(found.st_mtime_ns)) != (file.size, file.version):
            raise SourceError(path, "changed since it was listed", _AGAIN, retry=True)
        if found.st_size > self._max:
            size, most = found.st_size / (1 << 20), self._max / (1 << 20)
            raise SourceError(
                path, f"{size:,.1f} MB is over the max-file-size limit of {most:,.0f} MB"
            )

    def uri(self, key: str) -> str:
        return self._base + key

    def close(self) -> None:
        """Nothing is kept open between calls."""


def _add_file(page: Page, key: str, entry: os.DirEntry[str]) -> None:
    try:
        found = entry.stat()
    except OSError as error:
        page.unread.append(_no_status(entry, error))
        return
    if stat.S_ISREG(found.st_mode):
        page.files.append(LogFile(key, found.st_size, str(found.st_mtime_ns)))
        return
    linked = stat.S_ISDIR(found.st_mode)
    reason = "a symbolic link to a folder, not followed" if linked else "not a regular file"
    page.unread.append(SourceError(entry.path, reason, skipped=True))


def _no_status(entry: os.DirEntry[str], error: OSError) -> SourceError:
    """Why an entry that was just listed cannot be looked at."""
    if entry.is_symlink() and error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
        return SourceError(entry.path, "a symbolic link that leads nowhere", skipped=True)
    if isinstance(error, FileNotFoundError):
        return _deleted(entry.path)
    return SourceError(entry.path, _why(error), denied=_denied(error))


def _deleted(path: str) -> SourceError:
    return SourceError(path, "deleted since it was listed", _AGAIN)


def _denied(error: OSError) -> bool:
    return isinstance(error, PermissionError)


def _why(error: OSError) -> str:
    """The system's words for an error, without the number and the path."""
    return (error.strerror or str(error)).lower()
