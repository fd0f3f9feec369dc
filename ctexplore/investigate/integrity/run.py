"""Is a trail whole and unchanged? Account by account and region by region, by its digests."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from ctexplore.investigate.integrity.cell import AFTER, Cell
from ctexplore.investigate.integrity.content import LoggingEvent
from ctexplore.investigate.integrity.digests import unread
from ctexplore.investigate.integrity.gaps import Gap
from ctexplore.investigate.integrity.keys import Beside, KeyRing
from ctexplore.investigate.integrity.logs import Hashing
from ctexplore.investigate.integrity.result import Finding, Kind, Status
from ctexplore.investigate.integrity.state import DigestState
from ctexplore.sources.found import Found
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.sources.walk import Walk
from ctexplore.store.cache.cache import Cache
from ctexplore.store.fetch import THREADS, Fetcher
from ctexplore.trail.layout import LogKind, place_of
from ctexplore.trail.names import parse_name

# A digest of the first hour of the range may list files that were delivered before it.
_BEFORE = timedelta(hours=2)

_Place = tuple[str, str]


class _Unit(Struct):
    """What lies in the folders of one account and region."""

    days: list[str] = field(default_factory=list)
    files: list[LogFile] = field(default_factory=list)


class Verification:
    """One run over a source. done: findings so far. newer: log files so new that their digest is
    still to come; nothing is said of them.
    """

    def __init__(
        self,
        source: Source,
        cache: Cache,
        keys: KeyRing,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        regions: AbstractSet[str] = frozenset(),
        accounts: AbstractSet[str] = frozenset(),
        most: int = sys.maxsize,
        now: datetime | None = None,
    ) -> None:
        """since, until: aware; log files delivered from ``since`` to before ``until``, and digests
        that end from ``since`` to an hour after ``until``. most: files to read. now: for tests."""
        self.done = 0
        self._found = 0
        self._ended, self._files, self._before = 0.0, 1, 0
        self.newer = 0
        self._source = source
        self._most = most
        self._now = now or datetime.now(UTC)
        self._since = since.astimezone(UTC) if since else None
        self._until = until.astimezone(UTC) if until else None
        self._keys = keys
        self._state = DigestState(None if source.local else cache, source.identity)
        self._beside = Beside(source)
        self._hashing = Hashing(source, cache)
        self._walk = Walk(
            source,
            since=_moved(self._since, -_BEFORE),
            until=_moved(self._until, AFTER),
            regions=regions,
            accounts=accounts,
            digests=True,
        )

    def close(self) -> None:
        self._hashing.close()

    @property
    def share(self) -> float:
        """What is done of the work, from 0 to 1; one region counts for as much as another."""
        return min(1.0, self._ended + (self.done - self._before) / max(self._files, 1))

    def run(self) -> Iterator[Finding]:
        """A finding for each file; at the end one for each time that no digest covers.

        Raises SourceError where every further request would fail alike, or more files are found
        than may be read. What was done until then is kept in the cache, so that another run goes
        on there.
        """
        gaps: list[Gap] = []
        events: list[LoggingEvent] = []
        survey = self._walk.day_folders([self._source.root])
        if survey.fatal:
            raise survey.fatal
        yield from _problems(survey.found)
        units: dict[_Place, _Unit] = {}
        for found in survey.found:
            for file in _files(found):
                units.setdefault(_place(file.folder), _Unit()).files.append(file)
        for day in survey.days:
            if day not in survey.after:
                units.setdefault(_place(day), _Unit()).days.append(day)
        regions = len(units)
        for number, place in enumerate(sorted(units)):
            unit = units.pop(place)
            yield from self._list(unit)
            self._ended, self._files = number / regions, len(unit.files) * regions
            self._before = self.done
            # What a folder does not tell of account and region, the names in it do.
            cells: dict[_Place, list[LogFile]] = {}
            for file in unit.files:
                cells.setdefault(_told(place, file), []).append(file)
            for at in sorted(cells):
                yield from self._cell(at, cells.pop(at), gaps, events)
        yield from (gap.finding(events) for gap in gaps)

    def _list(self, unit: _Unit) -> Iterator[Finding]:
        """Take in the files of its days."""
        for pages in self._pages(unit.days):
            yield from _problems(pages)
            unit.files += (file for page in pages for file in _files(page))
        self._found += len(unit.files)
        if self._found > self._most:
            raise SourceError(
                self._source.uri(self._source.root),
                f"{self._found:,} files are in scope, more than --max-objects {self._most:,}",
                "narrow with --since, --region, --account, or raise --max-objects",
            )

    def _pages(self, days: Sequence[str]) -> Iterator[list[Found]]:
        """What lies in each day, many of which are listed at a time where that has to wait."""
        if self._source.local:
            yield from (list(self._walk.files_of(day)) for day in days)
            return
        lister: Fetcher[str, list[Found]] = Fetcher(
            lambda day: list(self._walk.files_of(day)), THREADS
        )
        try:
            for coming in [lister.fetch(day) for day in days]:
                yield coming.result()
        finally:
            lister.close()

    def _cell(
        self,
        place: _Place,
        files: Sequence[LogFile],
        gaps: list[Gap],
        events: list[LoggingEvent],
    ) -> Iterator[Finding]:
        cell = Cell(self._source, place, files, self._since, self._until, self._now)
        for finding in cell.run(self._state, self._beside, self._keys, self._hashing):
            self.done += 1
            yield finding
        self.newer += cell.newer
        gaps += cell.gaps
        events += cell.events


def _place(folder: str) -> _Place:
    place = place_of(folder)
    return place.account, place.region


def _told(place: _Place, file: LogFile) -> _Place:
    if all(place):
        return place
    name = parse_name(file.name)
    return (place[0] or (name.account if name else ""), place[1] or (name.region if name else ""))


def _moved(time: datetime | None, by: timedelta) -> datetime | None:
    """None for no bound, and for one beyond the calendar."""
    try:
        return time + by if time else None
    except OverflowError:
        return None


def _files(page: Found) -> Iterator[LogFile]:
    """Archived ones too: they are there, and reading them says what they are."""
    yield from page.files
    yield from (file for file, _ in page.skipped if file.storage)


def _problems(pages: Iterable[Found]) -> Iterator[Finding]:
    """What could not be listed or looked at: nothing can be said of what is there."""
    for page in pages:
        place = place_of(page.folder)
        kind = Kind.DIGEST if place.kind is LogKind.DIGEST else Kind.LOG
        unread_files = (each for each in page.unread if not each.skipped)
        for problem in (*page.problems, *unread_files):
            if problem.fatal:
                raise problem
            yield Finding(
                kind, problem.place, Status.MISSING, unread(problem), place.account, place.region
            )
