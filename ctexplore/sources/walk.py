"""From folders to the log files in scope, with as few listings as their dates allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time

from ctexplore.sources.found import Entered, Found, Survey, fatal_of, requests
from ctexplore.sources.midnight import is_there, next_days
from ctexplore.sources.source import LogFile, Page, Source, SourceError
from ctexplore.trail.layout import Level, LogKind, Place, place_of
from ctexplore.trail.names import FileClass, LogName, parse_name
from ctexplore.trail.window import may_hold, past, start_after_name

_REASONS = {
    FileClass.DIGEST: "a digest file: it proves log files and holds no events",
    FileClass.FOREIGN: "another service's log",
    FileClass.ARCHIVE: "an archive: open it by itself",
    FileClass.OTHER: "not named like a log file",
}
_LAST_EVENTS = "the last events of the day before may be missing"


class Walk:
    """One way of walking a source: which times, accounts and regions are wanted.

    since, until: aware datetimes, since <= eventTime < until. A folder or name can only tell
    when a file was delivered, so the walk also takes those of a while after ``until``.
    regions, accounts: empty means all. digests: take digest files as files too.
    """

    def __init__(
        self,
        source: Source,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        regions: AbstractSet[str] = frozenset(),
        accounts: AbstractSet[str] = frozenset(),
        digests: bool = False,
    ) -> None:
        self._source = source
        # File names tell the minute.
        self._since = since.astimezone(UTC).replace(second=0, microsecond=0) if since else None
        self._until = until
        self._regions = regions
        self._accounts = accounts
        self._digests = digests

    def day_folders(
        self,
        folders: Iterable[str],
        each: Callable[[Callable[[str], Entered], Sequence[str]], Iterable[Entered]] = map,
    ) -> Survey:
        """Descend from ``folders`` to the days below them, one level after the other.

        ``folders`` may lie in each other; everything is listed once. Other services' folders
        and digests are entered only when they are among ``folders``. ``each`` is ``map`` or
        an executor's: it gets the folders of one level, whose listings may run side by side.
        A folder that cannot be listed is a problem in ``found``; the others go on.
        """
        survey = Survey()
        waiting = list(dict.fromkeys(folders))
        survey.after = frozenset(filter(self._holds_last_events, next_days(waiting)))
        seen = set(waiting)
        while waiting and survey.fatal is None:
            above: list[str] = []
            for folder in waiting:
                is_day = place_of(folder).level is Level.DAY
                (survey.days if is_day else above).append(folder)
            waiting = []
            for listed in each(self._list, above) if above else ():
                survey.listings += requests(listed.found)
                survey.found += filter(None, listed.found)
                waiting += [below for below in listed.below if below not in seen]
                seen.update(listed.below)
                survey.fatal = survey.fatal or fatal_of(listed.found)
        survey.days += survey.after
        survey.days.sort()
        survey.days.sort(key=_delivered, reverse=True)
        return survey

    def files_of(self, day: str, walked: AbstractSet[str] = frozenset()) -> Iterator[Found]:
        """The log files of one of a survey's days, a ``Found`` for every LIST request.

        Folders below the day are walked too, but for those in ``walked``. The listing starts
        at the first file that can hold ``since`` and ends after the last one for ``until``.
        """
        waiting = [day]
        while waiting:
            folder = waiting.pop()
            below: list[str] = []
            yield from self._pages(folder, below)
            waiting += [child for child in reversed(below) if child not in walked]

    def first_files_of(self, day: str) -> Iterator[Found]:
        """The log files of a survey's day that can hold events of the day before it."""
        place, midnight = place_of(day), _midnight(day)
        until = min(self._until, midnight) if self._until else midnight
        try:
            for page in self._source.children(day):
                found = Found(day, kept=page.kept)
                last = False
                for file in page.files:
                    name = parse_name(file.name) if file.kind.read else None
                    last = name is not None and past(name, until) and _sorts_by_time(name, place)
                    if last:
                        break
                    if name and not past(name, until) and self._wanted(name.account, name.region):
                        _add(found, file)
                yield found
                if last:
                    return
        except SourceError as error:
            noted = SourceError(error.place, f"{_LAST_EVENTS}: {error.reason}", error.hint)
            yield Found(day, problems=[error]) if error.fatal else Found(day, noted=[noted])

    def walk(self, folders: Iterable[str]) -> Iterator[Found]:
        """Everything in scope below ``folders``: files outside days, then day by day."""
        folders = list(folders)
        survey = self.day_folders(folders)
        yield from survey.found
        for day in survey.days if survey.fatal is None else ():
            after = day in survey.after
            files = self.first_files_of(day) if after else self.files_of(day, frozenset(folders))
            for found in files:
                yield found
                if fatal_of([found]):
                    return

    def _list(self, folder: str) -> Entered:
        listed = Entered()
        listed.found.extend(self._pages(folder, listed.below))
        return listed

    def _pages(self, folder: str, below: list[str]) -> Iterator[Found]:
        """``below`` gets the folders to enter."""
        place = place_of(folder)
        start = start_after_name(folder, self._since) if self._since else ""
        try:
            for page in self._source.children(folder, start):
                below += [child for child in page.folders if self.enters(place_of(child))]
                found = Found(
                    folder,
                    unread=list(page.unread),
                    problems=list(page.problems),
                    kept=page.kept,
                )
                last = self._sort(page, place, found)
                yield found
                if last:
                    return
        except SourceError as error:
            yield Found(folder, problems=[error])

    def enters(self, place: Place) -> bool:
        """Whether a folder can hold what is wanted."""
        return (
            not place.foreign
            and (self._digests or place.kind is not LogKind.DIGEST)
            and self._wanted(place.account, place.region)
            and may_hold(place, self._since, self._until)
        )

    def _wanted(self, account: str, region: str) -> bool:
        """Unknown parts speak against nothing."""
        return not (self._accounts and account and account not in self._accounts) and not (
            self._regions and region and region not in self._regions
        )

    def _sort(self, page: Page, place: Place, found: Found) -> bool:
        """Whether no later page can hold a file in scope."""
        bounded = self._since or self._until or self._regions or self._accounts
        for file in page.files:
            kind = file.kind
            if kind in (FileClass.MARKER, FileClass.OURS):
                continue
            if not (kind.read or (self._digests and kind is FileClass.DIGEST)):
                found.skipped.append((file, _REASONS[kind]))
                continue
            if bounded and (name := parse_name(file.name)):
                if past(name, self._until):
                    if _sorts_by_time(name, place):
                        return True
                    continue
                early = self._since is not None and name.delivered < self._since
                if early or not self._wanted(name.account, name.region):
                    continue
            _add(found, file)
        return False

    def _holds_last_events(self, day: str) -> bool:
        """Whether a day's first files are in scope, as far as that shows without a request."""
        place = place_of(day)
        return (
            self._wanted(place.account, place.region)
            and (self._since is None or self._since < _midnight(day))
            and may_hold(place, None, self._until)
            and is_there(self._source, day, datetime.now(UTC).date())
        )


def _add(found: Found, file: LogFile) -> None:
    if file.storage:
        found.skipped.append((file, f"archived ({file.storage}): restore it to read it"))
    else:
        found.files.append(file)


def _sorts_by_time(name: LogName, place: Place) -> bool:
    """Whether the names after this one, in its day's folder, can only be of later files."""
    return (
        place.level is Level.DAY
        and name.kind is not LogKind.DIGEST
        and (name.account, name.kind, name.region) == (place.account, place.kind, place.region)
    )


def _midnight(day: str) -> datetime:
    """When a day begins, UTC."""
    return datetime.combine(place_of(day).date or date.max, time.min, UTC)


def _delivered(day: str) -> date:
    return place_of(day).date or date.min
