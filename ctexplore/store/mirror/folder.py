"""A folder that objects are copied to: whole or not at all, each in its place, none over another.

Every step below the folder is taken from the one above it and follows no link, so whatever lies
there already, nothing is written elsewhere.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import Any, Final

from ctexplore.sources.source import LogFile
from ctexplore.store.mirror.names import PARTS_NAME
from ctexplore.store.mirror.notes import Notes

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# What link() says where there are no hard links: FAT, some network and FUSE file systems.
_NO_LINKS: Final = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EINVAL)
# Every further file would meet these.
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


class Taken(Exception):
    """Something else is in the file's place; it was left as it is."""


class NoRoom(Exception):
    """Nothing more can be written to this disk."""


class Seen(Enum):
    """What is in a file's place. UNSURE: of its size, and only its content can tell."""

    NOTHING = "nothing"
    WHOLE = "whole"
    UNSURE = "unsure"


class MirrorFolder:
    """One folder, held against other processes that would fetch to it. Threads may share it.

    folds: names that differ only in case are one name there.
    """

    def __init__(self, path: Path) -> None:
        """Make the folder where there is none, and take it. Raises OSError, BlockingIOError when
        another process has it."""
        self.path = path
        self._made = not path.exists()
        path.mkdir(0o700, parents=True, exist_ok=True)
        self._root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._writing = threading.Condition()
        self._writers = 0
        self._closed = False
        try:
            self._notes = Notes(self._root)
            # Only a process that was killed leaves something there.
            shutil.rmtree(PARTS_NAME, ignore_errors=True, dir_fd=self._root)
            os.mkdir(PARTS_NAME, 0o700, dir_fd=self._root)
            self._parts = os.open(PARTS_NAME, _FOLDER, dir_fd=self._root)
            self.folds = self._tells_no_case()
        except BaseException:
            os.close(self._root)
            raise

    def look(self, file: LogFile) -> Seen:
        """Whether a file is here already. Raises Taken, OSError."""
        content = self.read(file.key, file.size)
        if content is None:
            return Seen.NOTHING
        if noted := self._notes.of(file):
            if hashlib.sha256(content).hexdigest() == noted.sha256:
                return Seen.WHOLE
            raise Taken("changed since it was fetched; left as it is")
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return Seen.WHOLE if md5 == file.version else Seen.UNSURE

    def read(self, key: str, size: int | None = None) -> bytes | None:
        """The content of a file here, None when there is none. Raises Taken when it is no file,
        or of another ``size`` in bytes, and OSError."""
        try:
            with self._folder(key.split("/")[:-1], make=False) as folder:
                handle = os.open(key.rpartition("/")[2], _READ, dir_fd=folder)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK):
                raise Taken("a symbolic link is in its place; left as it is") from None
            raise
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise Taken("something that is no file is in its place; left as it is")
            if size is not None and found.st_size != size:
                there = f"another file is there, of {found.st_size:,} bytes, not {size:,}"
                raise Taken(f"{there}; left as it is")
            with os.fdopen(handle, "rb", closefd=False) as opened:
                return opened.read()
        finally:
            os.close(handle)

    def write(self, key: str, content: bytes) -> bool:
        """Whether the file had to be written; False when it is here already, byte for byte.

        Raises Taken, NoRoom, OSError; then nothing of it is here.
        """
        name = key.rpartition("/")[2]
        above = key.split("/")[:-1]
        with self._busy(), self._folder(above, make=True) as folder, self._part(content) as part:
            if self._named(part, name, folder):
                return True
        if self.read(key, len(content)) != content:
            raise Taken("another file is there, of the same size; left as it is")
        return False

    def replace(self, name: str, content: bytes) -> None:
        """Write one of ctexplore's own files anew. Raises NoRoom, OSError."""
        with self._busy(), self._part(content) as part:
            where: Any = {"src_dir_fd": self._parts, "dst_dir_fd": self._root}
            os.rename(part, name, **where)  # noqa: PTH104

    def note(self, file: LogFile, sha256: str) -> None:
        """Remember what was fetched. From one thread only. Raises NoRoom, OSError."""
        with _room():
            self._notes.add(file, sha256)

    def close(self) -> None:
        """Remove what is not whole; leave nothing where nothing was fetched."""
        with self._writing:
            self._closed = True
            self._writing.wait_for(lambda: not self._writers, timeout=10)
        shutil.rmtree(PARTS_NAME, ignore_errors=True, dir_fd=self._root)
        self._notes.close()
        if self._made:
            with suppress(OSError):  # something was fetched
                self.path.rmdir()
        os.close(self._parts)
        os.close(self._root)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        with self._writing:
            if self._closed:
                raise OSError(errno.ECANCELED, "stopped")
            self._writers += 1
        try:
            with _room():
                yield
        finally:
            with self._writing:
                self._writers -= 1
                self._writing.notify_all()

    @contextmanager
    def _folder(self, parts: Sequence[str], *, make: bool) -> Iterator[int]:
        at = os.dup(self._root)
        try:
            for part in parts:
                below = self._below(at, part, make=make)
                os.close(at)
                at = below
            yield at
        finally:
            os.close(at)

    def _below(self, at: int, part: str, *, make: bool) -> int:
        try:
            return os.open(part, _FOLDER, dir_fd=at)
        except FileNotFoundError:
            if not make:
                raise
        except OSError as error:
            if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.EMLINK):
                raise Taken(f"{part}, in the place of its folder, is none; left as it is") from None
            raise
        with suppress(FileExistsError):
            os.mkdir(part, 0o700, dir_fd=at)
        return self._below(at, part, make=False)

    @contextmanager
    def _part(self, content: bytes) -> Iterator[str]:
        part = secrets.token_hex(8)
        try:
            with os.fdopen(os.open(part, _NEW, 0o600, dir_fd=self._parts), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield part
        finally:
            with suppress(OSError):
                os.unlink(part, dir_fd=self._parts)

    def _named(self, part: str, name: str, folder: int) -> bool:
        """Give a whole file its name; False where another has it. Raises OSError."""
        where: Any = {"src_dir_fd": self._parts, "dst_dir_fd": folder}
        try:
            os.link(part, name, **where, follow_symlinks=False)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            try:
                os.stat(name, dir_fd=folder, follow_symlinks=False)
                return False
            except FileNotFoundError:
                os.rename(part, name, **where)  # noqa: PTH104  pathlib knows no descriptors
        return True

    def _tells_no_case(self) -> bool:
        os.close(os.open("Case", _NEW, 0o600, dir_fd=self._parts))
        try:
            os.stat("cASE", dir_fd=self._parts)
        except FileNotFoundError:
            return False
        finally:
            os.unlink("Case", dir_fd=self._parts)
        return True


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise NoRoom(os.strerror(error.errno or 0).lower()) from None
        raise
