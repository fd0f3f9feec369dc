"""From a scope to batches of events: what is there, what it would cost, then reading it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby

from ctexplore.sources.found import Found, fatal_of, requests
from ctexplore.sources.source import LogFile, Source, streams, undated
from ctexplore.sources.walk import Walk
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.packs import Packs
from ctexplore.store.columns.workers import Decoders
from ctexplore.store.groups import Group, group_files
from ctexplore.store.midnight import Midnight
from ctexplore.store.reading import Reading, Work
from ctexplore.store.scope import Estimate, Limits, Scope
from ctexplore.store.search.thin import Kept, Sieve
from ctexplore.store.side_by_side import side_by_side
from ctexplore.store.steps import Ask, Day, Halt, Pace, Progress, Step
from ctexplore.store.tally import Tally
from ctexplore.trail.layout import place_of

# So few remote folders are read one after the other; more are listed first, to know the price.
_NARROW = 4


class Loader:
    """One load of one scope. ``run`` may be left between two steps and continued later.

    midnight: of the files in scope, those delivered after the day that is open. What they hold
    of the day of their delivery is in the batches all the same.
    """

    def __init__(
        self,
        source: Source,
        cache: Cache,
        scope: Scope,
        limits: Limits | None = None,
        decoders: Callable[[], Decoders] = Decoders,
        sieve: Sieve | None = None,
    ) -> None:
        """decoders: makes what decodes during one run. sieve: lets only the events through that
        may be of interest; all files and their problems are counted all the same."""
        self.source = source
        self.scope = scope
        self.limits = limits or Limits()
        self.tally = Tally()
        self.midnight = Midnight()
        self._walk = Walk(
            source,
            since=scope.since,
            until=scope.until,
            regions=scope.regions,
            accounts=scope.accounts,
        )
        self._packs = None if source.local else Packs(cache, source.identity)
        self._reading = Reading(
            source, cache, self._packs, self.tally, self._stored_in_scope, decoders, sieve
        )
        self._price = Estimate()
        self._agreed = False
        self._listed_share = 1.0  # of the scope, from 0 to 1

    def run(self, pace: Pace = Pace.USUAL) -> Iterator[Step]:
        """List, ask where the load is wide, read: first what lies outside day folders, then day
        by day, newest first. Raises nothing but programming errors."""
        if undated(self.source):
            yield from self._streamed(self.scope.folders)
            return
        survey = self._walk.day_folders(self.scope.folders)
        while survey.fatal is not None:
            yield Halt(survey.fatal)
            survey = self._walk.day_folders(self.scope.folders)
        self.tally.listed += survey.listings
        work: list[Work] = []
        for found in survey.found:
            work += self._groups([found])
        days = survey.days
        if streams(self.source):
            yield from self._streamed([day for day in days if day not in survey.after])
            return
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
                    yield from self._reading.read(work)
                    yield from self._reading.finish_begun()
                    work = []
            work += yield from self._day(day, after=day in survey.after)
            self._listed_share = (number + 1) / len(days)
            yield Progress()
        yield from self._priced(work)
        yield from self._reading.finish()

    def _streamed(self, days: Sequence[str]) -> Iterator[Step]:
        """Each page is read when it comes, the folders of one date side by side: nobody can tell
        what it costs, and it may be left and gone on with at any page."""
        walked = frozenset(self.scope.folders)
        for delivered, folders in groupby(days, lambda day: place_of(day).date or date.min):
            yield Day(delivered)
            lists = [partial(self._walk.files_of, day, walked) for day in folders]
            for found in side_by_side(lists):
                if (fatal := fatal_of([found])) is not None:
                    yield Halt(fatal)
                    continue
                self.tally.listed += requests([found])
                yield from self._reading.read(self._groups([found]))
                yield from self._reading.finish_begun()
                yield Progress()
        yield from self._reading.finish()

    def retry(self) -> Iterator[Step]:
        """Read again what failed in a way that may pass."""
        files, self._reading.failed = self._reading.failed, []
        self.tally.take_back(files)
        groups = [g for folder, fs in _by_folder(files) for g in group_files(folder, fs, {})]
        self._reading.renew()
        yield from self._reading.read(groups)
        yield from self._reading.finish()

    def more(self, found: Sequence[Found], listed: int = 0) -> Iterator[Step]:
        """Read log files that somebody else has listed; nobody is asked, however many they are.

        listed: LIST requests that took. What was read of one for the day before is read whole.
        """
        self.tally.listed += listed
        self.midnight.forget(file for page in found for file in page.files)
        groups = self._groups(found)
        self._price = self._price.plus(self._estimate(groups))
        self._reading.renew()
        yield from self._reading.read(groups)
        yield from self._reading.finish()

    @property
    def can_retry(self) -> int:
        """Files that failed in a way that may pass."""
        return len(self._reading.failed)

    @property
    def kept(self) -> Kept | None:
        """Records that a sieve has let through last."""
        return self._reading.kept

    def close(self) -> None:
        self._reading.close()

    def _priced(self, work: Sequence[Work]) -> Iterator[Step]:
        """Read groups, after asking once when all that was found so far is a lot."""
        groups = [item for item in work if isinstance(item, Group)]
        self._price = self._price.plus(self._estimate(groups))
        estimate, limits = self._price, self.limits
        if not self._agreed and (
            estimate.objects > limits.max_objects
            or estimate.gets > limits.ask_objects
            or estimate.memory > limits.max_memory
        ):
            yield Ask(estimate)
            self._agreed = True
        yield from self._reading.read(work)

    def _estimate(self, groups: Sequence[Group]) -> Estimate:
        fetched = [] if self.source.local else [g for g in groups if not g.pack]
        objects = sum(len(g.files) for g in groups)
        return Estimate(
            objects=objects,
            cached=objects - sum(len(g.files) for g in fetched),
            stored=sum(g.size for g in fetched),
            all_stored=sum(g.size for g in groups),
            listed=0 if self.source.local else self.tally.listed,
        )

    def _stored_in_scope(self) -> int:
        """Stored bytes of the whole scope, guessed from the part of it that is listed."""
        return int(self._price.all_stored / self._listed_share)

    def _day(self, day: str, *, after: bool) -> Generator[Step, None, list[Group]]:
        """The groups of one day folder; halts where its listing cannot go on.

        after: only for its files that may hold events of the day before it.
        """
        walked = frozenset(self.scope.folders)
        while True:
            found = self._walk.first_files_of(day) if after else self._walk.files_of(day, walked)
            pages = list(found)
            fatal = fatal_of(pages)
            if fatal is None:
                self.tally.listed += requests(pages)
                if after:
                    self.midnight.add((f for page in pages for f in page.files), day)
                return self._groups(pages)
            yield Halt(fatal)

    def _groups(self, pages: Sequence[Found]) -> list[Group]:
        """The files of these listings that are in scope, cut into groups."""
        for page in pages:
            self.tally.add_found(page)
        groups: list[Group] = []
        for folder, files in _by_folder(file for page in pages for file in page.files):
            packed = self._packs.index(folder) if self._packs else {}
            groups.extend(group_files(folder, files, packed))
        return groups


def _by_folder(files: Iterable[LogFile]) -> Iterable[tuple[str, list[LogFile]]]:
    """A flat bucket is shown as a tree; its packs are kept by where the files really are."""
    folders: dict[str, list[LogFile]] = {}
    for file in files:
        folders.setdefault(file.folder, []).append(file)
    return folders.items()
