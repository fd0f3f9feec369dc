"""Sources that need no network: a folder, a file, an archive, standard input."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache

# Listing a compressed tar means unpacking all of it, some 200 MB a second.
_SLOW = 256 << 20


def open_path(path: Path, memory: int, cache: Cache) -> Source:
    """A folder, a file or an archive. memory: bytes that unpacking may keep. cache: remembers
    where the files of a heap belong, so that they are looked into only once.

    Raises SourceError.
    """
    from ctexplore.sources.arranged import arrange
    from ctexplore.sources.folder import FolderSource
    from ctexplore.sources.sniffed import SniffedFolder
    from ctexplore.store.cache.places import KeptPlaces
    from ctexplore.store.peek import peek

    if path.is_file():
        from ctexplore.sources.archive.source import ArchiveSource, archive_kind
        from ctexplore.sources.archive.stored import FileBytes

        stored = FileBytes(path)
        kind = archive_kind(stored)
        if kind:
            if "in" in kind and stored.size > _SLOW and sys.stderr.isatty():
                print(f"ctexplore: reading {stored.size >> 20:,} MB of archive", file=sys.stderr)
            archive = ArchiveSource(stored, os.path.realpath(path), memory)
            return arrange(archive, peek, KeptPlaces(cache, archive.identity))
        stored.close()
    folder = SniffedFolder(FolderSource(path), memory, asked=path.is_file())
    return arrange(folder, peek, KeptPlaces(cache, folder.identity))


def open_stdin(memory: int, *, screen: bool) -> Source:
    """Standard input, read to its end. memory: bytes it may have.

    screen: keys are to be read afterwards; they come from the terminal then. Raises SourceError,
    Failure.
    """
    from ctexplore.sources.arranged import arrange
    from ctexplore.sources.stdin import read_all, stdin_source
    from ctexplore.store.peek import peek

    if sys.stdin.isatty():
        raise Failure("standard input is the terminal", "zcat *.json.gz | ctexplore query '' -")
    data = read_all(0, memory)
    if not data:
        raise Failure("nothing came on standard input", "look at what the command before | says")
    source = stdin_source(data, memory)
    if screen:
        try:
            os.dup2(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC), 0)
        except OSError:
            raise Failure(
                "no terminal to read keys from", "ctexplore query prints events"
            ) from None
    return arrange(source, peek) if source.identity.startswith("archive:") else source
