"""What an archive's table of contents says, the same for tar and zip. Names are labels only."""

from __future__ import annotations

from msgspec import Struct, field

from ctexplore.sources.source import LogFile, Page, SourceError

MOST_MEMBERS = 1_000_000
# No system takes a longer path. Folders are made of each part of a name, so one name of 64 KB
# could make 32,000 of them, of 1 GB.
MOST_NAME = 4096


class Member(Struct, frozen=True):
    """name: as written. offset: where its content, or the header before it, begins.

    size: bytes it takes in the archive. unpacked: bytes it says it has.
    method, check: how a zip compresses it, and its CRC-32.
    skipped, failed: why it cannot be read, or "".
    """

    name: str
    offset: int
    size: int
    unpacked: int
    method: int = 0
    check: int = 0
    skipped: str = ""
    failed: str = ""


class Contents(Struct):
    """members: in the archive's order, folders left out. damage: what is wrong with the whole."""

    members: list[Member] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    def add(self, member: Member) -> bool:
        """False when no more members are taken; said once."""
        if len(self.members) == MOST_MEMBERS:
            self.damage.append(f"it has more than {MOST_MEMBERS:,} files, the rest is left out")
            return False
        self.members.append(member)
        return True


def key_of(name: str) -> str:
    """A name as a key: no ``./``, no leading or double slash; ``..`` is a folder like others.

    Old archivers of Windows write backslashes.
    """
    if "\\" in name and "/" not in name:
        name = name.replace("\\", "/")
    return "/".join(part for part in name.split("/") if part not in ("", ".")) or name


class Tree:
    """The members' folders, and the member behind each key.

    Names that come more than once are all kept: the second is called ``name (2)``.
    """

    def __init__(self, contents: Contents, version: str, place: str, most: int) -> None:
        """version, place: the archive's. most: bytes that a file may have.

        A file's version is the archive's and its offset: equal ones are equal content.
        """
        self.members: dict[str, Member] = {}
        self.pages: dict[str, Page] = {"": Page()}
        again: dict[str, int] = {}
        for member in contents.members:
            if len(member.name) > MOST_NAME:
                reason = f"its name has more than {MOST_NAME:,} characters"
                cut = f"{place}/{member.name[:80]}…"
                self.pages[""].unread.append(SourceError(cut, reason))
                continue
            key = name = key_of(member.name) or "(no name)"
            while key in self.members:
                # Counted on from the last one: a million times one name would take for ever.
                again[name] = again.get(name, 1) + 1
                key = f"{name} ({again[name]})"
            self.members[key] = member
            file = LogFile(key, member.unpacked, f"{version}-{member.offset}")
            page = self._page(file.folder)
            if why := _unread(member, f"{place}/{key}", most):
                page.unread.append(why)
            else:
                page.files.append(file)
        for page in self.pages.values():
            page.folders.sort(key=_bytes)
            page.files.sort(key=lambda file: _bytes(file.key))

    def heap(self) -> str:
        """The folder that all files lie in, when it is only one, else ""."""
        folder = ""
        while (page := self.pages[folder]) and len(page.folders) == 1 and not page.files:
            folder = page.folders[0]
        return "" if self.pages[folder].folders else folder

    def _page(self, folder: str) -> Page:
        page = self.pages.get(folder)
        if page is None:
            page = self.pages[folder] = Page()
            below, parent = folder, page
            while below:
                above = below[: below.rfind("/", 0, -1) + 1]
                known = above in self.pages
                parent = self.pages.setdefault(above, Page())
                parent.folders.append(below)
                if known:
                    break
                below = above
        return page


def _unread(member: Member, place: str, most: int) -> SourceError | None:
    if member.skipped:
        return SourceError(place, f"{member.skipped}, not a regular file", skipped=True)
    if member.failed:
        return SourceError(place, member.failed)
    size = max(member.size, member.unpacked)
    if size > most:
        size_mb, most_mb = size / (1 << 20), most / (1 << 20)
        reason = f"{size_mb:,.1f} MB is over the max-file-size limit of {most_mb:,.0f} MB"
        return SourceError(place, reason)
    return None


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")
