"""``ctexplore follow``: a line for each new event that matches, from now on."""

from __future__ import annotations

import argparse
import os
import select
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from ctexplore.commands.failure import Failure
from ctexplore.commands.filter_text import parse_filter
from ctexplore.commands.follow_begin import begin, forget, position_file
from ctexplore.commands.follow_exec import Alarm
from ctexplore.commands.follow_loop import Loop, Said, Wait
from ctexplore.commands.follow_queue import queue_of, rung
from ctexplore.commands.opening import STDIN, open_source
from ctexplore.commands.output import TABLE
from ctexplore.commands.signals import Held
from ctexplore.commands.source_options import add_source_options, limits_of, open_cache, scope_of
from ctexplore.export.formats import CSV, JSONL

if TYPE_CHECKING:
    from ctexplore.commands.print_new import Lines
    from ctexplore.query.evaluate import Filter
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache
    from ctexplore.store.follow.position import Position
    from ctexplore.store.scope import Limits, Scope

_LOCAL, _REMOTE = 2.0, 60.0  # seconds between two looks, unless said otherwise
_RUNG = 900.0  # where a queue says when to look


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("filter", metavar="FILTER", help="such as 'is:write who:alice'; '' is all")
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help="s3://…, or a folder")
    out = parser.add_argument_group("what comes out")
    out.add_argument("--format", choices=(TABLE, CSV, JSONL), default=TABLE, help="default: table")
    out.add_argument("--fields", metavar="A,B", help="columns of a table or of CSV; any path too")
    out.add_argument("--csv-raw", action="store_true", help="no ' before what spreadsheets run")
    when = parser.add_argument_group("when")
    when.add_argument(
        "--interval",
        metavar="SPAN",
        help=f"between two looks (default {_REMOTE:.0f}s, {_LOCAL:.0f}s for a folder)",
    )
    when.add_argument(
        "--anew", action="store_true", help="forget where the same follow stopped the last time"
    )
    when.add_argument(
        "--queue",
        metavar="URL",
        default="",
        help="look when the trail's or the bucket's notification comes to this SQS queue",
    )
    when.add_argument(
        "--delete-messages",
        action="store_true",
        help="take them off the queue; the one call of ctexplore that writes",
    )
    then = parser.add_argument_group("what happens then")
    then.add_argument(
        "--exec",
        metavar="CMD",
        default="",
        help="run for each event, its record on standard input; without a shell",
    )
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """Runs until a signal or until nobody reads its output any more."""
    _check(args)
    wanted = parse_filter(args.filter, added=())
    scope = scope_of(args, ())
    interval = _interval(args.interval) if args.interval else None
    held = Held()
    with (
        held.heeded(),
        closing(open_cache(args)) as cache,
        closing(open_source(args, cache)) as source,
    ):
        import sqlite3

        from ctexplore.commands.print_new import Lines
        from ctexplore.export.fields import DEFAULT, FieldError, fields
        from ctexplore.query.evaluate import Filter
        from ctexplore.store.follow.position import CannotKeep, Position

        try:
            shown = DEFAULT if args.fields is None else fields(args.fields)
            file = position_file(source, scope, args.filter)
            if args.anew:
                forget(file)
            position = Position(file)
        except FieldError as error:
            raise Failure(f"--fields: {error}") from None
        except (CannotKeep, OSError, RuntimeError) as error:
            raise Failure(f"the position cannot be kept: {error}") from None
        said = Said()
        alarm = Alarm(args.exec, said.say) if args.exec else None
        queue = queue_of(args, source) if args.queue else None
        terminal = sys.stdout.isatty()
        lines = Lines(
            args.format,
            shown,
            width=shutil.get_terminal_size().columns if terminal else None,
            csv_raw=args.csv_raw,
            head=position.fresh,
        )
        with closing(position):
            try:
                follow(
                    source,
                    cache,
                    replace(scope, folders=(source.root,)),
                    limits_of(args, source),
                    position,
                    wanted=None if wanted is None else Filter(wanted),
                    lines=lines,
                    out=sys.stdout.buffer,
                    terminal=terminal,
                    hold=held.hold,
                    interval=interval or (_RUNG if queue else _LOCAL if source.local else _REMOTE),
                    said=said,
                    alarm=alarm.ring if alarm else None,
                    wait=None if queue is None else rung(queue, said, _wait, _REMOTE),
                    note=sys.stderr.isatty() and not terminal,
                )
            except sqlite3.Error as error:
                raise Failure(f"the position cannot be kept: {file}: {error}") from None
    return 0


def follow(
    source: Source,
    cache: Cache,
    scope: Scope,
    limits: Limits,
    position: Position,
    *,
    wanted: Filter | None,
    lines: Lines,
    out: BinaryIO,
    terminal: bool = False,
    hold: Callable[[], AbstractContextManager[None]] = nullcontext,
    interval: float,
    note: bool = False,
    said: Said | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    wait: Wait | None = None,
    alarm: Callable[[bytes], None] | None = None,
) -> None:
    """Print new events until something raises. Raises Failure where nothing can be listed.

    terminal: out is one. hold: no signal is heeded within. interval: seconds between two looks.
    note: say what each look found. wait: as ``Loop`` takes it. alarm: gets each event's
    record.
    """
    from ctexplore.commands.print_new import Printer
    from ctexplore.engines.history import narrowed
    from ctexplore.store.cache.cache import NoCache
    from ctexplore.store.follow.follow import Follower
    from ctexplore.store.recent import RecentSource

    said = said or Said()
    start = begin(scope, source, position, said, now())
    source = narrowed(source, start.scope, wanted.node if wanted else None)
    if isinstance(cache, NoCache) and not source.local:
        # A record is wanted again soon after its file was decoded.
        source = RecentSource(source, limits.max_memory // 4)
    with closing(
        Follower(source, start.scope, position, now=now, back_to=start.back_to)
    ) as follower:
        loop = Loop(
            source,
            follower,
            position,
            said,
            interval=interval,
            most=limits.max_objects,
            wait=wait or _wait,
            note=note,
        )
        printer = Printer(
            source,
            cache,
            start.scope,
            limits,
            wanted=wanted,
            follower=follower,
            position=position,
            lines=lines,
            out=out,
            terminal=terminal,
            now=now,
            hold=hold,
            halted=loop.halted,
            alarm=alarm,
        )
        loop.run(printer.tell, skip=start.skip)


def _check(args: argparse.Namespace) -> None:
    if STDIN in args.sources:
        raise Failure("standard input ends, so that nothing new can come of it")
    if args.offline:
        raise Failure("--offline asks nobody, so that nothing new can come")
    if args.until:
        raise Failure("--until does not go with follow, which has no end")
    if args.fields is not None and args.format == JSONL:
        raise Failure("--fields goes with --format table or csv")
    if args.delete_messages and not args.queue:
        raise Failure("--delete-messages goes with --queue")
    if args.csv_raw and args.format != CSV:
        raise Failure("--csv-raw goes with --format csv")


def _interval(text: str) -> float:
    from ctexplore.query.when import parse_span

    try:
        seconds = parse_span(text).total_seconds()
    except (ValueError, OverflowError) as error:
        raise Failure(f"--interval: {error}") from None
    if seconds < 1:
        raise Failure("--interval: one second at least")
    return seconds


def _wait(seconds: float) -> None:
    """Raises BrokenPipeError as soon as nobody reads the output any more."""
    poll = select.poll()
    if stat.S_ISFIFO(os.fstat(1).st_mode) or stat.S_ISSOCK(os.fstat(1).st_mode):
        poll.register(1, 0)
    if poll.poll(seconds * 1000):
        raise BrokenPipeError
