"""The bytes of a group's log files: out of their pack, fetched ahead, or read when wanted."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field

from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store.cache.packs import Packs
from ctexplore.store.fetch import Fetcher
from ctexplore.store.groups import Group


@dataclass(slots=True)
class Content:
    """A group's files that could be read, and why the others could not."""

    files: list[tuple[LogFile, bytes]] = field(default_factory=list)
    failures: list[tuple[LogFile, SourceError]] = field(default_factory=list)


@dataclass(slots=True)
class Coming:
    """A group whose files were asked for; none of them, where reading costs no waiting."""

    group: Group
    files: list[Future[bytes]] = field(default_factory=list)

    @property
    def here(self) -> bool:
        """Whether its files can be had without waiting."""
        return all(file.done() for file in self.files)


class Contents:
    """Asks for the files of groups, ahead of their turn where that saves waiting."""

    def __init__(self, source: Source, packs: Packs | None) -> None:
        """packs: where files that were fetched are kept; None when reading again is free."""
        self._source = source
        self._packs = packs
        self._fetcher = Fetcher(source.read)

    def ask(self, group: Group) -> Coming:
        coming = Coming(group)
        if not (group.pack or self._source.local):
            self.ask_again(coming)
        return coming

    def ask_again(self, coming: Coming) -> None:
        """Fetch all of the group's files, whatever was asked for before."""
        coming.files = [self._fetcher.fetch(f) for f in coming.group.files]

    def take(self, coming: Coming) -> Content:
        """The files as far as they can be read, once they are here.

        Raises SourceError when none can be for now, as every further one would fail alike.
        """
        group = coming.group
        if group.pack and not coming.files:
            kept = self._unpacked(group)
            if kept is not None:
                return Content(kept)
            self.ask_again(coming)
        content = Content()
        for position, file in enumerate(group.files):
            try:
                data = coming.files[position].result() if coming.files else self._source.read(file)
                content.files.append((file, data))
            except SourceError as error:
                if error.fatal:
                    raise
                content.failures.append((file, error))
            except CancelledError:
                cancelled = SourceError(file.key, "cancelled", retry=True)
                content.failures.append((file, cancelled))
        return content

    def keep(self, group: Group, content: Content) -> None:
        """Let what had to be fetched be read from the cache the next time."""
        if self._packs and not group.pack:
            self._packs.add(group.folder, content.files)

    def close(self) -> None:
        self._fetcher.close()

    def _unpacked(self, group: Group) -> list[tuple[LogFile, bytes]] | None:
        """The group's files out of their pack, or None when it is gone or damaged."""
        assert self._packs is not None
        pack = self._packs.read_pack(group.pack)
        index = self._packs.index(group.folder)
        if pack is None or not all(f.key in index for f in group.files):
            return None
        places = ((f, index[f.key]) for f in group.files)
        return [(f, pack[at.offset : at.offset + at.size]) for f, at in places]
