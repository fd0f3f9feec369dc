"""The options that say what to open, the same for every command."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.store.cache import Cache
    from ctexplore.store.scope import Limits, Scope


def add_source_options(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what to open")
    what.add_argument("--bucket", metavar="NAME", help="a trail's bucket, or an access point")
    what.add_argument("--prefix", metavar="P", default="", help="where in the bucket to start")
    what.add_argument("--demo", action="store_true", help="a made-up trail, from memory")
    how = parser.add_argument_group("how to reach it")
    how.add_argument("--profile", metavar="NAME", help="profile of the AWS configuration")
    how.add_argument("--region", metavar="R", action="append", default=[], help="see below")
    how.add_argument("--endpoint-url", metavar="URL", help="another S3 endpoint")
    how.add_argument("--role-arn", metavar="ARN", help="role to assume first")
    how.add_argument("--request-payer", action="store_true", help="pay for the requests")
    how.add_argument("--offline", action="store_true", help="use only what is in the cache")
    narrow = parser.add_argument_group("which part of it")
    narrow.add_argument("--since", metavar="T", help="events from this time on (inclusive)")
    narrow.add_argument("--until", metavar="T", help="events before this time")
    narrow.add_argument("--last", metavar="SPAN", help="events of the last 90m, 24h, 7d …")
    narrow.add_argument("--account", metavar="ID", action="append", default=[], help="only these")
    limits = parser.add_argument_group("limits and cache")
    limits.add_argument("--max-objects", metavar="N", type=_count, default=100_000)
    limits.add_argument("--max-memory", metavar="SIZE", type=_size, default=0)
    limits.add_argument("--no-cache", action="store_true", help="keep nothing on disk")
    limits.add_argument("--cache-dir", metavar="DIR", type=Path)
    limits.add_argument("--cache-size", metavar="SIZE", type=_size, default=4 << 30)


def open_cache(args: argparse.Namespace) -> Cache:
    if args.no_cache:
        from ctexplore.store.cache import NoCache

        return NoCache("switched off with --no-cache")
    from ctexplore.store.opencache import LateCache

    return LateCache(args.cache_dir, args.cache_size)


def limits_of(args: argparse.Namespace) -> Limits:
    from ctexplore.store.scope import Limits

    return Limits(max_objects=args.max_objects, max_memory=args.max_memory or _free_memory() // 2)


def time_range(args: argparse.Namespace) -> tuple[datetime | None, datetime | None]:
    """since and until as aware datetimes, from --since, --until and --last."""
    from ctexplore.query.when import parse_span, parse_time

    now = datetime.now(UTC)
    if args.last and (args.since or args.until):
        raise Failure("--last goes alone, without --since and --until")
    try:
        if args.last:
            return now - parse_span(args.last), None
        since = parse_time(args.since, now) if args.since else None
        until = parse_time(args.until, now) if args.until else None
    except ValueError as error:
        raise Failure(str(error)) from None
    if since and until and since >= until:
        raise Failure("--since is not before --until")
    return since, until


def scope_of(args: argparse.Namespace, folders: tuple[str, ...]) -> Scope:
    from ctexplore.store.scope import Scope

    since, until = time_range(args)
    return Scope(folders, since, until, frozenset(args.region), frozenset(args.account))


def _count(text: str) -> int:
    value = int(text.replace(",", "").replace("_", ""))
    if value < 1:
        raise argparse.ArgumentTypeError("a number from 1 on is wanted")
    return value


def _size(text: str) -> int:
    """Bytes: 500M, 2G, 4GB, 1048576."""
    number = text.upper().removesuffix("B").removesuffix("I")
    unit = {"K": 10, "M": 20, "G": 30, "T": 40}.get(number[-1:], 0)
    try:
        return int(float(number[:-1] if unit else number) * (1 << unit))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 500M or 2G") from None


def _free_memory() -> int:
    """Bytes of memory that are free now; a gigabyte where the system does not say."""
    try:
        with Path("/proc/meminfo").open() as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 4 << 30
