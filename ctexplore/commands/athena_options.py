"""The options that say which table Athena is asked, and how."""

from __future__ import annotations

import argparse
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.engines.athena.ask import Held
    from ctexplore.sources.athena.queries import Queries
    from ctexplore.sources.athena.source import AthenaSource

ATHENA = "athena"
_SPAN = re.compile(r"(.+?)@(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    engine = parser.add_argument_group("who answers")
    engine.add_argument(
        "--engine", choices=("memory", ATHENA), default="memory", help="default: memory, here"
    )
    add_place_options(engine)
    engine.add_argument(
        "--parquet-table",
        metavar="DB.TABLE@DAY..DAY",
        default="",
        help="asked instead where it has all days that are wanted; the second is not in it",
    )


def add_place_options(parser: argparse._ArgumentGroup | argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--table", metavar="DB.TABLE", default="cloudtrail_logs", help="of ctexplore athena setup"
    )
    parser.add_argument("--workgroup", metavar="NAME", default="", help="of Athena")
    parser.add_argument(
        "--results",
        metavar="S3",
        default="",
        help="s3://BUCKET/PREFIX/ for answers, where the workgroup has none",
    )


def open_queries(args: argparse.Namespace) -> Queries:
    """Raises Failure, SourceError; asks for nothing yet."""
    return _queries(args, _session(args))


def open_athena(args: argparse.Namespace) -> AthenaSource:
    """A table, nothing of which has been asked for. Raises Failure, SourceError."""
    from ctexplore.engines.athena.ask import asked, counted, record_of
    from ctexplore.sources.athena.source import AthenaSource
    from ctexplore.sources.aws.session import open_client
    from ctexplore.sources.s3.errors import Asked, explain
    from ctexplore.sources.s3.unanswered import failures

    session = _session(args)
    clients: list[Any] = []

    def fetch(bucket: str, key: str) -> bytes:
        if not clients:
            clients.append(open_client(session, "s3", endpoint_url=args.endpoint_url or ""))
        more = {"RequestPayer": "requester"} if args.request_payer else {}
        try:
            answer = clients[0].get_object(Bucket=bucket, Key=key, **more)
            return bytes(answer["Body"].read())
        except failures() as error:
            raise explain(error, Asked(f"s3://{bucket}/{key}", bucket, key)) from None

    tables = held_tables(args)
    return AthenaSource(
        _queries(args, session),
        args.table,
        fetch,
        record_of,
        lambda node, scope: asked(node, tables, scope).question,
        count=lambda node, scope, field: counted(node, tables, scope, field),
    )


def held_tables(args: argparse.Namespace) -> list[Held]:
    """The tables that can be asked, the preferred one first. Raises Failure."""
    from ctexplore.engines.athena.ask import Held
    from ctexplore.engines.athena.setup import kept_as_parquet, projected

    tables = [Held(projected(args.table))]
    if args.parquet_table:
        found = _SPAN.fullmatch(args.parquet_table)
        if found is None:
            said = f"--parquet-table {args.parquet_table}: expected DB.TABLE@DAY..DAY"
            raise Failure(said, "as logs.hot@2026-01-01..2026-03-01")
        try:
            since, until = date.fromisoformat(found[2]), date.fromisoformat(found[3])
        except ValueError as error:
            raise Failure(f"--parquet-table: {error}") from None
        tables.insert(0, Held(kept_as_parquet(found[1]), since, until))
    return tables


def _session(args: argparse.Namespace) -> Any:
    from ctexplore.sources.aws.session import open_session
    from ctexplore.sources.s3.errors import Asked, explain
    from ctexplore.sources.s3.unanswered import failures

    region = args.region[0] if len(args.region) == 1 and args.region[0] != "all" else ""
    try:
        session = open_session(args.profile or "", "", args.role_arn or "")
    except failures() as error:
        raise explain(error, Asked("Athena", profile=args.profile or "")) from None
    if not (session.region_name or region):
        raise Failure("Athena: no region is set", "set AWS_REGION, or one in the profile")
    return session


def _queries(args: argparse.Namespace, session: Any) -> Queries:
    from ctexplore.sources.athena.queries import Place, Queries
    from ctexplore.sources.aws.session import open_client

    if args.results and not args.results.startswith("s3://"):
        raise Failure(f"--results {args.results}: expected s3://BUCKET/PREFIX/")
    database, _, _ = args.table.rpartition(".")
    client = open_client(session, "athena", endpoint_url=args.endpoint_url or "")
    return Queries(client, Place(database, args.workgroup, args.results))
