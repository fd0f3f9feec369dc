"""The bytes of a group's log files: out of their pack, fetched ahead, or read when wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from functools import partial

from msgspec import Struct, field

from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store.cache.packs import Packs
from ctexplore.store.fetch import Fetcher
from ctexplore.store.groups import Group


class Content(Struct):
    """A group's files that could be read, the bytes of each, and why the others could not."""

    files: list[LogFile] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    failures: list[tuple[LogFile, SourceError]] = field(default_factory=list)

    def gather(
        self, files: Iterable[LogFile], reads: Iterable[Callable[[], bytes]]
    ) -> Iterator[bytes]:
        """The bytes of those that can be read, noted here as they come, like the others. Raises
        SourceError when all further ones would fail alike."""
        for file, read in zip(files, reads, strict=True):
            try:
                data = read()
            except SourceError as error:
                if error.fatal:
                    raise
                self.failures.append((file, error))
            except CancelledError:
                self.failures.append((file, SourceError(file.key, "cancelled", retry=True)))
            else:
                self.files.append(file)
                yield data


class Coming(Struct):
    """A group whose files were asked for; none of them, where reading costs no waiting.

    era: in which they were; it ends when somebody tries again.
    """

    group: Group
    files: list[Future[bytes]] = field(default_factory=list)
    era: int = 0

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
        self._fetcher = Fetcher(self._read)
        self._era = 0
        self._refusal: SourceError | None = None

    def ask(self, group: Group) -> Coming:
        coming = Coming(group, era=self._era)
        if not (group.pack or self._source.local):
            self._fetch(coming)
        return coming

    def ask_again(self, coming: Coming) -> None:
        """Try again what could not be read, of this group and of those that come later."""
        self._era += 1
        self._refusal = None
        self._fetch(coming)

    def take(self, coming: Coming) -> Content:
        """The files as far as they can be read, once they are here.

        Raises SourceError when none can be for now, as every further one would fail alike.
        """
        group = coming.group
        if group.pack and not coming.files:
            kept = self._unpacked(group)
            if kept is not None:
                return Content(list(group.files), kept)
            self._fetch(coming)
        while True:
            try:
                return self._taken(coming)
            except SourceError:
                if coming.era == self._era:
                    raise
            # It was refused before somebody tried again.
            self._fetch(coming)

    def _taken(self, coming: Coming) -> Content:
        files, content = coming.group.files, Content()
        reads: Iterable[Callable[[], bytes]] = (had.result for had in coming.files)
        if not coming.files:
            reads = (partial(self._source.read, file) for file in files)
        content.data = list(content.gather(files, reads))
        return content

    def keep(self, group: Group, content: Content) -> None:
        """Let what had to be fetched be read from the cache the next time."""
        if self._packs and not group.pack:
            self._packs.add(group.folder, list(zip(content.files, content.data, strict=True)))

    def close(self) -> None:
        self._fetcher.close()

    def _fetch(self, coming: Coming) -> None:
        """Ask for the group's files but for those that are here."""
        here = {at: had for at, had in enumerate(coming.files) if _is_here(had)}
        coming.era = self._era
        coming.files = [
            here.get(at) or self._fetcher.fetch(file) for at, file in enumerate(coming.group.files)
        ]

    def _read(self, file: LogFile) -> bytes:
        """As the source does, until one is refused in a way in which all would be."""
        era = self._era
        if self._refusal is not None:
            raise self._refusal
        try:
            return self._source.read(file)
        except SourceError as error:
            if error.fatal and era == self._era:
                self._refusal = error
            raise

    def _unpacked(self, group: Group) -> list[bytes] | None:
        """The group's files out of their pack, or None when it is gone or damaged."""
        assert self._packs is not None
        pack = self._packs.read_pack(group.pack)
        index = self._packs.index(group.folder)
        if pack is None or not all(f.key in index for f in group.files):
            return None
        places = (index[f.key] for f in group.files)
        return [pack[at.offset : at.offset + at.size] for at in places]


def _is_here(file: Future[bytes]) -> bool:
    return file.done() and not file.cancelled() and file.exception() is None
