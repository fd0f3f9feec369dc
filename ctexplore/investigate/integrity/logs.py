"""Hashing log files: out of the cache where they are, on all cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import Final

from ctexplore.investigate.integrity.content import Content, content_of
from ctexplore.investigate.integrity.state import HashState
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.packs import Packs
from ctexplore.store.contents import Coming, Contents
from ctexplore.store.fetch import Fetcher
from ctexplore.store.groups import Group, group_files
from ctexplore.store.search.sift import THREADS

# Files that one thread takes at a time: handing over costs as much as hashing a small one.
_PORTION: Final = 64
_GROUPS_AHEAD: Final = 4

Hashed = tuple[LogFile, Content | SourceError]
_Portion = list[tuple[LogFile, bytes | None]]


class Hashing:
    """Hashes files of one source. Unpacking and hashing leave the interpreter's lock alone."""

    def __init__(self, source: Source, cache: Cache) -> None:
        self._source = source
        keeps = None if source.local else cache
        self._packs = Packs(cache, source.identity) if keeps else None
        self._state = HashState(keeps, source.identity)
        self._contents = Contents(source, self._packs)
        self._hashers: Fetcher[_Portion, list[Hashed]] = Fetcher(self._hash, THREADS)

    def close(self) -> None:
        self._contents.close()
        self._hashers.close()

    def hash(self, files: Iterable[LogFile]) -> Iterator[Hashed]:
        """Every file once, in an order of its own. Raises SourceError where every further read
        would fail alike; what was hashed until then is kept."""
        if self._source.local:
            # Not begun before they are wanted: beside other work in this process each file
            # would wait for the interpreter's lock several times.
            for portion in self._portions(list(files)):
                yield from portion.result()
        else:
            yield from self._fetched(self._groups(files))

    def _portions(self, files: Sequence[LogFile]) -> list[Future[list[Hashed]]]:
        return [
            self._hashers.fetch([(file, None) for file in files[first : first + _PORTION]])
            for first in range(0, len(files), _PORTION)
        ]

    def _fetched(self, groups: Iterable[Group]) -> Iterator[Hashed]:
        begun: deque[tuple[Coming, dict[str, Content] | None]] = deque()
        for group in groups:
            kept = self._state.get(group.files)
            begun.append((Coming(group) if kept else self._contents.ask(group), kept))
            if len(begun) > _GROUPS_AHEAD:
                yield from self._group(*begun.popleft())
        while begun:
            yield from self._group(*begun.popleft())

    def _group(self, coming: Coming, kept: dict[str, Content] | None) -> Iterator[Hashed]:
        if kept is not None:
            yield from ((file, kept[file.key]) for file in coming.group.files)
            return
        content = self._contents.take(coming)
        self._contents.keep(coming.group, content)
        portions = [
            self._hashers.fetch(list(content.files[first : first + _PORTION]))
            for first in range(0, len(content.files), _PORTION)
        ]
        done: list[Hashed] = list(content.failures)
        for portion in portions:
            done += portion.result()
        self._state.put(
            coming.group.files,
            {file.key: found for file, found in done if isinstance(found, Content)},
        )
        yield from done

    def _hash(self, portion: _Portion) -> list[Hashed]:
        hashed: list[Hashed] = []
        for file, data in portion:
            try:
                stored = self._source.read(file) if data is None else data
            except SourceError as error:
                hashed.append((file, error))
            else:
                hashed.append((file, content_of(stored)))
        return hashed

    def _groups(self, files: Iterable[LogFile]) -> Iterator[Group]:
        folders: dict[str, list[LogFile]] = {}
        for file in files:
            folders.setdefault(file.folder, []).append(file)
        for folder, those in folders.items():
            yield from group_files(folder, those, self._packs.index(folder) if self._packs else {})
