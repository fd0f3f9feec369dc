"""The tree of a place that holds log files, one level at a time: its model, without a screen."""

from __future__ import annotations

import threading

from msgspec import Struct, field
from msgspec.structs import replace

from ctexplore.sources.source import Source, SourceError
from ctexplore.trail.layout import Level, LogKind, Place, describe, place_of
from ctexplore.trail.names import FileClass

CHAIN = " › "
# A longer listing is of something else's files (S3 access logs in the root of the same bucket
# come by the million), at a LIST per thousand.
MAX_NAMES = 20_000
# Sorts just before "AWSLogs/", which is thereby found behind any number of other names.
_BEFORE_AWSLOGS = "AWSLogs."


class Node(Struct, frozen=True):
    """A line of the tree: a folder, or a chain of folders that each hold only the next one.

    folder: full key of the last one, ends in ``/``; ``""`` is the root.
    label: the names along the chain, not made safe for a screen.
    files: log files directly in the folder, of digests' folders digest files, once known to be
    there.
    foreign: another service writes here; never read.
    openable: events may lie here or below.
    expandable: folders may lie here, as far as is known without listing it.
    """

    folder: str
    label: str
    place: Place
    files: int | None = None
    foreign: bool = False
    openable: bool = True
    expandable: bool = True


class Listing(Struct, frozen=True):
    """What one folder holds. nodes: in the tree's order. files: as of a Node."""

    folder: str
    nodes: tuple[Node, ...]
    files: int
    problems: tuple[SourceError, ...] = ()


class Listed(Struct):
    """A folder's own listing. folders: in byte order. files: as of a Node.

    whole: nothing was left out; else ``problems`` says what.
    """

    folders: list[str] = field(default_factory=list)
    files: int = 0
    problems: list[SourceError] = field(default_factory=list)
    whole: bool = True


class Outline:
    """Lists folders when they are asked for and remembers them until told to forget.

    Methods block as long as the source does; several threads may call them, and a folder that
    two of them ask for is listed once.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._known: dict[str, Listed] = {}
        self._listing: dict[str, threading.Lock] = {}
        self._forgotten = 0  # how often; a listing begun before the last time is not kept

    def root(self) -> Node:
        """The node of the whole source."""
        place = place_of(self.source.root)
        return Node(self.source.root, self.source.label, place)

    def children(self, folder: str) -> Listing:
        """One level below ``folder``; a single child is followed down while it stays single.

        Costs one listing, and one for each step of a chain. A chain ends at the first folder
        that holds log files or several folders, at a day, and above another service's folder.
        Dates come newest first, then other names in byte order, other services last.
        Raises SourceError when nothing of ``folder`` could be listed.
        """
        listed = self.listed(folder)
        nodes = sorted(map(_node, listed.folders), key=_order)
        if len(nodes) == 1 and not listed.files and listed.whole:
            nodes = [self._chain(nodes[0])]
        return Listing(folder, tuple(nodes), listed.files, tuple(listed.problems))

    def listed(self, folder: str) -> Listed:
        """The folder's own listing, made once. Raises SourceError as ``children`` does."""
        return self._known.get(folder) or self._list(folder)

    def knows(self, folder: str) -> bool:
        """Whether listing ``folder`` costs nothing."""
        return folder in self._known

    def forget(self, folder: str) -> None:
        """Let ``folder`` and everything below it be listed anew."""
        self._forgotten += 1
        for known in list(self._known):
            if known.startswith(folder):
                self._known.pop(known, None)
        for listing in list(self._listing):
            if listing.startswith(folder):
                # Whoever asks from now on need not wait for a listing that may hang.
                self._listing.pop(listing, None)

    def _chain(self, node: Node) -> Node:
        names: list[str] = []
        while node.expandable and node.place.level is not Level.DAY:
            try:
                listed = self._known.get(node.folder) or self._list(node.folder, to_files=True)
            except SourceError:
                break  # told when the node is expanded
            if listed.files or not listed.whole or len(listed.folders) != 1:
                files = listed.files if listed.whole else None
                expandable = bool(listed.folders) or not listed.whole
                node = replace(node, files=files or None, expandable=expandable)
                break
            below = _node(listed.folders[0])
            if below.foreign:
                break
            names.append(node.place.name)
            node = below
        return replace(node, label=CHAIN.join([*names, node.label]))

    def _list(self, folder: str, *, to_files: bool = False) -> Listed:
        """``to_files``: no further than the first page with log files, and not remembered then."""
        with self._listing.setdefault(folder, threading.Lock()):
            # Another thread may have listed it while this one waited.
            return self._known.get(folder) or self._ask(folder, to_files)

    def _ask(self, folder: str, to_files: bool) -> Listed:
        listed, forgotten = Listed(), self._forgotten
        last = self._add(listed, folder, "", to_files)
        if to_files and listed.files:
            return listed
        awslogs = folder + _BEFORE_AWSLOGS
        if last and last < awslogs:
            self._add(listed, folder, awslogs, to_files)
        if last:
            reason = f"holds {MAX_NAMES:,} names or more, not all of them listed"
            hint = "start at one of its folders"
            listed.problems.append(SourceError(self.source.uri(folder), reason, hint))
        if (listed.whole or last) and forgotten == self._forgotten:
            self._known[folder] = listed
        return listed

    def _add(self, listed: Listed, folder: str, start_after: str, to_files: bool) -> str:
        """The last name seen when the listing was left early, else ``""``."""
        also = FileClass.DIGEST if place_of(folder).kind is LogKind.DIGEST else None
        names = 0
        last = ""
        try:
            for page in self.source.children(folder, start_after):
                listed.folders += page.folders
                listed.files += sum(file.kind.read or file.kind is also for file in page.files)
                listed.problems += page.problems + page.unread
                names += len(page.folders) + len(page.files)
                last = max([last, *page.folders[-1:], *(file.key for file in page.files[-1:])])
                if names >= MAX_NAMES or (to_files and listed.files):
                    listed.whole = False
                    return last
        except SourceError as error:
            if not names and not start_after:
                raise
            listed.problems.append(error)
            listed.whole = False
        return ""


def _node(folder: str) -> Node:
    place = place_of(folder)
    digest = place.kind is LogKind.DIGEST
    return Node(
        folder,
        describe(place) or "(no name)",
        place,
        foreign=place.foreign,
        openable=not (place.foreign or digest),
        # Nothing is ever loaded of digests, so only listing a day tells how many it has.
        expandable=digest or not (place.foreign or place.level is Level.DAY),
    )


def _order(node: Node) -> tuple[bool, int, bytes]:
    span = node.place.span()
    newest_first = -span[0].toordinal() if span else 0
    return node.foreign, newest_first, node.place.name.encode("utf-8", "surrogatepass")
