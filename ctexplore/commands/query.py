"""``ctexplore query``: the events that match a filter, newest first, to a stream or a file."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ctexplore.commands.athena_options import ATHENA, add_engine_options
from ctexplore.commands.estimate import print_estimate
from ctexplore.commands.failure import Failure
from ctexplore.commands.filter_text import parse_filter
from ctexplore.commands.opening import open_source
from ctexplore.commands.output import add_output_options, output_of
from ctexplore.commands.public_keys import add_keys_option
from ctexplore.commands.source_options import (
    add_source_options,
    limits_of,
    open_cache,
    scope_of,
)
from ctexplore.commands.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from ctexplore.commands.output import Output
    from ctexplore.query.evaluate import Filter
    from ctexplore.store.days import Part
    from ctexplore.store.scope import Scope

_VERDICTS, _FIRST = "integrity", "new"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("filter", metavar="FILTER", help="such as 'is:write who:alice'; '' is all")
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="s3://…, folder, file, archive, -"
    )
    add_output_options(parser)
    parser.add_argument(
        "--estimate", action="store_true", help="only list, and say what the query would cost"
    )
    parser.add_argument(
        "--baseline",
        metavar="SPAN",
        help="of is:new: what is done first in this time, from the first event on, is usual "
        "(7d, 24h; a quarter of the range, 7d at most)",
    )
    add_keys_option(parser)
    add_source_options(parser)
    add_engine_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when something matches, 1 when nothing does, 3 when something could not be looked at."""
    output = output_of(args)
    wanted = _filter(args.filter)
    scope = scope_of(args, ())
    if args.engine == ATHENA:
        from ctexplore.commands.athena_query import ask

        for name in (_FIRST, _VERDICTS):
            if _asks_for(name, output, wanted):
                raise Failure(f"{name}: is found out by reading a trail, not from Athena's answer")
        return ask(args, wanted.node if wanted else None, scope, output)
    baseline = _span(args.baseline)
    # Whether something is new depends on what the filter does not want, too.
    whole = _asks_for(_FIRST, output, wanted)
    scope = scope if whole else _narrowed(scope, wanted)
    with closing(open_cache(args)) as cache, closing(open_source(args, cache)) as source:
        from ctexplore.engines.answer import Lost
        from ctexplore.engines.memory import answers
        from ctexplore.query.elsewhere import recorded_elsewhere
        from ctexplore.store.days import Days
        from ctexplore.store.recent import RecentSource
        from ctexplore.store.steps import Pace

        limits = limits_of(args, source)
        by_aws = missing = ""
        if not source.local:
            # What files on this host have nothing to do with, and 25 ms of imports.
            from ctexplore.engines.history import asked, lacks, narrowed

            source = narrowed(source, scope, wanted.node if wanted and not whole else None)
            by_aws, missing = asked(source), lacks(source)
        label = source.label
        if args.no_cache and not source.local:
            # A record is wanted again soon after its file was decoded.
            source = RecentSource(source, limits.max_memory // 4)
        scope = replace(scope, folders=(source.root,))
        if args.estimate:
            return print_estimate(source, cache, scope)
        pace = Pace.USUAL if limits.max_objects == sys.maxsize else Pace.PRICED
        if output.limit is not None and not whole:
            pace = Pace.THRIFTY
        watch = Watch(priced=pace is Pace.PRICED, nothing_shown=output.at_end)
        lost = Lost(source.uri)
        if by_aws:
            watch.say(f"{label}: {by_aws}")
        if missing:
            watch.say(f"{label}: {missing}")
        sieve = wanted.sieve if wanted and not whole else None
        days = Days(source, cache, scope, limits, pace=pace, watch=watch, sieve=sieve, whole=whole)
        with closing(days), closing(watch):
            watch.days = days
            each: Iterator[Part] = days.parts()
            vouched = None
            if whole:
                each = _compared(each, baseline)
                if args.fields is None and not output.by:
                    output = _with_field(output, _FIRST)
            if _asks_for(_VERDICTS, output, wanted):
                from ctexplore.commands.vouching import judged, verify_first
                from ctexplore.export.vouched import Vouched

                if args.fields is None and not output.by:
                    output = _with_field(output, _VERDICTS)
                most = limits.max_objects
                verdicts = verify_first(args, source, cache, scope, most=most)
                each = judged(each, verdicts)
                vouched = Vouched(source.uri, verdicts.reason)
            parts = answers(each, wanted, lost, limit=output.limit, fold=output.fold)
            found = output.write(parts, vouched)
        watch.end(lost)
        watch.tell_requests(source)
        if wanted and (where := recorded_elsewhere(wanted.node, scope.folders, scope.regions)):
            watch.say(where)
        if not args.no_cache and (note := cache.stats().note):
            watch.say(f"cache: {note}")
    for line in watch.missing:
        watch.say(line)
    if watch.missing:
        return 3
    return 0 if found else 1


def _filter(text: str) -> Filter | None:
    from ctexplore.query.evaluate import Filter

    node = parse_filter(text, added=(_VERDICTS, _FIRST))
    return None if node is None else Filter(node)


def _asks_for(column: str, output: Output, wanted: Filter | None) -> bool:
    """Whether the filter or what comes out needs a column that has to be found out first."""
    named = (output.by, *(field.column for field in output.fields))
    return column in named or (wanted is not None and column in wanted.added)


def _with_field(output: Output, name: str) -> Output:
    from ctexplore.export.fields import field

    return replace(output, fields=(*output.fields, field(name)))


def _span(text: str | None) -> timedelta | None:
    from ctexplore.query.when import TimeError, parse_span

    try:
        return parse_span(text) if text else None
    except TimeError as error:
        raise Failure(f"--baseline: {error}") from None


def _compared(parts: Iterable[Part], baseline: timedelta | None) -> Iterator[Part]:
    """The parts, their events with what their actors did for the first time."""
    from ctexplore.investigate.novelty import find_new

    for part in parts:
        find_new(part, baseline)
        yield part


def _narrowed(scope: Scope, wanted: Filter | None) -> Scope:
    """The scope without the times in which no event can match."""
    if wanted is None:
        return scope
    since, until = wanted.time_bounds()
    return replace(
        scope,
        since=max(filter(None, (scope.since, since)), default=None),
        until=min(filter(None, (scope.until, until)), default=None),
    )
