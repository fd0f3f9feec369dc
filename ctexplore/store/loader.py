"""From a scope to batches of events: list, fetch or take from the cache, decode."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

import msgspec

from ctexplore.sources import walk
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store.batch import Batch
from ctexplore.store.cache import Cache
from ctexplore.store.decode import Decoded
from ctexplore.store.fetch import Fetcher
from ctexplore.store.groups import Group, group_files
from ctexplore.store.packs import Columns, Packs, group_id
from ctexplore.store.problem import Outcome, Problem
from ctexplore.store.schema import DECODER_VERSION
from ctexplore.store.scope import Estimate, Limits, Scope, Tally
from ctexplore.store.workers import Decoders, Decoding
from ctexplore.trail.layout import place_of

# Groups whose files are asked for ahead of the one being decoded, and more of them for each
# process that decodes, so that none waits for its next.
_AHEAD = 3
_AHEAD_EACH = 2
# So few remote folders are read one after the other; more are listed first, to know the price.
_NARROW = 4


@dataclass(frozen=True, slots=True)
class Loaded:
    """Events to append; ``batch.file`` points into ``files``."""

    batch: Batch
    files: tuple[LogFile, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Nothing new to show but the tally."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The load is wide; to go on is to say yes."""

    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Halt:
    """Every further request would fail alike; to go on is to try again."""

    error: SourceError


@dataclass(frozen=True, slots=True)
class Day:
    """All files that come from here on were delivered on this date (UTC) or before it.

    Where nothing tells when files were delivered, it is the first date of the calendar.
    """

    date: date


Step = Loaded | Progress | Ask | Halt | Day


class Pace(Enum):
    """What is listed before something is read."""

    # All where listing costs requests; where it is cheap, each folder is read when it is listed.
    USUAL = "usual"
    # All, so that the price is known first.
    PRICED = "priced"
    # The steps may be left early: nothing of a date is listed or read before all of the dates
    # after it has been taken.
    THRIFTY = "thrifty"


@dataclass(slots=True)
class _Content:
    """A group's files that could be read, and why the others could not."""

    files: list[tuple[LogFile, bytes]] = field(default_factory=list)
    failures: list[tuple[LogFile, SourceError]] = field(default_factory=list)


@dataclass(slots=True)
class _Started:
    """A group on its way: its files come, then their content is decoded."""

    group: Group
    name: str
    decoded: Decoded | None = None
    coming: list[Future[bytes]] = field(default_factory=list)
    content: _Content = field(default_factory=_Content)
    decoding: Decoding | None = None

    @property
    def here(self) -> bool:
        """Whether its files can be had without waiting."""
        return all(file.done() for file in self.coming)

    @property
    def waiting(self) -> bool:
        """Whether finishing it would have to wait for somebody else."""
        return self.decoding.waiting if self.decoding else not self.here


class Loader:
    """One load of one scope. ``run`` may be left between two steps and continued later."""

    def __init__(
        self,
        source: Source,
        cache: Cache,
        scope: Scope,
        limits: Limits | None = None,
        decoders: Callable[[], Decoders] = Decoders,
    ) -> None:
        """decoders: makes what decodes during one run."""
        self.source = source
        self.scope = scope
        self.limits = limits or Limits()
        self.tally = Tally()
        self._walk = walk.Walk(
            source,
            since=scope.since,
            until=scope.until,
            regions=scope.regions,
            accounts=scope.accounts,
        )
        self._packs = None if source.local else Packs(cache, source.identity)
        self._columns = Columns(cache)
        self._fetcher = Fetcher(source)
        self._failed: list[LogFile] = []
        self._price = Estimate()
        self._agreed = False
        self._make_decoders = decoders
        self._decoders = decoders()
        self._begun: deque[_Started | Day] = deque()
        # Stored bytes of the groups begun, and how much of the scope is listed, from 0 to 1.
        self._begun_bytes = 0
        self._listed_share = 1.0

    def run(self, pace: Pace = Pace.USUAL) -> Iterator[Step]:
        """List, ask where the load is wide, read: first what lies outside day folders, then day
        by day, newest first. Raises nothing but programming errors."""
        survey = self._walk.day_folders(self.scope.folders)
        while survey.fatal is not None:
            yield Halt(survey.fatal)
            survey = self._walk.day_folders(self.scope.folders)
        self.tally.listed += survey.listings
        work: list[Group | Day] = []
        for found in survey.found:
            work += self._groups([found])
        days = survey.days
        thrifty = pace is Pace.THRIFTY
        cheap = self.source.local or len(days) <= _NARROW
        at_once = thrifty or (cheap and pace is Pace.USUAL)
        if not (at_once or self.source.local) and len(days) > self.limits.ask_folders:
            yield Ask(Estimate(listings=len(days), listed=self.tally.listed))
        reached = date.max if days else date.min
        if not days:
            work.insert(0, Day(reached))
        for number, day in enumerate(days):
            if at_once and work:
                yield from self._priced(work)
                work = []
            delivered = place_of(day).date or date.min
            if delivered < reached:
                reached = delivered
                work.append(Day(reached))
                if thrifty:
                    yield from self._read(work)
                    yield from self._begun_ones()
                    work = []
            work += yield from self._day(day)
            self._listed_share = (number + 1) / len(days)
            yield Progress()
        yield from self._priced(work)
        yield from self._rest()

    def retry(self) -> Iterator[Step]:
        """Read again what failed in a way that may pass."""
        files, self._failed = self._failed, []
        keys = {f.key for f in files}
        kept = [p for p in self.tally.problems if not (p.retry and p.key in keys)]
        self.tally.problems[:] = kept
        self.tally.failed -= len(files)
        self.tally.waiting += len(files)
        folders: dict[str, list[LogFile]] = {}
        for file in files:
            folders.setdefault(file.folder, []).append(file)
        groups = [g for folder, fs in folders.items() for g in group_files(folder, fs, {})]
        self._decoders.close()
        self._decoders = self._make_decoders()
        yield from self._read(groups)
        yield from self._rest()

    @property
    def can_retry(self) -> int:
        """Files that failed in a way that may pass."""
        return len(self._failed)

    def estimate(self, groups: Iterable[Group]) -> Estimate:
        groups = list(groups)
        fresh = [f for g in groups if not g.pack for f in g.files]
        everything = [f for g in groups for f in g.files]
        on_disk = self.source.local
        return Estimate(
            objects=len(everything),
            cached=len(everything) if on_disk else len(everything) - len(fresh),
            stored=0 if on_disk else sum(f.size for f in fresh),
            all_stored=sum(f.size for f in everything),
            listed=self.tally.listed,
        )

    def close(self) -> None:
        self._fetcher.close()
        self._decoders.close()

    def _priced(self, work: list[Group | Day]) -> Iterator[Step]:
        """Read groups, after asking once when all that was found so far is a lot."""
        groups = [item for item in work if isinstance(item, Group)]
        self._price = self._price.plus(self.estimate(groups))
        estimate, limits = self._price, self.limits
        if not self._agreed and (
            estimate.objects > limits.max_objects
            or estimate.gets > limits.ask_objects
            or estimate.memory > limits.max_memory
        ):
            yield Ask(estimate)
            self._agreed = True
        yield from self._read(work)

    def _day(self, day: str) -> Generator[Step, None, list[Group]]:
        """The groups of one day folder; halts where its listing cannot go on."""
        walked = frozenset(self.scope.folders)
        while True:
            pages = list(self._walk.files_of(day, walked))
            fatal = next((p for page in pages for p in page.problems if p.fatal), None)
            if fatal is None:
                self.tally.listed += len(pages)
                return self._groups(pages)
            yield Halt(fatal)

    def _groups(self, pages: Sequence[walk.Found]) -> list[Group]:
        """The files of these listings that are in scope, cut into groups."""
        for page in pages:
            self._listed(page)
        # A flat bucket is shown as a tree; its packs are kept by where the files really are.
        folders: dict[str, list[LogFile]] = {}
        for page in pages:
            for file in page.files:
                folders.setdefault(file.folder, []).append(file)
        groups: list[Group] = []
        for folder, files in folders.items():
            packed = self._packs.index(folder) if self._packs else {}
            groups.extend(group_files(folder, files, packed))
        return groups

    def _read(self, work: Iterable[Group | Day]) -> Iterator[Step]:
        """Decode groups in order, the next ones' files and columns already on their way."""
        for item in work:
            self._begun.append(item if isinstance(item, Day) else self._start(item))
            self._hand_over()
            while self._begun and (self._enough_begun() or not _waits(self._begun[0])):
                yield from self._next()

    def _begun_ones(self) -> Iterator[Step]:
        """Finish what was begun."""
        while self._begun:
            yield from self._next()

    def _rest(self) -> Iterator[Step]:
        yield from self._begun_ones()
        self._decoders.close()

    def _next(self) -> Iterator[Step]:
        """Finish the first of what was begun."""
        first = self._begun.popleft()
        if isinstance(first, Day):
            yield first
        else:
            yield from self._finish(first)
            self._hand_over()

    def _enough_begun(self) -> bool:
        return len(self._begun) >= _AHEAD + _AHEAD_EACH * self._decoders.ready

    def _start(self, group: Group) -> _Started:
        self._begun_bytes += sum(f.size for f in group.files)
        name = group_id(group.files, self.source.identity)
        kept = self._columns.get(name, DECODER_VERSION)
        if kept is not None:
            try:
                return _Started(group, name, Decoded.unpack(kept))
            except (ValueError, msgspec.MsgspecError):
                pass
        if group.pack or self.source.local:
            return _Started(group, name)
        return _Started(group, name, coming=[self._fetcher.fetch(f) for f in group.files])

    def _hand_over(self) -> None:
        """Let other processes begin with groups whose files are here."""
        for started in self._begun:
            if self._decoders.ready and isinstance(started, _Started) and started.here:
                self._decode(started)

    def _decode(self, started: _Started) -> SourceError | None:
        """Begin to decode a group if that is still to do; an error when it cannot be read now."""
        if started.decoded or started.decoding:
            return None
        content = self._content(started)
        if isinstance(content, SourceError):
            return content
        files = [(file.key, data) for file, data in content.files]
        in_scope = int(self._price.all_stored / self._listed_share)
        size = sum(len(data) for _, data in files)
        started.content = content
        started.decoding = self._decoders.decode(files, in_scope - self._begun_bytes + size)
        return None

    def _finish(self, started: _Started) -> Iterator[Step]:
        group, decoded = started.group, started.decoded
        files = group.files
        while (error := self._decode(started)) is not None:
            yield Halt(error)
            started.coming = [self._fetcher.fetch(f) for f in group.files]
        self.tally.waiting -= len(files)
        if started.decoding:
            content = started.content
            for file, failure in content.failures:
                self._failure(file, failure)
            files = tuple(file for file, _ in content.files)
            decoded = started.decoding.result()
            if self._packs and not group.pack:
                self._packs.add(group.folder, content.files)
            if files == group.files:
                self._columns.put(started.name, DECODER_VERSION, decoded.pack())
        assert decoded is not None
        self._count(decoded, files, cached=bool(group.pack or started.decoded))
        yield Loaded(decoded.batch, files)

    def _content(self, started: _Started) -> _Content | SourceError:
        """The group's files as far as they could be read; an error when none can be for now."""
        group = started.group
        if group.pack and not started.coming:
            kept = self._unpacked(group)
            if kept is not None:
                return _Content(kept)
            started.coming = [self._fetcher.fetch(f) for f in group.files]
        content = _Content()
        for position, file in enumerate(group.files):
            try:
                coming = started.coming[position] if started.coming else None
                data = coming.result() if coming else self.source.read(file)
                content.files.append((file, data))
            except SourceError as error:
                if error.fatal:
                    return error
                content.failures.append((file, error))
            except CancelledError:
                cancelled = SourceError(file.key, "cancelled", retry=True)
                content.failures.append((file, cancelled))
        return content

    def _unpacked(self, group: Group) -> list[tuple[LogFile, bytes]] | None:
        """The group's files out of their pack, or None when it is gone or damaged."""
        assert self._packs is not None
        pack = self._packs.read_pack(group.pack)
        index = self._packs.index(group.folder)
        if pack is None or not all(f.key in index for f in group.files):
            return None
        places = ((f, index[f.key]) for f in group.files)
        return [(f, pack[at.offset : at.offset + at.size]) for f, at in places]

    def _failure(self, file: LogFile, error: SourceError) -> None:
        outcome = Outcome.SKIPPED if error.skipped else Outcome.FAILED
        if error.skipped:
            self.tally.skipped += 1
        else:
            self.tally.failed += 1
            if error.retry:
                self._failed.append(file)
        problem = Problem(file.key, outcome, error.reason, hint=error.hint, retry=error.retry)
        self.tally.note([problem])

    def _count(self, decoded: Decoded, files: tuple[LogFile, ...], *, cached: bool) -> None:
        tally = self.tally
        skipped = {p.key for p in decoded.problems if p.outcome is Outcome.SKIPPED}
        for file, read in zip(files, decoded.read, strict=True):
            if read:
                tally.read += 1
            elif file.key in skipped:
                tally.skipped += 1
            else:
                tally.failed += 1
        tally.cached += len(files) if cached and not self.source.local else 0
        tally.stored += sum(f.size for f in files)
        tally.unpacked += decoded.unpacked
        tally.rejected += decoded.rejected
        tally.note(decoded.problems)

    def _listed(self, found: walk.Found) -> None:
        """Count what a listing brought: found files wait, skipped ones are told with a reason."""
        tally = self.tally
        tally.found += len(found.files) + len(found.skipped)
        tally.waiting += len(found.files)
        tally.skipped += len(found.skipped)
        tally.note(Problem(f.key, Outcome.SKIPPED, why) for f, why in found.skipped)
        for error in found.problems:
            # A folder that cannot be listed hides files nobody can count.
            outcome = Outcome.SKIPPED if error.skipped else Outcome.FAILED
            tally.note([Problem(error.place, outcome, error.reason, hint=error.hint)])


def _waits(begun: _Started | Day) -> bool:
    return isinstance(begun, _Started) and begun.waiting
