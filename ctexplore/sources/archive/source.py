"""An archive as a source: tar and zip, compressed or not, read in place."""

from __future__ import annotations

from collections.abc import Iterator

from ctexplore.sources.archive.members import Tree
from ctexplore.sources.archive.spans import Spans, Unpacking, compression_of
from ctexplore.sources.archive.stored import Stored
from ctexplore.sources.archive.tar import is_tar, tar_contents
from ctexplore.sources.archive.zip import ZIP, zip_content, zip_contents
from ctexplore.sources.folder import MAX_FILE_SIZE, PAGE_LENGTH
from ctexplore.sources.source import LogFile, Page, SourceError

_HEAD = 512


def archive_kind(stored: Stored) -> str:
    """``zip``, ``tar``, ``tar in gzip`` …, told by the first bytes; "" for what is none.

    Raises SourceError.
    """
    head = stored.read_at(0, _HEAD)
    if head.startswith(ZIP):
        return "zip"
    if is_tar(head):
        return "tar"
    packed = compression_of(head)
    if packed and is_tar(Unpacking(stored, packed).take(_HEAD)):
        return f"tar in {packed.name}"
    return ""


class ArchiveSource:
    """An archive's members as a tree, by their names; nothing of it is written to disk.

    Its table of contents is read when the source is made: the directory of a zip, the headers
    of a tar, all of a compressed tar. Members that are no regular file, are encrypted, too large
    or of an unknown compression are told and counted as unread. Archives within it are files
    that are not read.
    A cut one is read as far as it goes; what is wrong with the archive as a whole is told
    once, where its root is listed.
    """

    local = True

    def __init__(
        self,
        stored: Stored,
        place: str,
        memory: int = 1 << 30,
        max_file_size: int = MAX_FILE_SIZE,
    ) -> None:
        """place: its path, or what else to call it. memory: bytes that unpacking may keep.

        Raises SourceError, also when it is no archive.
        """
        self.kind = archive_kind(stored)
        if not self.kind:
            raise SourceError(place, "not a tar or zip archive")
        self.identity = f"archive:{place}"
        self.label = place.rstrip("/").rpartition("/")[2] or place
        self._place = place
        self._stored = stored
        self._most = max_file_size
        packed = compression_of(stored.read_at(0, _HEAD))
        self._data = Spans(stored, packed, memory, place) if packed else _Plain(stored)
        contents = zip_contents(stored) if self.kind == "zip" else tar_contents(self._data)
        self._tree = Tree(contents, stored.version, place, max_file_size)
        # A heap in a folder of its own is arranged like one without.
        self.root = self._tree.heap()
        damage = [SourceError(place, reason) for reason in contents.damage]
        self._tree.pages[self.root].problems.extend(damage)

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        page = self._tree.pages.get(folder)
        if page is None:
            raise SourceError(self.uri(folder), "the archive has no such folder")
        files = [file for file in page.files if file.key > start_after]
        folders = [f for f in page.folders if f > start_after or start_after.startswith(f)]
        yield Page(folders, files[:PAGE_LENGTH], list(page.problems), list(page.unread))
        for first in range(PAGE_LENGTH, len(files), PAGE_LENGTH):
            yield Page(files=files[first : first + PAGE_LENGTH])

    def read(self, file: LogFile) -> bytes:
        member = self._tree.members.get(file.key)
        if member is None:
            raise SourceError(self.uri(file.key), "the archive has no such file")
        if self.kind != "zip":
            return self._data.read_at(member.offset, member.size)
        try:
            return zip_content(self._stored, member, self._most)
        except ValueError as error:
            raise SourceError(self.uri(file.key), str(error)) from None

    def uri(self, key: str) -> str:
        return f"{self._place}/{key}" if key else self._place

    def close(self) -> None:
        self._stored.close()


class _Plain:
    """Bytes that need no unpacking, and so are not damaged in that."""

    damage = ""

    def __init__(self, stored: Stored) -> None:
        self.read_at = stored.read_at
