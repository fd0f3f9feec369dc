"""The cache's folder on disk: is it ours alone, what in it is ours, how big, remove it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeGuard

DATABASE = "cache.db"
LOCK = "ctexplore.lock"
ASIDE = "cache.db.damaged"
DATABASE_FILES = (DATABASE, "cache.db-wal", "cache.db-shm", "cache.db-journal", ASIDE)

# What diskcache.Disk.filename makes. Nothing else is ever opened or removed, whatever a row says.
_VALUE_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{28}\.val", re.ASCII)

MOUNTS = Path("/proc/self/mountinfo")
# SQLite's write-ahead log needs shared memory between all who use it, which these cannot give
# ("Write-Ahead Logging", sqlite.org/wal.html): "database disk image is malformed" follows.
_NETWORK = {"afs", "beegfs", "ceph", "cifs", "glusterfs", "gpfs", "lustre", "nfs", "nfs4"}
_NETWORK |= {"smb3", "smbfs", "fuse.ceph", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"}

_ELSEWHERE = "or name another folder with --cache-dir"


class Refused(Exception):
    """The folder is not used. ``directory``: set when it is ours and may still be cleared."""

    def __init__(self, note: str, directory: Path | None = None) -> None:
        super().__init__(note)
        self.directory = directory


def prepare(directory: Path) -> None:
    """Make ``directory`` (absolute) if it is missing and see that it is this user's alone.

    Logs hold session tokens, and a bastion has other users. Raises Refused or OSError.
    """
    path = str(directory)
    if os.path.expandvars(path) != path:
        # diskcache would expand it and write somewhere else.
        raise Refused(f"{path}: a cache folder's name may not hold a $VARIABLE")
    try:
        _make(directory)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}; make it writable {_ELSEWHERE}") from None
    status = directory.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise Refused(f"{path} is a symbolic link; remove it {_ELSEWHERE}")
    if not stat.S_ISDIR(status.st_mode):
        raise Refused(f"{path} is not a folder; remove it {_ELSEWHERE}")
    if status.st_uid != os.geteuid():
        raise Refused(f"{path} belongs to user {status.st_uid}; run as that user {_ELSEWHERE}")
    parent = directory.parent.stat().st_mode
    if parent & stat.S_IWOTH and not parent & stat.S_ISVTX:
        raise Refused(f"{directory.parent} can be written by everybody; chmod o-w it {_ELSEWHERE}")
    _check_contents(directory)
    if status.st_mode & 0o077:
        directory.chmod(0o700)
    kind = file_system(status.st_dev)
    if kind in _NETWORK:
        raise Refused(
            f"{path} lies on a network file system ({kind}), where SQLite is not safe; "
            "name a local folder with --cache-dir"
        )


def _make(directory: Path) -> None:
    missing = []
    while not os.path.lexists(directory):
        missing.append(directory)
        directory = directory.parent
    for folder in reversed(missing):
        with suppress(FileExistsError):
            folder.mkdir(0o700)


def _check_contents(directory: Path) -> None:
    with os.scandir(directory) as entries:
        names = {entry.name for entry in entries}
    if names and not names & {DATABASE, LOCK}:
        # Closing somebody's project folder to others, or clearing it, would be a bad surprise.
        raise Refused(f"{directory} holds other files; name an empty or a new folder")
    for name in names & {*DATABASE_FILES, LOCK}:
        status = (directory / name).lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise Refused(f"{directory / name} is not a file of yours; remove it {_ELSEWHERE}")


def file_system(device: int) -> str:
    """The type of the file system with this ``st_dev``; empty when not known (not Linux)."""
    numbers = f"{os.major(device)}:{os.minor(device)}"
    with suppress(OSError):
        for line in MOUNTS.read_bytes().splitlines():
            # "36 35 98:0 /root /mount rw,noatime shared:1 - ext4 /dev/root rw" (proc(5))
            fields = line.decode("ascii", "replace").split(" ")
            if fields[2:3] == [numbers] and "-" in fields:
                return fields[fields.index("-") + 1]
    return ""


def is_value_name(name: object) -> TypeGuard[str]:
    """Whether ``name`` is one that diskcache gives to a value file, relative to its folder."""
    return type(name) is str and _VALUE_NAME.fullmatch(name) is not None


def value_files(directory: Path) -> Iterator[str]:
    """Names, relative to ``directory``, of the value files in it. Follows no link."""
    for first in _subfolders(directory):
        for second in _subfolders(directory / first):
            with suppress(OSError):
                names = [
                    f"{first}/{second}/{p.name}" for p in (directory / first / second).iterdir()
                ]
                yield from filter(is_value_name, names)


def _subfolders(directory: Path) -> list[str]:
    with suppress(OSError), os.scandir(directory) as entries:
        return [e.name for e in entries if len(e.name) == 2 and e.is_dir(follow_symlinks=False)]
    return []


@contextmanager
def value_folders(
    directory: Path | str, name: str, *, make: bool = False
) -> Iterator[tuple[int, int, int]]:
    """Descriptors of the cache folder and the two below it, none reached through a link."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    with ExitStack() as stack:
        folders = [os.open(directory, flags)]
        stack.callback(os.close, folders[0])
        for part in (name[:2], name[3:5]):
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o700, dir_fd=folders[-1])
            folders.append(os.open(part, flags, dir_fd=folders[-1]))
            stack.callback(os.close, folders[-1])
        root, outer, inner = folders
        yield root, outer, inner


def remove_value(directory: Path | str, name: str) -> None:
    """Remove a value file and the folders it leaves empty; a failure is not reported."""
    with suppress(OSError), value_folders(directory, name) as (root, outer, inner):
        os.unlink(name[6:], dir_fd=inner)
        os.rmdir(name[3:5], dir_fd=outer)
        os.rmdir(name[:2], dir_fd=root)


def disk_usage(directory: Path) -> int:
    """Bytes on disk of everything the cache keeps in ``directory``, folders not counted."""
    total = 0
    for name in (*DATABASE_FILES, LOCK, *value_files(directory)):
        with suppress(OSError):
            total += (directory / name).lstat().st_blocks * 512
    return total


def wipe(directory: Path) -> None:
    """Remove what the cache keeps in ``directory``, except its lock file, and nothing else.

    Needs no free space, so it works on a full disk, where a database cannot delete.
    """
    for name in DATABASE_FILES:
        with suppress(OSError):
            (directory / name).unlink()
    for name in value_files(directory):
        remove_value(directory, name)
