"""All events of a scope, part by part, for commands that ask about them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctexplore.commands.opening import open_source
from ctexplore.commands.source_options import limits_of, open_cache, scope_of
from ctexplore.commands.watch import Watch

if TYPE_CHECKING:
    from ctexplore.engines.answer import Lost
    from ctexplore.query.evaluate import Filter
    from ctexplore.store.days import Part


@dataclass(frozen=True, slots=True)
class Reading:
    """parts: newest first. lost: takes records that could not be read again. watch: its
    ``missing`` is whole once the parts were taken and the reading is over."""

    parts: Iterator[Part]
    lost: Lost
    watch: Watch


@contextmanager
def reading(args: argparse.Namespace, wanted: Filter | None = None) -> Iterator[Reading]:
    """Open what the source options name. wanted: narrows what is asked of AWS and its times; it
    is not asked about the events. Raises Failure."""
    scope = scope_of(args, ())
    with closing(open_cache(args)) as cache, closing(open_source(args, cache)) as source:
        from ctexplore.engines.answer import Lost
        from ctexplore.engines.history import asked, narrowed
        from ctexplore.store.days import Days
        from ctexplore.store.recent import RecentSource
        from ctexplore.store.steps import Pace

        limits = limits_of(args, source)
        source = narrowed(source, scope, wanted.node if wanted else None)
        by_aws = asked(source)
        if args.no_cache and not source.local:
            # A record is wanted again soon after its file was decoded.
            source = RecentSource(source, limits.max_memory // 4)
        scope = replace(scope, folders=(source.root,))
        pace = Pace.USUAL if limits.max_objects == sys.maxsize else Pace.PRICED
        watch = Watch(priced=pace is Pace.PRICED, nothing_shown=True)
        if by_aws:
            watch.say(f"Event history: {by_aws}")
        lost = Lost(source.uri)
        days = Days(source, cache, scope, limits, pace=pace, watch=watch)
        with closing(days), closing(watch):
            watch.days = days
            yield Reading(days.parts(), lost, watch)
        watch.end(lost)
        watch.tell_requests(source)
