"""What is new in a trail since it was last looked at: which folders to list when, and which of
their log files nobody has read.

A name tells when its file was delivered, and files come nearly in the order of their names. So of
the days that still fill, each look lists what comes after the newest name but an hour; now and
then it lists them whole, and more seldom all days to which CloudTrail may deliver again, for up to
30 days (CloudTrail User Guide, "Logging events"). What listing does not cost is listed whole each
time. LIST requests a day for each region of an account, looking once a minute: 1,440 for today,
some 150 for yesterday, 120 for the 30 days before, and 96 for each folder above days; a folder of
more than 1,000 names costs one for every 1,000 when it is listed whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Final

from msgspec import Struct, field

from ctexplore.sources.arranged import ArrangedSource
from ctexplore.sources.found import Found, requests
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.sources.walk import Walk
from ctexplore.store.fetch import Fetcher
from ctexplore.store.follow.days import DATED, FollowedDay, Rhythm, base_of, beginnings, date_of
from ctexplore.store.follow.position import LATE, Position
from ctexplore.store.follow.waiting import Waiting
from ctexplore.store.parts import parts_of
from ctexplore.store.scope import Scope
from ctexplore.trail.layout import Level, place_of
from ctexplore.trail.names import parse_name

_DAY: Final = timedelta(days=1)
_THREADS: Final = 8


class Look(Struct):
    """What one look found. found: files nobody has read, by folder, the oldest day first; they
    come again with the next look until ``Follower.taken``. listed: LIST requests.

    problems: what could not be listed; it is listed again. fatal: one that every further
    request would meet.
    """

    at: datetime
    found: list[Found] = field(default_factory=list)
    listed: int = 0
    problems: list[SourceError] = field(default_factory=list)

    @property
    def fatal(self) -> SourceError | None:
        return next((p for p in self.problems if p.fatal), None)

    @property
    def files(self) -> list[LogFile]:
        return [file for found in self.found for file in found.files]


class Follower:
    """Looks for new log files in a scope. Not for two threads at once."""

    def __init__(
        self,
        source: Source,
        scope: Scope,
        position: Position,
        *,
        now: Callable[[], datetime],
        rhythm: Rhythm | None = None,
        back_to: datetime | None = None,
    ) -> None:
        """now: aware. A day among the scope's folders is where it begins: the days after it
        are followed too. back_to: until ``caught_up``, days are looked at from then on however
        long ago that is."""
        self._source = source
        self._scope = scope
        self._position = position
        self._now = now
        self._rhythm = rhythm or Rhythm()
        self._back_to = back_to
        self._firsts = dict(beginnings(scope.folders))
        dated = [f for f in scope.folders if place_of(f).level not in DATED]
        self._roots = [*dated, *self._firsts]
        self._bases = set(self._firsts)
        # Those that were named may be all that may be listed.
        named = (folder for folder in scope.folders if place_of(folder).level is Level.DAY)
        self._days: dict[str, FollowedDay] = {folder: FollowedDay(folder) for folder in named}
        self._surveyed: datetime | None = None
        parts = list(parts_of(source))
        arranged = any(isinstance(part, ArrangedSource) for part in parts)
        several = any(isinstance(part, SeveralSource) for part in parts)
        # Whether days cost nothing to list: they lie here, or are made up from one listing.
        self._free = source.local or (arranged and not several)
        # Whether files lie outside of days, or are listed there.
        self._outside = arranged
        self._waiting = Waiting()
        self._told: set[tuple[str, str]] = set()
        self._lister: Fetcher[Callable[[], Any], Any] = Fetcher(lambda job: job(), _THREADS)

    def look(self) -> Look:
        """List what is due. Raises nothing but programming errors and what the position does."""
        now = self._now()
        look = Look(now)
        seldom = not (self._free or self._outside)
        if not (seldom and self._surveyed and now - self._surveyed < self._rhythm.whole):
            self._survey(now, look)
        if look.fatal is None:
            self._list_days(now, look)
        for folder, files in self._waiting.due(now):
            look.found.append(Found(folder, files))
        look.found.sort(key=lambda found: date_of(found.folder))
        return look

    def expect(self, keys: Iterable[str]) -> None:
        """These log files are said to have come: the next look finds them, in whatever day's
        folder they lie, without waiting for its turn."""
        for key in keys:
            folder, _, name = key.rpartition("/")
            place = place_of(folder := f"{folder}/")
            if place.level is Level.DAY and self._walk(None).enters(place):
                if not folder.startswith(tuple(self._roots)) or not self._follows(folder):
                    continue
                self._bases.add(base_of(folder))
                day = self._days.setdefault(folder, FollowedDay(folder))
                day.expect(name, self._now(), self._rhythm)

    def taken(self, files: Iterable[LogFile]) -> None:
        """These were read, and what they hold was told."""
        for folder, taken in self._waiting.take(files):
            # Of what is listed however old it is, nothing may be forgotten.
            day = None if self._free else place_of(folder).date
            self._position.add_files(taken, day)

    def put_off(self, files: Iterable[LogFile]) -> None:
        """These could not be read: they come again later, and later each time."""
        self._waiting.put_off(files, self._now())

    def caught_up(self) -> None:
        """All that there was at first has been taken."""
        self._back_to = None

    def close(self) -> None:
        self._lister.close()

    # -- listing

    def _survey(self, now: datetime, look: Look) -> None:
        """Find the days there are, and files outside of days."""
        survey = self._walk(self._floor(now)).day_folders(self._roots, self._each)
        look.listed += survey.listings
        for found in survey.found:
            self._take_in(found, look)
        known = {file.key for found in survey.found for file in found.files}
        self._outside |= bool(known)
        for day in filter(self._follows, survey.days):
            self._days.setdefault(day, FollowedDay(day))
            self._bases.add(base_of(day))
        if all(problem.denied for problem in look.problems):
            self._surveyed = now
        if not look.problems:
            self._waiting.keep_only({found.folder for found in survey.found}, known)
            if self._free:
                self._days = {day: self._days[day] for day in survey.days if day in self._days}

    def _list_days(self, now: datetime, look: Look) -> None:
        today = now.astimezone(UTC).date()
        if not self._free:
            # Where nothing was delivered yet, S3 has an empty listing.
            for base in self._bases:
                for day in (today - _DAY, today):
                    if self._follows(folder := f"{base}{day:%Y/%m/%d}/"):
                        self._days.setdefault(folder, FollowedDay(folder))
        oldest = self._floor(now)
        due: list[tuple[str, str]] = []
        for folder in sorted(self._days, key=date_of):
            if oldest and not self._free and date_of(folder) < oldest.date():
                del self._days[folder]
            elif (
                start := self._days[folder].start(now, self._rhythm, free=self._free)
            ) is not None:
                due.append((folder, start))
        listings = self._each(self._pages, due)
        for (folder, start), pages in zip(due, listings, strict=True):
            self._take_in_day(folder, start, pages, now, look)

    def _pages(self, due: tuple[str, str]) -> list[Found]:
        folder, start = due
        name = parse_name(start.rpartition("/")[2]) if start else None
        since = self._floor(self._now())
        if name is not None:
            since = max(name.delivered, since or name.delivered)
        return list(self._walk(since).files_of(folder))

    def _take_in_day(
        self, folder: str, start: str, pages: Sequence[Found], now: datetime, look: Look
    ) -> None:
        day = self._days[folder]
        look.listed += requests(pages)
        for page in pages:
            self._take_in(page, look)
        if wrong := [p for page in pages for p in page.problems]:
            if any(p.denied for p in wrong):
                day.again = now + self._rhythm.whole
            return
        files = [file for page in pages for file in page.files]
        if not start:
            day.whole, day.again = now, None
            self._waiting.keep_only({folder}, {file.key for file in files})
        day.saw((file.name for file in files), now)

    def _take_in(self, found: Found, look: Look) -> None:
        """Keep what is new of a listing."""
        look.problems += found.problems
        self._waiting.add(found.folder, self._position.unread(found.files))
        why = {file.key: reason for file, reason in found.skipped}
        skipped = self._position.unread(file for file, _ in found.skipped)
        new = [error for error in found.unread if (error.place, error.reason) not in self._told]
        if skipped or new:
            told = [(file, why[file.key]) for file in skipped]
            look.found.append(Found(found.folder, skipped=told, unread=new))
            self._told.update((error.place, error.reason) for error in new)
            self._position.add_files(skipped, None)

    # -- what is followed

    def _walk(self, since: datetime | None) -> Walk:
        # Without an end: an event of before ``until`` may be delivered at any time.
        regions, accounts = self._scope.regions, self._scope.accounts
        return Walk(self._source, since=since, regions=regions, accounts=accounts)

    def _floor(self, now: datetime) -> datetime | None:
        """Before which nothing is looked at."""
        since = self._scope.since
        if self._free:
            return since
        late = datetime.combine(now.astimezone(UTC).date() - LATE, time.min, UTC)
        late = min(late, self._back_to or late)
        return max(since, late) if since else late

    def _follows(self, day: str) -> bool:
        return date_of(day) >= self._firsts.get(base_of(day), date.min)

    def _each(self, work: Callable[[Any], Any], items: Sequence[Any]) -> Iterable[Any]:
        """As map; side by side where it takes requests."""
        if self._source.local:
            return [work(item) for item in items]
        jobs = [self._lister.fetch(partial(work, item)) for item in items]
        return [job.result() for job in jobs]
