"""``ctexplore query``: the events that match a filter, newest first, to standard output."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.opening import open_source
from ctexplore.commands.source_options import (
    add_source_options,
    count,
    limits_of,
    open_cache,
    scope_of,
)

if TYPE_CHECKING:
    from ctexplore.query.evaluate import Filter
    from ctexplore.store.scope import Estimate, Scope
    from ctexplore.store.session import Session

FORMATS = ("table", "jsonl")
# Files that could not be read are told one by one up to here, the rest as a number.
_MOST_TOLD = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("filter", metavar="FILTER", help="such as 'is:write who:alice'; '' is all")
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help="s3://…, folder or file")
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--count", action="store_true", help="print one number")
    parser.add_argument("--limit", metavar="N", type=count, help="the newest N only")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when something matches, 1 when nothing does, 3 when something could not be looked at."""
    wanted = _parse(args.filter)
    scope = _narrowed(scope_of(args, ()), wanted)
    with closing(open_cache(args)) as cache, closing(open_source(args, cache)) as source:
        from ctexplore.store.session import Session

        scope = replace(scope, folders=(source.root,))
        with closing(Session(source, cache, scope, limits_of(args, source))) as session:
            missing = _load(session)
            found, more = _answer(session, wanted, args)
            missing += more
    for line in missing:
        _say(line)
    if missing:
        return 3
    return 0 if found else 1


def _parse(text: str) -> Filter | None:
    from datetime import UTC, datetime

    from ctexplore.query.evaluate import Filter
    from ctexplore.query.parse import parse
    from ctexplore.query.syntax import FilterError

    if not text.strip():
        return None
    try:
        return Filter(parse(text, datetime.now(UTC)))
    except FilterError as error:
        raise Failure(f"filter: {error}") from None


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


def _load(session: Session) -> list[str]:
    """Load everything; a line for whatever is missing then. Raises Failure."""
    from ctexplore.store.loader import Ask, Halt, Loaded

    tally, most = session.tally, session.limits.max_objects
    missing: list[str] = []
    for step in session.load():
        if isinstance(step, Halt):
            if not tally.read:
                raise Failure(str(step.error))
            missing.append(f"stopped: {step.error}")
            break
        objects = 0
        if isinstance(step, Ask):
            objects = step.estimate.objects
            _say(price(step.estimate))
        elif isinstance(step, Loaded):
            # A load that once went on is not asked about again, however it grows.
            objects = tally.found - tally.skipped
        if objects > most:
            raise Failure(
                f"{objects:,} log files are in scope, more than --max-objects {most:,}",
                "narrow with --since, --region, --account, or raise --max-objects",
            )
    if session.full:
        missing.append(f"stopped at --max-memory, {session.limits.max_memory >> 20:,} MB")
    lost = [str(p) for p in tally.problems if p.outcome in ("failed", "partial")]
    missing += lost[:_MOST_TOLD]
    if len(lost) > _MOST_TOLD:
        missing.append(f"and {len(lost) - _MOST_TOLD:,} more")
    if missing:
        missing.append(
            f"{tally.found:,} files = {tally.read:,} read + {tally.failed:,} failed "
            f"+ {tally.skipped:,} skipped + {tally.waiting:,} not read; "
            f"{tally.rejected:,} records unreadable"
        )
    return missing


def price(estimate: Estimate) -> str:
    """What a wide load costs, on one line."""
    if estimate.listings:
        return f"{estimate.listings:,} day folders to list, one LIST request each or more"
    return (
        f"{estimate.objects:,} log files, {estimate.cached:,} of them on disk already: "
        f"{estimate.gets:,} GET requests for {estimate.stored / (1 << 20):,.1f} MB, "
        f"{estimate.listed:,} LIST made, about {estimate.events:,} events "
        f"in {estimate.memory / (1 << 20):,.0f} MB of memory"
    )


def _answer(
    session: Session, wanted: Filter | None, args: argparse.Namespace
) -> tuple[int, list[str]]:
    """Print the answer; how many events match, and a line for what could not be looked at."""
    order, table = session.order, session.table
    order.update()
    mask = None if wanted is None else wanted.mask(table, 0, order.count, session.records)
    rows = order.view(mask).rows
    missing: list[str] = []
    if wanted is not None and wanted.unread:
        missing.append(f"{len(wanted.unread):,} records could not be read again to be searched")
    if args.count:
        print(len(rows))
        return len(rows), missing
    shown = rows[: args.limit]
    if args.format == "jsonl":
        from ctexplore.commands.print_records import print_jsonl

        if lost := print_jsonl(session.records, shown):
            missing.append(f"{lost:,} records could not be read again and are left out")
    else:
        from ctexplore.commands.print_table import print_table

        print_table(table, shown)
    return len(rows), missing


def _say(line: str) -> None:
    from ctexplore.text import safe

    print(f"ctexplore: {safe(line)}", file=sys.stderr)
