"""Local files that their names do not tell: logs of any name, and archives as folders."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ctexplore.sources.archive.stored import FileBytes, Stored
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import LogFile, Page, SourceError
from ctexplore.trail.names import FileClass, classify

if TYPE_CHECKING:
    from ctexplore.sources.archive.source import ArchiveSource

_HEAD = 4096
# What only CloudTrail's records, or what they travel in, have so near the beginning.
_LOG = re.compile(
    rb'"(?:Records|eventVersion|eventTime|eventSource|CloudTrailEvent|detail-type|logEvents)"\s*:'
    rb"|\AEvent (?:ID|name|time),|,\s*\"?Event (?:ID|name|time)\"?\s*,",
    re.IGNORECASE,
)


class SniffedFolder:
    """A folder in which content decides where names say nothing.

    A file of another name that begins like a log file is one. An archive is a folder in the
    tree, opened when it is listed. Costs a look into each file that is not named like a log.
    """

    local = True

    def __init__(self, inner: FolderSource, memory: int = 1 << 30, *, asked: bool = False) -> None:
        """memory: bytes that unpacking an archive may keep. asked: the source is one file, which
        is read whatever its name."""
        self.identity = inner.identity
        self.label = inner.label
        self.root = inner.root
        self._inner = inner
        self._memory = memory
        self._asked = asked
        self._archives: dict[str, ArchiveSource] = {}
        self._lock = threading.Lock()

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        top = self._archive_above(folder)
        if top is None:
            for page in self._inner.children(folder, start_after):
                yield self._told(page)
            return
        after = start_after[len(top) :] if start_after.startswith(top) else ""
        for page in self._archive(top).children(folder[len(top) :], after):
            yield Page(
                [top + below for below in page.folders],
                [replace(file, key=top + file.key) for file in page.files],
                page.problems,
                page.unread,
            )

    def read(self, file: LogFile) -> bytes:
        for top, archive in list(self._archives.items()):
            if file.key.startswith(top):
                return archive.read(replace(file, key=file.key[len(top) :]))
        return self._inner.read(file)

    @property
    def in_place(self) -> bool:
        return not self._archives

    def uri(self, key: str) -> str:
        return self._inner.uri(key)

    def close(self) -> None:
        for archive in self._archives.values():
            archive.close()

    def _told(self, page: Page) -> Page:
        """A page with its archives as folders."""
        told = Page(page.folders, [], page.problems, page.unread)
        for file in page.files:
            kind = classify(file.key, file.size)
            if self._tells_nothing(kind, file.name):
                what = self._look(file)
                if what is FileClass.ARCHIVE:
                    told.folders.append(f"{file.key}/")
                    continue
                file = replace(file, by_content=what is FileClass.LOG)
            told.files.append(file)
        told.folders.sort(key=os.fsencode)
        return told

    def _tells_nothing(self, kind: FileClass, name: str) -> bool:
        """Names that begin with a dot are of hidden files and of downloads under way."""
        unknown = kind in (FileClass.OTHER, FileClass.ARCHIVE)
        return unknown and (self._asked or not name.startswith("."))

    def _look(self, file: LogFile) -> FileClass:
        if self._asked:
            return FileClass.LOG
        try:
            stored = FileBytes(Path(self._inner.uri(file.key)))
        except SourceError:
            return FileClass.OTHER  # reading it would say why, but nobody asked for it
        try:
            return what_is(stored)
        except SourceError:
            return FileClass.OTHER
        finally:
            stored.close()

    def _archive_above(self, folder: str) -> str | None:
        """The archive that ``folder`` is, or lies in."""
        at = folder.find("/") + 1
        while at:
            top = folder[:at]
            if top in self._archives:
                return top
            if Path(self._inner.uri(top[:-1])).is_file():
                return top
            at = folder.find("/", at) + 1
        return None

    def _archive(self, top: str) -> ArchiveSource:
        from ctexplore.sources.archive.source import ArchiveSource

        with self._lock:
            archive = self._archives.get(top)
            if archive is None:
                path = self._inner.uri(top[:-1])
                archive = ArchiveSource(FileBytes(Path(path)), path, self._memory)
                self._archives[top] = archive
            return archive


def what_is(stored: Stored) -> FileClass:
    """ARCHIVE, LOG or OTHER, told by the first bytes. Raises SourceError."""
    # 10 ms of imports that a folder in which every name tells does without.
    from ctexplore.sources.archive.source import archive_kind
    from ctexplore.sources.archive.spans import Unpacking, compression_of

    if archive_kind(stored):
        return FileClass.ARCHIVE
    head = stored.read_at(0, _HEAD)
    if packed := compression_of(head):
        head = Unpacking(stored, packed).take(_HEAD)
    return FileClass.LOG if _LOG.search(head) else FileClass.OTHER
