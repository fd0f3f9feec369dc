"""The options that say what to open, the same for every command."""

from __future__ import annotations

import argparse
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.account_names import account_ids, learn_names
from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache
    from ctexplore.store.scope import Limits, Scope

ALL = "all"  # regions
_MAX_OBJECTS = 100_000


def add_source_options(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what to open")
    what.add_argument("--bucket", metavar="NAME", help="a trail's bucket, or an access point")
    what.add_argument("--prefix", metavar="P", default="", help="where in the bucket to start")
    what.add_argument(
        "--history", action="store_true", help="the account's Event history of the last 90 days"
    )
    what.add_argument(
        "--log-group", metavar="NAME", help="a trail's CloudWatch Logs group; its name or ARN"
    )
    what.add_argument("--demo", action="store_true", help="a made-up trail, from memory")
    how = parser.add_argument_group("how to reach it")
    how.add_argument("--profile", metavar="NAME", help="profile of the AWS configuration")
    how.add_argument("--endpoint-url", metavar="URL", help="another S3 endpoint")
    how.add_argument("--role-arn", metavar="ARN", help="role to assume first")
    how.add_argument("--request-payer", action="store_true", help="pay for the requests")
    how.add_argument(
        "--expected-bucket-owner", metavar="ID", type=_account, help="refuse another's bucket"
    )
    how.add_argument(
        "--org-names", action="store_true", help="accounts' names from AWS Organizations"
    )
    how.add_argument("--offline", action="store_true", help="use only what is in the cache")
    narrow = parser.add_argument_group("which part of it")
    narrow.add_argument("--since", metavar="T", help="events from this time on (inclusive)")
    narrow.add_argument("--until", metavar="T", help="events before this time")
    narrow.add_argument("--last", metavar="SPAN", help="events of the last 90m, 24h, 7d …")
    narrow.add_argument(
        "--account", metavar="ID", action="append", default=[], help="only these; ids or names"
    )
    narrow.add_argument(
        "--region",
        metavar="R",
        action="extend",
        type=_regions,
        default=[],
        help="only these: R,R…; for --history also all",
    )
    narrow.add_argument(
        "--lookup", metavar="KEY=VALUE", default="", help="of --history only these, by AWS itself"
    )
    limits = parser.add_argument_group("limits and cache")
    limits.add_argument(
        "--max-objects",
        metavar="N",
        type=count,
        help=f"log files at most (default {_MAX_OBJECTS:,}; local ones are not limited)",
    )
    limits.add_argument(
        "--max-memory", metavar="SIZE", type=_size, help="default: half of what is free"
    )
    limits.add_argument("--no-cache", action="store_true", help="keep nothing on disk")
    add_cache_options(limits)


def add_cache_options(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument("--cache-dir", metavar="DIR", type=Path, help="where the cache lies")
    parser.add_argument(
        "--cache-size", metavar="SIZE", type=_size, default=4 << 30, help="at most (default 4G)"
    )


def open_cache(args: argparse.Namespace) -> Cache:
    if args.no_cache:
        from ctexplore.store.cache.cache import NoCache

        return NoCache("switched off with --no-cache")
    from ctexplore.store.cache.opencache import LateCache

    return LateCache(args.cache_dir, args.cache_size)


def limits_of(args: argparse.Namespace, source: Source) -> Limits:
    from ctexplore.store.scope import Limits

    most = args.max_objects or (sys.maxsize if source.local else _MAX_OBJECTS)
    return Limits(max_objects=most, max_memory=memory_of(args))


def memory_of(args: argparse.Namespace) -> int:
    """Bytes of memory that may be used."""
    given: int | None = args.max_memory
    return given or _free_memory() // 2


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
    except OverflowError:
        raise Failure(f"--last {args.last} reaches back before the calendar begins") from None
    if since and until and since >= until:
        raise Failure("--since is not before --until")
    return since, until


def scope_of(args: argparse.Namespace, folders: tuple[str, ...]) -> Scope:
    """The part that was asked for. Learns what accounts are called. Raises Failure."""
    from ctexplore.store.scope import Scope

    learn_names()
    since, until = time_range(args)
    regions = frozenset() if ALL in args.region else frozenset(args.region)
    return Scope(folders, since, until, regions, account_ids(args.account))


def count(text: str) -> int:
    """A whole number above 0; commas and underscores may set its thousands apart."""
    try:
        value = int(text.replace(",", ""))
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return value


def _regions(text: str) -> list[str]:
    if not (names := [name for name in text.replace(",", " ").split() if name]):
        raise argparse.ArgumentTypeError(f"{text!r} names no region")
    return names


def _account(text: str) -> str:
    if not re.fullmatch("[0-9]{12}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no account id: 12 digits")
    return text


def _size(text: str) -> int:
    """Bytes, above 0: 500M, 2G, 4GB, 1048576."""
    number = text.upper().removesuffix("B").removesuffix("I")
    unit = {"K": 10, "M": 20, "G": 30, "T": 40}.get(number[-1:], 0)
    try:
        size = int(float(number[:-1] if unit else number) * (1 << unit))
    except (ValueError, OverflowError):
        size = 0
    if size < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 500M or 2G")
    return size


def _free_memory() -> int:
    """Bytes of memory that are free now; half of all where the system does not say."""
    try:
        with Path("/proc/meminfo").open() as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
