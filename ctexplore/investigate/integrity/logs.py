"""Hashing log files: out of the cache where they are, on all cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec.json import Decoder, encode

from ctexplore.investigate.integrity.content import Content, content_of
from ctexplore.investigate.integrity.state import HashState
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store import memory
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.packs import Packs
from ctexplore.store.contents import Coming, Contents
from ctexplore.store.copied import Copies
from ctexplore.store.fetch import Fetcher
from ctexplore.store.groups import Group, group_files
from ctexplore.store.process import may_copy
from ctexplore.store.search.sift import THREADS

# Files that one thread takes at a time: handing over costs as much as hashing a small one.
_PORTION: Final = 64
_GROUPS_AHEAD: Final = 4

Hashed = tuple[LogFile, Content | SourceError]
_Portion = Sequence[tuple[LogFile, bytes | None]]
_decode = Decoder(list[Content | None]).decode


class Hashing:
    """Hashes files of one source. Unpacking and hashing leave the interpreter's lock alone."""

    def __init__(self, source: Source, cache: Cache) -> None:
        self._source = source
        keeps = None if source.local else cache
        self._packs = Packs(cache, source.identity) if keeps else None
        self._state = HashState(keeps, source.identity)
        self._contents = Contents(source, self._packs)
        memory.keep()
        self._hashers: Fetcher[_Portion, list[Hashed]] = Fetcher(self._hash, THREADS)
        self._begun: tuple[list[list[LogFile]], Copies] | None = None

    def close(self) -> None:
        self._drop()
        self._contents.close()
        self._hashers.close()

    def begin(self, files: Iterable[LogFile]) -> None:
        """Start on files that ``hash`` will probably be asked for, where copies of this process
        can: none of them waits for another's lock, nor for what this one does meanwhile."""
        self._drop()
        portions = _portions(files)
        if not (self._source.local and len(portions) > 1 and may_copy()):
            return

        def work(number: int) -> bytes:
            hashed = self._hash([(file, None) for file in portions[number]])
            return encode([found if isinstance(found, Content) else None for _, found in hashed])

        self._begun = portions, Copies(len(portions), work)

    def hash(self, files: Iterable[LogFile]) -> Iterator[Hashed]:
        """Every file once, in an order of its own. Raises SourceError where every further read
        would fail alike; what was hashed until then is kept."""
        if not self._source.local:
            yield from self._fetched(self._groups(files))
            return
        wanted = {file.key: file for file in files}
        while wanted:
            if self._begun is None:
                self.begin(wanted.values())
            if self._begun is None:
                yield from self._threaded(_portions(wanted.values()))
                return
            for file, content in self._copied():
                if wanted.pop(file.key, None):
                    # What could not be read there says why here.
                    yield (file, content) if content else self._hash([(file, None)])[0]

    def _copied(self) -> Iterator[tuple[LogFile, Content | None]]:
        """All that was begun."""
        assert self._begun is not None
        portions, copies = self._begun
        for files, answer in zip(portions, copies.answers(), strict=True):
            contents = _decode(answer) if answer else [None] * len(files)
            yield from zip(files, contents, strict=True)
        self._drop()

    def _drop(self) -> None:
        if self._begun:
            self._begun[1].close()
        self._begun = None

    def _threaded(self, portions: Sequence[Sequence[LogFile]]) -> Iterator[Hashed]:
        # Not begun before they are wanted: beside other work in this process each file would
        # wait for the interpreter's lock several times.
        all_of = [[(file, None) for file in portion] for portion in portions]
        if len(all_of) == 1:
            yield from self._hash(all_of[0])
            return
        for begun in [self._hashers.fetch([*portion]) for portion in all_of]:
            yield from begun.result()

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
        files = list(zip(content.files, content.data, strict=True))
        portions = [
            self._hashers.fetch(list(files[first : first + _PORTION]))
            for first in range(0, len(files), _PORTION)
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


def _portions(files: Iterable[LogFile]) -> list[list[LogFile]]:
    every = list(files)
    return [every[first : first + _PORTION] for first in range(0, len(every), _PORTION)]
