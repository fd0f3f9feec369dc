"""Groups of log files on their way to columns, the next ones begun while one is finished."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import msgspec
from msgspec import Struct, field

from ctexplore.sources.source import LogFile, Source, SourceError, in_place
from ctexplore.store.cache.cache import Cache, NoCache
from ctexplore.store.cache.packs import Columns, Packs, group_id
from ctexplore.store.columns.decode import Decoded, is_sound
from ctexplore.store.columns.schema import DECODER_VERSION
from ctexplore.store.columns.workers import Decoders, Decoding, InPlace
from ctexplore.store.contents import Coming, Content, Contents
from ctexplore.store.groups import Group
from ctexplore.store.search.sift import THREADS
from ctexplore.store.search.thin import Kept, Sieve, Thinning
from ctexplore.store.steps import Day, Halt, Loaded, Step
from ctexplore.store.tally import Tally

# Groups whose files are asked for ahead of the one being decoded, and more of them for each
# process that decodes, so that none waits for its next. A group of less than so many stored bytes
# counts as a part of one, a very small one as the least.
_AHEAD = 3
_AHEAD_LOCAL = 1  # nothing waits for a network there, and what is decoded ahead is held
_AHEAD_EACH = 2
_FULL = 1 << 20
_LEAST = 1 / 16

Work = Group | Day


class _Begun(Struct):
    """A group on its way: its files come, then their content is decoded.

    name: of its columns in the cache. sound: all records are known to be readable. weight: of a
    full group, which is 1.
    """

    name: str
    coming: Coming
    decoded: Decoded | None = None
    content: Content = field(default_factory=Content)
    decoding: Decoding | None = None
    sound: bool = False
    weight: float = 0

    def __post_init__(self) -> None:
        self.weight = max(_LEAST, min(1, self.coming.group.size / _FULL))

    @property
    def waiting(self) -> bool:
        """Whether finishing it would have to wait for somebody else."""
        return self.decoding.waiting if self.decoding else not self.coming.here


class Reading:
    """Reads groups of one source in the order they are given.

    failed: files that failed in a way that may pass.
    """

    def __init__(
        self,
        source: Source,
        cache: Cache,
        packs: Packs | None,
        tally: Tally,
        in_scope: Callable[[], int],
        decoders: Callable[[], Decoders],
        sieve: Sieve | None = None,
    ) -> None:
        """in_scope: guesses the stored bytes of all groups there will be; what is left of them
        decides whether other processes are worth their start. decoders: makes what decodes
        until ``finish``. sieve: lets only some events through; their columns are not kept."""
        self.failed: list[LogFile] = []
        self._source = source
        self._tally = tally
        self._in_scope = in_scope
        self._columns = None if isinstance(cache, NoCache) else Columns(cache)
        self._contents = Contents(source, packs)
        self._make_decoders = decoders
        self._decoders = decoders()
        self._sieve = sieve
        self._thinning = Thinning(sieve) if sieve else None
        self._begun: deque[_Begun | Day] = deque()
        self._ahead = _AHEAD_LOCAL if source.local else _AHEAD
        self._begun_bytes = 0  # stored, of all groups begun so far

    def read(self, work: Iterable[Work]) -> Iterator[Step]:
        """Begin with groups, finish those before them; the last ones may stay begun."""
        for item in work:
            self._begun.append(item if isinstance(item, Day) else self._begin(item))
            self._hand_over()
            while self._begun and (self._enough_begun() or not _waits(self._begun[0])):
                yield from self._next()

    def finish_begun(self) -> Iterator[Step]:
        while self._begun:
            yield from self._next()

    def finish(self) -> Iterator[Step]:
        """Finish what was begun, and end the processes that decode."""
        yield from self.finish_begun()
        self._decoders.close()

    def renew(self) -> None:
        """Let processes decode once more after ``finish``, or after it was not reached."""
        self._decoders.close()
        self._decoders = self._make_decoders()

    def close(self) -> None:
        self._contents.close()
        self._decoders.close()
        if self._thinning:
            self._thinning.close()

    def _next(self) -> Iterator[Step]:
        """Finish the first of what was begun."""
        first = self._begun.popleft()
        if isinstance(first, Day):
            yield first
        else:
            yield from self._finish(first)
            self._hand_over()

    def _enough_begun(self) -> bool:
        begun = sum(_LEAST if isinstance(b, Day) else b.weight for b in self._begun)
        return begun >= self._ahead + _AHEAD_EACH * self._ready

    @property
    def kept(self) -> Kept | None:
        """What a sieve has let through last."""
        return self._thinning.kept if self._thinning else None

    @property
    def _ready(self) -> int:
        """How many others decode."""
        return THREADS if self._thinning else self._decoders.ready

    def _begin(self, group: Group) -> _Begun:
        self._begun_bytes += group.size
        if self._columns is None:
            return _Begun("", self._contents.ask(group))
        name = group_id(group.files, self._source.identity)
        kept = self._columns.get(name, DECODER_VERSION)
        if kept is not None:
            try:
                if self._sieve and self._sieve.alone:
                    return _Begun(name, self._contents.ask(group), sound=is_sound(kept))
                return _Begun(name, Coming(group), Decoded.unpack(kept))
            except (ValueError, msgspec.MsgspecError):
                pass
        return _Begun(name, self._contents.ask(group))

    def _hand_over(self) -> None:
        """Let other processes begin with groups whose files are here."""
        for begun in self._begun:
            if self._ready and isinstance(begun, _Begun) and begun.coming.here:
                self._decode(begun)

    def _decode(self, begun: _Begun) -> SourceError | None:
        """Begin to decode a group if that is still to do; an error when it cannot be read now."""
        if begun.decoded or begun.decoding:
            return None
        left = self._in_scope() - self._begun_bytes + begun.coming.group.size
        if self._source.local and not self._thinning:
            listed = begun.coming.group.files
            begun.content = Content([*listed])
            there = InPlace(listed, self._source.read) if in_place(self._source) else None
            begun.decoding = self._decoders.decode(partial(self._read_now, begun), left, there)
            return None
        try:
            begun.content = self._contents.take(begun.coming)
        except SourceError as error:
            return error
        files = list(zip((f.key for f in begun.content.files), begun.content.data, strict=True))
        if self._thinning:
            begun.decoding = self._thinning.decode(files, begun.sound)
        else:
            begun.decoding = self._decoders.decode(lambda: files, left)
        return None

    def _read_now(self, begun: _Begun) -> Iterator[tuple[str, bytes]]:
        """A group's files, each read when it is wanted, so that none of them is held. Raises
        SourceError."""
        content = begun.content = Content()
        files = begun.coming.group.files
        for data in content.gather(files, (partial(self._source.read, f) for f in files)):
            yield content.files[-1].key, data

    def _finish(self, begun: _Begun) -> Iterator[Step]:
        group, decoded = begun.coming.group, begun.decoded
        files = group.files
        while (error := self._decode(begun)) is not None:
            yield Halt(error)
            self._contents.ask_again(begun.coming)
        # Both know each other, and would stay until somebody looks for such pairs.
        decoding, begun.decoding = begun.decoding, None
        if decoding:
            while decoded is None:
                try:
                    decoded = decoding.result()
                except SourceError as refused:
                    yield Halt(refused)
            for file, failure in begun.content.failures:
                self._tally.add_failure(file, failure)
                if failure.retry and not failure.skipped:
                    self.failed.append(file)
            files = tuple(begun.content.files)
            self._contents.keep(group, begun.content)
            if self._columns and files == group.files and not self._thinning:
                self._columns.put(begun.name, DECODER_VERSION, decoded.pack())
        assert decoded is not None
        free = bool(group.pack or begun.decoded) and not self._source.local
        self._tally.add_decoded(decoded, files, cached=free)
        yield Loaded(decoded.batch, files)


def _waits(begun: _Begun | Day) -> bool:
    return isinstance(begun, _Begun) and begun.waiting
