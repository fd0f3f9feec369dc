"""``ctexplore query``: the events that match a filter, newest first, to standard output."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.opening import open_sources
from ctexplore.commands.source_options import (
    add_source_options,
    limits_of,
    open_cache,
    scope_of,
)

if TYPE_CHECKING:
    from ctexplore.query.evaluate import Filter
    from ctexplore.store.order import View
    from ctexplore.store.session import Session

FORMATS = ("table", "jsonl")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("filter", metavar="FILTER", help="such as 'is:write who:alice'; '' is all")
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help="s3://…, folder or file")
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--count", action="store_true", help="print one number")
    parser.add_argument("--limit", metavar="N", type=int, default=0, help="the newest N only")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    wanted = _parse(args.filter)
    cache = open_cache(args)
    found = 0
    partial = False
    try:
        for source in open_sources(args, args.sources, cache):
            from ctexplore.store.session import Session

            session = Session(source, cache, scope_of(args, (source.root,)), limits_of(args))
            _load(session, args)
            session.order.update()
            view = _view(session, wanted)
            found += len(view)
            if not args.count:
                _print(session, view, args)
            partial |= _report(session)
            session.close()
    finally:
        cache.close()
    if args.count:
        print(found)
    if partial:
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


def _load(session: Session, args: argparse.Namespace) -> None:
    from ctexplore.store.loader import Ask, Halt

    for step in session.load():
        if isinstance(step, Halt):
            raise Failure(str(step.error))
        if isinstance(step, Ask) and step.estimate.objects > args.max_objects:
            raise Failure(
                f"{step.estimate.objects:,} log files are in scope, more than --max-objects "
                f"{args.max_objects:,}",
                "narrow with --since, --region, --account, or raise --max-objects",
            )
    if session.full:
        print(
            f"ctexplore: stopped at --max-memory with {session.tally.waiting:,} files unread",
            file=sys.stderr,
        )


def _view(session: Session, wanted: Filter | None) -> View:
    if wanted is None:
        return session.order.view()
    return session.order.view(wanted.mask(session.table, 0, session.order.count, session.records))


def _print(session: Session, view: View, args: argparse.Namespace) -> None:
    rows = view.rows[: args.limit] if args.limit else view.rows
    if args.format == "jsonl":
        from ctexplore.commands.print_records import print_jsonl

        print_jsonl(session.records, rows)
    else:
        from ctexplore.commands.print_table import print_table

        print_table(session.table, rows)


def _report(session: Session) -> bool:
    """Say on standard error what could not be read; whether anything is missing."""
    from ctexplore.text import safe

    tally = session.tally
    for problem in tally.problems[:20]:
        if problem.outcome in ("failed", "partial"):
            print(f"ctexplore: {safe(str(problem))}", file=sys.stderr)
    if tally.partial or session.full:
        print(
            f"ctexplore: {tally.found:,} files = {tally.read:,} read + {tally.failed:,} failed "
            f"+ {tally.skipped:,} skipped + {tally.waiting:,} not read; "
            f"{tally.rejected:,} records unreadable",
            file=sys.stderr,
        )
    return tally.partial or session.full
