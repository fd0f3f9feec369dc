"""A tree of accounts, regions and days over log files that somebody put into one folder."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol

from ctexplore.sources.source import LogFile, Page, Source, SourceError, in_place
from ctexplore.sources.tagged import read_tagged
from ctexplore.trail.layout import Level, LogKind, is_region_like, place_of
from ctexplore.trail.names import FileClass, parse_name

Peek = Callable[[bytes], tuple[str, str, date] | None]

OTHER = "other/"
# Files whose names say nothing are read to place them, but only as many as this: each may
# be a GET that nobody asked for.
PEEKED_LOCAL, PEEKED_REMOTE = 2000, 100
_NOT_OF_A_TRAIL = (Level.BUCKET, Level.PREFIX, Level.FOLDER, Level.FOREIGN)


class Places(Protocol):
    """Remembers, from one run to the next, the folders that ``peek`` found for files in a root."""

    def get(self, root: str) -> Mapping[LogFile, str]: ...

    def put(self, root: str, places: Mapping[LogFile, str]) -> None:
        """These are all there are to remember of ``root``."""
        ...


def arrange(source: Source, peek: Peek, places: Places | None = None) -> Source:
    """``source`` as it is, or arranged when its root is a flat folder of log files.

    Flat: two or more log files on the first page of its listing, and no folder that CloudTrail
    makes. peek: account, region and day (UTC) that a log file's stored bytes tell, or None.
    places: without them every run reads the files again whose names say nothing.
    Costs one LIST. Raises SourceError.
    """
    if place_of(source.root).level not in _NOT_OF_A_TRAIL:
        return source
    first = next(source.children(source.root), Page())
    logs = sum(_is_arranged(file) for file in first.files)
    if logs < 2 or any(place_of(f).level not in _NOT_OF_A_TRAIL for f in first.folders):
        return source
    return ArrangedSource(source, peek, places)


class ArrangedSource:
    """Shows ``account/region/YYYY/MM/DD/`` below the root, with the delivery date of names.

    Only the folders are made up: files keep their keys, and what is no log file, or is a
    folder already, stays where it is. Files that nothing can place are in ``other/``.
    inner: the source that is arranged.
    """

    def __init__(self, inner: Source, peek: Peek, places: Places | None = None) -> None:
        self.inner = inner
        self.identity = inner.identity
        self.label = inner.label
        self.root = inner.root
        self.local = inner.local
        self._peek = peek
        self._places = places
        self._peeked: dict[LogFile, str] = {}
        self._unreadable: set[LogFile] = set()
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._tree: dict[str, Page] = {}
        self._real: frozenset[str] = frozenset()

    @property
    def in_place(self) -> bool:
        return in_place(self.inner)

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        if folder == self.root:
            yield from self._list_root(start_after)
            return
        if not self._tree:
            for _ in self._list_root(""):
                """A folder kept from an earlier run: its files are found in the root."""
        made_up = self._tree.get(folder)
        if made_up is not None:
            yield _after(made_up, folder, start_after)
        if made_up is None or folder in self._real:
            yield from self.inner.children(folder, start_after)

    def read(self, file: LogFile) -> bytes:
        return self.inner.read(file)

    def read_tagged(self, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
        return read_tagged(self.inner, file)

    def uri(self, key: str) -> str:
        """Of a made-up folder: where its files lie."""
        return self.inner.uri(self.root if key in self._tree and key not in self._real else key)

    def close(self) -> None:
        self.inner.close()

    def _list_root(self, start_after: str) -> Iterator[Page]:
        """The whole root is listed before any of it can be placed."""
        whole = Page()
        broken: SourceError | None = None
        try:
            for page in self.inner.children(self.root):
                whole.folders += page.folders
                whole.files += page.files
                whole.problems += page.problems
                whole.unread += page.unread
                whole.kept |= page.kept
        except SourceError as error:
            broken = error
        logs = [file for file in whole.files if _is_arranged(file)]
        tree = _tree(self.root, self._placed(logs))
        top = tree.setdefault(self.root, Page())
        shown = Page(
            sorted({*whole.folders, *top.folders}),
            [file for file in whole.files if not _is_arranged(file)],
            whole.problems,
            whole.unread,
            whole.kept,
        )
        with self._lock:
            self._tree, self._real = tree, frozenset(whole.folders)
        yield _after(shown, self.root, start_after)
        if broken:
            raise broken

    def _placed(self, files: list[LogFile]) -> Iterator[tuple[str, LogFile]]:
        """Each file with its made-up folder, below the root."""
        silent: list[LogFile] = []
        for file in files:
            if name := parse_name(file.name):
                yield _folder(name.account, name.kind, name.region, name.delivered), file
            else:
                silent.append(file)
        most = PEEKED_LOCAL if self.local else PEEKED_REMOTE
        if len(silent) <= most:
            with self._looking:  # or two threads would read the same files
                self._look_into(silent)
        for file in silent:
            yield self._peeked.get(file, OTHER), file

    def _look_into(self, files: list[LogFile]) -> None:
        """Read what was not read yet, in this run or an earlier one."""
        if files and self._places and not self._peeked:
            self._peeked.update(self._places.get(self.root))
        unknown = [f for f in files if f not in self._peeked and f not in self._unreadable]
        for file in unknown:
            try:
                self._peeked[file] = _told(self._peek(self.inner.read(file)))
            except SourceError:  # reading the file for its events will say so again
                self._unreadable.add(file)
        if unknown and self._places:
            self._places.put(self.root, {f: self._peeked[f] for f in files if f in self._peeked})


def _told(told: tuple[str, str, date] | None) -> str:
    # What a record says may be anything, a path with dots included.
    if told and re.fullmatch(r"[0-9]{12}", told[0]) and is_region_like(told[1]):
        return _folder(told[0], LogKind.CLOUDTRAIL, told[1], told[2])
    return OTHER


def _is_arranged(file: LogFile) -> bool:
    return file.kind.read or file.kind is FileClass.DIGEST


def _folder(account: str, kind: LogKind, region: str, day: date) -> str:
    of_kind = "" if kind is LogKind.CLOUDTRAIL else f"{kind}/"
    return f"{account}/{of_kind}{region}/{day.year:04}/{day.month:02}/{day.day:02}/"


def _tree(root: str, placed: Iterable[tuple[str, LogFile]]) -> dict[str, Page]:
    """Every made-up folder and the root, each with what is directly below it."""
    tree: dict[str, Page] = {}
    for folder, file in placed:
        parts = folder.removesuffix("/").split("/")
        above = root
        for part in parts:
            below = f"{above}{part}/"
            if below not in tree:
                tree[below] = Page(kept=True)
                tree.setdefault(above, Page()).folders.append(below)
            above = below
        tree[above].files.append(file)
    for page in tree.values():
        page.folders.sort()
        page.files.sort(key=lambda file: file.key)
    return tree


def _after(page: Page, folder: str, start_after: str) -> Page:
    """What comes later than ``start_after``, which is a full key or one made up from
    ``folder`` and the name a log file would have; names of another form are all kept then.
    """
    if not start_after:
        return page
    files = [file for file in page.files if file.key > start_after]
    if folder and start_after.startswith(folder):
        name = start_after[len(folder) :]
        files = [f for f in page.files if f.name > name or parse_name(f.name) is None]
    folders = [f for f in page.folders if f > start_after]
    return Page(folders, files, page.problems, page.unread, page.kept)
