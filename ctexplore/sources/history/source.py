"""What is asked for events, as a source: Event history, or a trail's log group.

A tree of account, kind, region and day. The log files of a day are its pages, as they were
answered; listing a day is asking for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil

from ctexplore.sources.history.account import Account, HeldPages, HistoryOptions
from ctexplore.sources.history.known import Known, Shelf, Stretch
from ctexplore.sources.history.lookup import Attribute, Wish
from ctexplore.sources.history.pages import sizes, span, to_file
from ctexplore.sources.history.service import INSIGHTS
from ctexplore.sources.history.stream import Stream, Timed
from ctexplore.sources.history.tree import HistoryTree
from ctexplore.sources.source import LogFile, Page, SourceError
from ctexplore.trail.layout import Level, Place, place_of


class HistorySource:
    """The events of some accounts and regions. One instance serves one load: see ``narrowed``.

    streams: a day's pages come one by one, as slowly as AWS answers, so that they are best read
    as they come, several regions side by side.
    """

    local = False
    streams = True
    root = ""

    def __init__(
        self,
        options: HistoryOptions,
        account: Account,
        shelf: Shelf,
        *,
        attribute: Attribute | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: tuple[str, ...] | None = None,
        pages: HeldPages | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """attribute: asks for these events only. since, until: aware; asks for no others.
        kinds: of the service's; None is all."""
        service = account.service
        self.options = options
        self.account = account
        self.attribute = attribute
        self.kinds = service.kinds if kinds is None else kinds
        self.label = service.name
        self.identity = account.identity + (f"?{attribute}" if attribute else "")
        self._shelf = shelf
        self._tree = HistoryTree(
            account.places or {account.id: options.regions},
            self.kinds,
            service.reach.days,
            lambda: shelf.days(self.identity),
            now,
            account.lookups is None,
        )
        self._since, self._until = since, until
        self._pages = pages or HeldPages()
        self._now = now
        oldest = datetime.fromtimestamp(now(), UTC) - service.reach
        self._floor = int((max(oldest, since) if since else oldest).timestamp())
        self._streams: dict[Wish, Stream] = {}
        self._left: dict[str, int] = {}  # where a folder's pages broke off, by an error
        self._refused: set[str] = set()
        self._again: tuple[str, ...] = ()  # folders to ask for, whatever is known of them

    @property
    def offline(self) -> bool:
        return self.account.lookups is None

    def narrowed(
        self,
        attribute: Attribute | None,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: tuple[str, ...] | None = None,
    ) -> HistorySource:
        """The same, to be asked for other events by another load."""
        other = HistorySource(
            self.options,
            self.account,
            self._shelf,
            attribute=attribute,
            since=since,
            until=until,
            kinds=kinds,
            pages=self._pages,
            now=self._now,
        )
        other._again, self._again = self._again, ()
        return other

    def refresh(self) -> None:
        """Use credentials that were read anew. Raises SourceError."""
        self._refused.clear()
        self.account.renew()

    def uri(self, key: str) -> str:
        return f"{self.label} {key}".strip()

    def close(self) -> None:
        if self.account.lookups:
            self.account.lookups.close()

    def list_again(self, folder: str) -> None:
        """Let the next load ask for all of ``folder`` again, whatever is known of it."""
        self._again += (folder,)

    def newest(self) -> tuple[str, ...]:
        """The newest day of each region."""
        return self._tree.newest()

    # -- listing

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        place = place_of(folder)
        if place.level is Level.DAY:
            for page in self._day(folder, place):
                page.files = [file for file in page.files if file.key > start_after]
                yield page
            return
        folders = self._tree.below(folder)
        if folders is None:
            raise SourceError(self.uri(folder), "there is no such folder")
        yield Page([below for below in folders if below > start_after], kept=True)

    def _day(self, folder: str, place: Place) -> Iterator[Page]:
        start, stop = self._bounds(place)
        known = self._shelf.get(self.identity, folder)
        if self.offline:
            yield from self._kept(folder, known, start, stop)
            return
        # What is younger may not have been delivered yet when it is asked for.
        settled = int(self._now() - self.account.service.settled.total_seconds())
        if folder in self._left:
            stop = min(stop, self._left.pop(folder))
        elif folder.startswith(self._again):
            known = Known()
        else:
            known.recent = ()
        parts = list(known.parts(start, stop))
        for low, high, stretch in parts:
            if stretch:
                yield Page([], [f for f in stretch.files if _within(f, low, high)], kept=True)
                continue
            for bottom, top in ((max(low, settled), high), (low, min(high, settled))):
                yield from self._ask(folder, place, bottom, top, known, settled=bottom < settled)

    def _kept(self, folder: str, known: Known, start: int, stop: int) -> Iterator[Page]:
        if not known.asked:
            reason = "never asked for while online"
            raise SourceError(self.uri(folder), "not on disk", reason)
        files = [*known.recent, *(file for s in known.stretches for file in s.files)]
        yield Page([], [file for file in files if _within(file, start, stop)], kept=True)

    def _bounds(self, place: Place) -> tuple[int, int]:
        """The wanted seconds of a day: start <= time < stop."""
        assert place.date is not None
        day = datetime(place.date.year, place.date.month, place.date.day, tzinfo=UTC)
        start, stop = day, day + timedelta(days=1)
        start = max(start, self._since) if self._since else start
        stop = min(stop, self._until + self.account.service.late) if self._until else stop
        # Nothing has happened yet after this second.
        return int(start.timestamp()), ceil(min(stop.timestamp(), self._now()))

    def _ask(
        self, folder: str, place: Place, low: int, high: int, known: Known, *, settled: bool
    ) -> Iterator[Page]:
        """Pages that are not known yet; what is settled of them is, afterwards."""
        low = max(low, self._floor)
        if low >= high or place.region in self._refused:
            return
        wish = self._wish(folder, place)
        stream = self._streams.pop(wish, None) or self._stream(wish, self._floor)
        waiting: list[Timed] = []
        steps = sizes()
        size, top = next(steps), high
        try:
            for events, reached in stream.take(low, high):
                waiting += events
                if len(waiting) < size and reached > low:
                    if reached < high:
                        yield Page()  # whoever wants to stop need not wait for a whole file
                    continue
                files = self._file(folder, waiting)
                waiting, size = [], next(steps)
                if settled:
                    known.add(Stretch(reached, top, files))
                else:
                    known.recent += files
                if files or reached <= low:
                    self._shelf.put(self.identity, folder, known)
                top = reached
                if files:
                    yield Page([], list(files))
        except SourceError as error:
            if error.denied and place.region in self._refused:
                return  # told already
            self._left[folder] = top
            raise self._weighed(error, place.region) from None
        self._streams[wish] = stream

    def _file(self, folder: str, events: Sequence[Timed]) -> tuple[LogFile, ...]:
        if not events:
            return ()
        file, data = to_file(folder, events)
        self._pages.put(file, data)
        return (file,)

    def _wish(self, folder: str, place: Place) -> Wish:
        return Wish(place.region, f"/{INSIGHTS}/" in folder, self.attribute, place.account)

    def _stream(self, wish: Wish, floor: int) -> Stream:
        lookups = self.account.lookups
        assert lookups is not None
        return Stream(lambda start, stop: lookups.answers(wish, start, stop), floor)

    def _weighed(self, error: SourceError, region: str) -> SourceError:
        """The error as it is for a whole load: a region that refuses is not asked again, and it
        is fatal that none is left."""
        if not error.denied:
            return error
        self._refused.add(region)
        fatal = self._refused.issuperset(self.options.regions)
        if fatal:
            self._refused.clear()  # to go on is to try again
        return SourceError(
            error.place,
            error.reason,
            error.hint,
            skipped=error.skipped and self.options.every and not fatal,
            fatal=fatal,
            denied=True,
        )

    # -- reading

    def read(self, file: LogFile) -> bytes:
        """The page as it came; asked for again where it is no longer at hand."""
        held = self._pages.get(file)
        if held is not None:
            return held
        place = place_of(file.folder)
        oldest, newest = span(file)
        if self.offline or not newest:
            raise SourceError(self.uri(file.key), "not on disk", "leave out --offline")
        wish = self._wish(file.folder, place)
        stream = self._stream(wish, oldest)
        events = [timed for part, _ in stream.take(oldest, newest + 1) for timed in part]
        data = to_file(file.folder, events)[1] if events else b'{"Events":[]}'
        self._pages.put(file, data)
        return data


def _within(file: LogFile, start: int, stop: int) -> bool:
    oldest, newest = span(file)
    return oldest < stop and newest >= start
