"""``ctexplore athena setup``: the table over a trail's bucket, printed or, with --apply, made."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ctexplore.commands.athena_options import open_queries
from ctexplore.commands.failure import Failure
from ctexplore.commands.opening import open_source
from ctexplore.commands.source_options import open_cache, scope_of
from ctexplore.text import safe

if TYPE_CHECKING:
    from ctexplore.engines.athena.layout import Layout
    from ctexplore.sources.source import Source

_PAIRS = 100  # accounts and regions whose years are listed, to find the first day


def setup(args: argparse.Namespace) -> int:
    """0 when the statements were printed or made. Raises Failure."""
    from ctexplore.engines.athena.layout import MOST_ACCOUNTS

    if not (args.bucket or len(args.sources) == 1):
        raise Failure("athena setup needs the trail's bucket", "--bucket NAME")
    layout = _layout(args)
    statements = list(_statements(args, layout))
    if layout.injected:
        _say(
            f"{len(layout.accounts):,} accounts are more than the {MOST_ACCOUNTS} that can be "
            "listed: the table does not know them, and every query has to name the accounts it is "
            "about (account:111122223333, or --account)"
        )
    if not args.apply:
        print(";\n\n".join(statements) + ";")
        _say("nothing was made; --apply makes it")
        return 0
    from ctexplore.sources.source import SourceError

    try:
        with closing(open_queries(args)) as queries:
            for statement in statements:
                _, done = queries.run(statement)
                _say(f"made: {statement.splitlines()[0]} ({done})")
    except SourceError as error:
        raise Failure(str(error)) from None
    return 0


def _statements(args: argparse.Namespace, layout: Layout) -> Iterator[str]:
    from ctexplore.engines.athena.setup import create_database, create_table, parquet_statements

    database, _, _ = args.table.rpartition(".")
    if not args.parquet:
        if database:
            yield create_database(database)
        yield create_table(args.table, layout)
        return
    scope = scope_of(args, ())
    if scope.since is None:
        raise Failure(
            "--parquet keeps a span of days", "give --since, and --until if not until now"
        )
    since = scope.since.astimezone(UTC).date()
    until = scope.until.astimezone(UTC).date() if scope.until else datetime.now(UTC).date()
    location = args.parquet.rstrip("/") + "/"
    if not location.startswith("s3://"):
        raise Failure(f"--parquet {args.parquet}: expected s3://BUCKET/PREFIX/, an empty place")
    table = f"{args.table}_parquet"
    yield from parquet_statements(table, args.table, location, layout, since, until)


def _layout(args: argparse.Namespace) -> Layout:
    """The tree of the bucket, as its listings tell. Raises Failure."""
    from ctexplore.engines.athena.layout import Layout
    from ctexplore.sources.source import SourceError

    scope = scope_of(args, ())
    try:
        with closing(open_cache(args)) as cache, closing(open_source(args, cache)) as source:
            root = _root(source)
            accounts = {_name(f): f for f in _below(source, root) if _name(f).isdigit()}
            if scope.accounts:
                accounts = {a: f for a, f in accounts.items() if a in scope.accounts}
            regions: dict[str, list[str]] = {}
            for folder in accounts.values():
                for region in _below(source, f"{folder}CloudTrail/"):
                    if not scope.regions or _name(region) in scope.regions:
                        regions.setdefault(_name(region), []).append(region)
            years = [
                int(_name(year))
                for folders in list(regions.values())[:_PAIRS]
                for folder in folders[:1]
                for year in _below(source, folder)
                if _name(year).isdigit()
            ]
            place = source.uri(root)
    except SourceError as error:
        raise Failure(str(error)) from None
    if not accounts or not regions:
        raise Failure(
            f"{place}: no account has CloudTrail log files there", "name another --prefix"
        )
    since = date(min(years, default=datetime.now(UTC).year), 1, 1)
    return Layout(place, tuple(sorted(accounts)), tuple(sorted(regions)), since)


def _root(source: Source) -> str:
    """The folder of the accounts: AWSLogs, or the organization below it."""
    folder = source.root
    while True:
        below = _below(source, folder)
        if any(len(_name(f)) == 12 and _name(f).isdigit() for f in below):
            organizations = [f for f in below if _name(f).startswith("o-")]
            if organizations:
                names = ", ".join(_name(f) for f in organizations)
                _say(f"there is an organization's trail, too: {names}; --prefix names it")
            return folder
        wanted = [f for f in below if _name(f) == "AWSLogs" or _name(f).startswith("o-")]
        if not wanted and len(below) == 1:
            wanted = below
        if len(wanted) != 1:
            hint = "name the prefix that ends in AWSLogs/ with --prefix"
            raise Failure(f"{source.uri(folder)}: it does not show where the trail is", hint)
        folder = wanted[0]


def _below(source: Source, folder: str) -> list[str]:
    return [child for page in source.children(folder) for child in page.folders]


def _name(folder: str) -> str:
    return folder.rstrip("/").rpartition("/")[2]


def _say(line: str) -> None:
    print(f"ctexplore: {safe(line)}", file=sys.stderr)
