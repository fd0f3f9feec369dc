"""What lies open: one session and its threads, replaced whole when another scope is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.message import Message

from ctexplore.engines.remote import asked, narrowed, remaining, suffices
from ctexplore.sources.found import Found
from ctexplore.sources.source import Source
from ctexplore.store.cache.cache import Cache
from ctexplore.store.columns.copies import Copies
from ctexplore.store.columns.sorting import SortBy
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.session import Session
from ctexplore.tui.counts.counting import Counting, Question
from ctexplore.tui.feed import Feed
from ctexplore.tui.reader import Reader

if TYPE_CHECKING:
    from ctexplore.query.evaluate import Filter


class Desk:
    """Opens scopes of one source. ``generation`` counts them; answers to older ones are late."""

    def __init__(
        self,
        source: Source,
        cache: Cache,
        wanted: Scope,
        limits: Limits,
        post: Callable[[Message], Any],
    ) -> None:
        """wanted: the times, regions and accounts that every scope is narrowed to."""
        self.source = source
        self.wanted = wanted
        self.limits = limits
        self.generation = 0
        self.session: Session | None = None
        self.cache = cache
        # Why a log file is not vouched for, by key; None where nothing was verified.
        self.reason: Callable[[str], str] | None = None
        self._by: SortBy | None = None
        self._post = post
        self._feed: Feed | None = None
        self._counting: Counting | None = None
        self._reader: Reader | None = None

    @property
    def folders(self) -> tuple[str, ...]:
        return self.session.scope.folders if self.session else ()

    @property
    def running(self) -> bool:
        return self._feed is not None and self._feed.running

    def open(self, folders: tuple[str, ...], wanted: Filter | None) -> None:
        """Load these folders, with this filter from the first row on."""
        self.close()
        self.generation += 1
        self.reason = None
        scope = replace(self.wanted, folders=folders)
        source = narrowed(self.source, scope, wanted.node if wanted else None)
        self.session = Session(source, self.cache, scope, self.limits)
        self._feed = Feed(self.session, self._post, self.generation)
        self._counting = Counting(self.session, self._post, self.generation)
        self._reader = Reader(self.session, self._post, self.generation)
        self._feed.filter(self._left(wanted))
        self._feed.sort(self._by)
        self._feed.resume()

    def suffices(self, wanted: Filter | None) -> bool:
        """Whether what is open has all that a filter may want; else it has to be opened anew."""
        opened = self.session.source if self.session else self.source
        return suffices(self.source, opened, wanted.node if wanted else None)

    @property
    def asked(self) -> str:
        """What AWS was asked for, where it was not for everything; for people."""
        return asked(self.session.source) if self.session else ""

    def filter(self, wanted: Filter | None) -> None:
        if self._feed:
            self._feed.filter(self._left(wanted))

    def _left(self, wanted: Filter | None) -> Filter | None:
        """What of a filter is to be asked of the rows that come."""
        if wanted is None or self.session is None:
            return wanted
        left = remaining(self.session.source, wanted.node)
        if left is wanted.node:
            return wanted
        return None if left is None else type(wanted)(left)

    def judged(self) -> None:
        """Show what a column says that was put to the session's table (``Draft.put``)."""
        if self._feed:
            self._feed.judged()

    def sort(self, by: SortBy | None) -> None:
        """Show events in this order, also those of the next scope; None is newest first."""
        self._by = by
        if self._feed:
            self._feed.sort(by)

    def count(self, question: Question) -> None:
        """Count the timeline and the facets of a view; the last question is answered."""
        if self._counting:
            self._counting.ask(question)

    def want(self, row: int, copies: Copies, *, at_once: bool = False) -> None:
        if self._reader:
            self._reader.want(row, copies, at_once=at_once)

    def stop(self) -> None:
        if self._feed:
            self._feed.stop()

    def resume(self) -> None:
        if self._feed:
            self._feed.resume()

    @property
    def unfinished(self) -> bool:
        """Whether loading was left before its end."""
        return self.session is not None and not self.session.done

    @property
    def failed(self) -> int:
        """Files that failed in a way that may pass."""
        return self.session.loader.can_retry if self.session else 0

    def retry(self) -> None:
        """Read again what failed and may succeed now."""
        if self.session and self._feed and not self._feed.running:
            self.session.retry()
            self._feed.resume()

    def more(self, found: Sequence[Found], listed: int) -> bool:
        """Read what came since; false while something else is read."""
        if not (self.session and self._feed) or self._feed.running:
            return False
        self.session.more(found, listed)
        self._feed.resume()
        return True

    def close(self) -> None:
        for thread in (self._feed, self._reader, self._counting):
            if thread:
                thread.close()
        self._feed = self._reader = self._counting = None
