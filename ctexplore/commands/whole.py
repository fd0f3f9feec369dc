"""Loading all of what was named into one table, for answers that need all of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ctexplore.commands.opening import open_source
from ctexplore.commands.source_options import limits_of, open_cache, scope_of
from ctexplore.commands.watch import Watch

if TYPE_CHECKING:
    from ctexplore.engines.answer import Lost
    from ctexplore.store.session import Session
    from ctexplore.store.tally import Tally


class Whole:
    """A session with everything in scope, and what it lacks."""

    misplaced = 0
    sieved = False

    def __init__(self, session: Session) -> None:
        self.session = session
        self.limits = session.limits
        self.full = False
        self._watch = Watch(priced=True, nothing_shown=True)
        self._watch.days = self

    @property
    def tally(self) -> Tally:
        return self.session.tally

    def load(self) -> None:
        """Raises Failure where nothing can be loaded, or too much."""
        with closing(self._watch):
            for step in self.session.load():
                if not self._watch(step):
                    break
        self.full = self.session.full
        self.session.order.update()

    def status(self, lost: Lost | None = None) -> int:
        """Say on standard error what is missing: 0 when nothing is, else 3."""
        self._watch.end(lost)
        self._watch.tell_requests(self.session.source)
        for line in self._watch.missing:
            self._watch.say(line)
        return 3 if self._watch.missing else 0


@contextmanager
def whole(args: argparse.Namespace) -> Iterator[Whole]:
    """What the source options name, loaded. Raises Failure."""
    scope = scope_of(args, ())
    with closing(open_cache(args)) as cache, closing(open_source(args, cache)) as source:
        from ctexplore.store.recent import RecentSource
        from ctexplore.store.session import Session

        limits = limits_of(args, source)
        if args.no_cache and not source.local:
            # A record is wanted again soon after its file was decoded.
            source = RecentSource(source, limits.max_memory // 4)
        session = Session(source, cache, replace(scope, folders=(source.root,)), limits)
        with closing(session):
            loaded = Whole(session)
            loaded.load()
            sys.stderr.flush()
            yield loaded
