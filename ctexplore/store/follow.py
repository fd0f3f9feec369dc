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

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Final

from ctexplore.sources.arranged import ArrangedSource
from ctexplore.sources.found import Found, requests
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.sources.walk import Walk
from ctexplore.store.fetch import Fetcher
from ctexplore.store.parts import parts_of
from ctexplore.store.position import LATE, Position
from ctexplore.store.scope import Scope
from ctexplore.store.waiting import Waiting
from ctexplore.trail.layout import Level, place_of
from ctexplore.trail.names import parse_name
from ctexplore.trail.window import start_after_name

_DAY: Final = timedelta(days=1)
_THREADS: Final = 8
_DATED: Final = {Level.YEAR: 1, Level.MONTH: 2, Level.DAY: 3}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often what is listed, where listing costs requests.

    whole: today and yesterday from their first name on, and the levels above days. late: each
    day before. overlap: how much earlier than the newest name a file may still come unnoticed
    until the next whole listing. after: how long after midnight yesterday's files still come.
    """

    whole: timedelta = timedelta(minutes=15)
    late: timedelta = timedelta(hours=6)
    overlap: timedelta = timedelta(hours=1)
    after: timedelta = timedelta(hours=1)


@dataclass(slots=True)
class Look:
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


@dataclass(slots=True)
class _Day:
    """whole: when it was last listed from its first name on. newest: delivery by its names."""

    whole: datetime | None = None
    newest: datetime | None = None
    again: datetime | None = None


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
        self._firsts = dict(_beginnings(scope.folders))
        dated = [f for f in scope.folders if place_of(f).level not in _DATED]
        self._roots = [*dated, *self._firsts]
        self._bases = set(self._firsts)
        # Those that were named may be all that may be listed.
        named = (folder for folder in scope.folders if place_of(folder).level is Level.DAY)
        self._days: dict[str, _Day] = {folder: _Day() for folder in named}
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
        look.found.sort(key=lambda found: _date(found.folder))
        return look

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
            self._days.setdefault(day, _Day())
            self._bases.add(_base(day))
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
                        self._days.setdefault(folder, _Day())
        oldest = self._floor(now)
        due: list[tuple[str, str]] = []
        for folder in sorted(self._days, key=_date):
            if oldest and not self._free and _date(folder) < oldest.date():
                del self._days[folder]
            elif (start := self._start(folder, now)) is not None:
                due.append((folder, start))
        listings = self._each(self._pages, due)
        for (folder, start), pages in zip(due, listings, strict=True):
            self._take_in_day(folder, start, pages, now, look)

    def _start(self, folder: str, now: datetime) -> str | None:
        """The key after which a day is to be listed now; None when it is not due."""
        day, today = self._days[folder], now.astimezone(UTC)
        if self._free or day.whole is None:
            return None if day.again and now < day.again else ""
        days_ago = (today.date() - _date(folder)).days
        period = self._rhythm.whole if days_ago <= 1 else self._rhythm.late
        if now - day.whole >= period:
            return None if day.again and now < day.again else ""
        midnight = datetime.combine(today.date(), time.min, UTC)
        fills = days_ago < 1 or (days_ago == 1 and today - midnight < self._rhythm.after)
        if not fills:
            return None
        if day.newest is None:
            return ""
        return start_after_name(folder, day.newest - self._rhythm.overlap)

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
        times = [name.delivered for f in files if (name := parse_name(f.name))]
        # A name may claim any time; what comes in its own must be found all the same.
        believed = [time for time in times if time <= now]
        day.newest = max([*believed, *filter(None, [day.newest])], default=None)

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
        return _date(day) >= self._firsts.get(_base(day), date.min)

    def _each(self, work: Callable[[Any], Any], items: Sequence[Any]) -> Iterable[Any]:
        """As map; side by side where it takes requests."""
        if self._source.local:
            return [work(item) for item in items]
        jobs = [self._lister.fetch(partial(work, item)) for item in items]
        return [job.result() for job in jobs]


def _beginnings(folders: Iterable[str]) -> Iterator[tuple[str, date]]:
    """Above each year, month or day among the folders: from which date on."""
    firsts: dict[str, date] = {}
    for folder in folders:
        span = place_of(folder).span()
        if span is not None:
            base = _base(folder)
            firsts[base] = min(span[0], firsts.get(base, span[0]))
    yield from firsts.items()


def _base(folder: str) -> str:
    """What lies above the years."""
    parts = folder.removesuffix("/").split("/")
    return "".join(f"{part}/" for part in parts[: -_DATED[place_of(folder).level]])


def _date(folder: str) -> date:
    return place_of(folder).date or date.min
