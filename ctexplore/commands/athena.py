"""``ctexplore athena``: a filter as SQL, and the table it is asked of."""

from __future__ import annotations

import argparse

from ctexplore.commands.athena_options import add_place_options
from ctexplore.commands.failure import Failure
from ctexplore.commands.filter_text import parse_filter
from ctexplore.commands.source_options import add_source_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("sql", "setup"),
        help="sql FILTER: print the SELECT, asking nobody; setup: the table over a bucket",
    )
    parser.add_argument(
        "sources", metavar="FILTER|SOURCE", nargs="*", help="of sql a filter, of setup the bucket"
    )
    add_place_options(parser)
    parser.add_argument(
        "--day",
        metavar="COLUMN",
        default="",
        help="sql: the partition of delivery days, yyyy/MM/dd: times in the filter then scan less",
    )
    parser.add_argument("--limit", metavar="N", type=int, help="sql: at most so many rows")
    parser.add_argument("--database", metavar="NAME", default="", help="setup: as DB of --table")
    parser.add_argument(
        "--output", metavar="S3", default="", help="setup: another name of --results"
    )
    parser.add_argument(
        "--parquet",
        metavar="S3",
        default="",
        help="setup: statements that keep --since to --until as Parquet in this empty place",
    )
    parser.add_argument("--apply", action="store_true", help="setup: run the statements")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """Exit status 0. Raises Failure for what cannot be read, said in SQL, or made."""
    if args.what == "setup":
        from ctexplore.commands.athena_setup import setup

        args.results = args.output or args.results
        if args.database:
            args.table = f"{args.database}.{args.table.rpartition('.')[2]}"
        return setup(args)
    if len(args.sources) != 1:
        raise Failure("athena sql takes one FILTER", "ctexplore athena sql 'is:denied who:alice'")
    node = parse_filter(args.sources[0])
    from ctexplore.engines.athena.quoting import NotInSql
    from ctexplore.engines.athena.sql import select
    from ctexplore.engines.athena.table import Table
    from ctexplore.query.syntax import EVERYTHING

    try:
        print(select(node or EVERYTHING, Table(args.table, args.day), limit=args.limit))
    except NotInSql as error:
        raise Failure(f"cannot be said in SQL: {error}") from None
    return 0
