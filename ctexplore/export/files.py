"""Files that are written whole or not at all, for nobody else to read."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

# What link() says where there are no hard links: FAT, some network and FUSE file systems.
_NO_LINKS: Final = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EINVAL)
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FileError(Exception):
    """A file that was not written; nothing of it is there. exists: there is another of its name,
    which ``replace`` would overwrite."""

    def __init__(self, path: Path, reason: str, *, exists: bool = False) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason
        self.exists = exists


def check_target(path: Path, *, replace: bool = False) -> None:
    """Say now what ``write_file`` would say after all the work. Raises FileError."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise FileError(path, "its folder does not exist") from None
    except OSError as error:
        raise _file_error(path, error) from None
    else:
        if stat.S_ISDIR(found):
            raise FileError(path, "is a folder")
        if not stat.S_ISREG(found):
            kind = "a symbolic link" if stat.S_ISLNK(found) else "no regular file"
            raise FileError(path, f"is {kind}, and is not written to")
        if not replace:
            raise FileError(path, "exists already", exists=True)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise FileError(path, "its folder may not be written to")


def write_file(path: Path, chunks: Iterable[bytes], *, replace: bool = False) -> int:
    """Write a file, mode 0600, and return its size in bytes.

    It appears under its name when all of it is on the disk, never half and never in the place of
    another file unless ``replace``; a folder or a symbolic link is not replaced. Raises FileError,
    and whatever ``chunks`` raises; nothing is left behind then.
    """
    check_target(path, replace=replace)
    part = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.part")
    try:
        try:
            size = _write(part, chunks)
            if replace:
                check_target(path, replace=True)
                part.replace(path)
            else:
                _name(part, path)
            _sync_folder(path.parent)
        except OSError as error:
            raise _file_error(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink()
    return size


def _write(part: Path, chunks: Iterable[bytes]) -> int:
    with os.fdopen(os.open(part, _NEW, 0o600), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def _name(part: Path, path: Path) -> None:
    """Give a file its name unless another has it. Raises OSError."""
    try:
        path.hardlink_to(part)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # The name is taken first, by an empty file that the rename then takes the place of.
        os.close(os.open(path, _NEW, 0o600))
        try:
            part.replace(path)
        except OSError:
            path.unlink()
            raise


def _sync_folder(folder: Path) -> None:
    """Put the name on the disk, too, where folders can be synced."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _file_error(path: Path, error: OSError) -> FileError:
    reasons = {
        errno.EEXIST: "exists already",
        errno.ENOENT: "its folder does not exist",
        errno.ENOTDIR: "its folder is a file",
        errno.EACCES: "its folder may not be written to",
        errno.EROFS: "its file system is read-only",
        errno.ENAMETOOLONG: "the name is too long",
        errno.ENOSPC: "the disk is full, nothing was written",
        errno.EDQUOT: "your disk quota is used up, nothing was written",
        errno.EFBIG: "larger than a file may be here, nothing was written",
    }
    reason = reasons.get(error.errno or 0) or (error.strerror or str(error)).lower()
    return FileError(path, reason, exists=error.errno == errno.EEXIST)
