"""``ctexplore athena sql FILTER``: a filter as SQL for Amazon Athena. Asks no account."""

from __future__ import annotations

import argparse

from ctexplore.commands.failure import Failure
from ctexplore.commands.filter_text import parse_filter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("sql",), help="print the SELECT, nothing else")
    parser.add_argument("filter", metavar="FILTER", help="a filter, as for ctexplore query")
    parser.add_argument(
        "--table", metavar="NAME", default="cloudtrail_logs", help="TABLE or DATABASE.TABLE"
    )
    parser.add_argument(
        "--day",
        metavar="COLUMN",
        default="",
        help="the partition of delivery days, yyyy/MM/dd: times in the filter then scan less",
    )
    parser.add_argument("--limit", metavar="N", type=int, help="at most so many rows")


def run(args: argparse.Namespace) -> int:
    """Exit status 0. Raises Failure for a filter that cannot be read or said in SQL."""
    node = parse_filter(args.filter)
    from ctexplore.engines.athena.quoting import NotInSql
    from ctexplore.engines.athena.sql import select
    from ctexplore.engines.athena.table import Table
    from ctexplore.query.syntax import EVERYTHING

    try:
        print(select(node or EVERYTHING, Table(args.table, args.day), limit=args.limit))
    except NotInSql as error:
        raise Failure(f"cannot be said in SQL: {error}") from None
    return 0
