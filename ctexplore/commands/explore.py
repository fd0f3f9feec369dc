"""``ctexplore [SOURCE…]``: the explorer, with a start page where no source is named."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.filter_text import parse_filter
from ctexplore.commands.opening import STDIN, open_source
from ctexplore.commands.source_options import (
    add_source_options,
    limits_of,
    open_cache,
    scope_of,
)

if TYPE_CHECKING:
    from ctexplore.store.cache.cache import Cache
    from ctexplore.tui.app import TerminalApp


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="s3://…, folder, file, archive, -"
    )
    add_source_options(parser)
    looks = parser.add_argument_group("the screen")
    looks.add_argument("--filter", metavar="F", default="", help="filter to start with")
    looks.add_argument("--follow", action="store_true", help="show new events as they come")
    looks.add_argument("--theme", metavar="NAME", default="")
    looks.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")


def run(args: argparse.Namespace) -> int:
    # A slip is told here; on the screen it would be told after an MFA code was asked for.
    parse_filter(args.filter)
    _check_terminal(piped=STDIN in args.sources)
    wanted = scope_of(args, ())
    with closing(open_cache(args)) as cache:
        named = (args.sources, args.bucket, args.prefix, args.demo, args.history, args.log_group)
        if not any(named):
            if args.follow:
                raise Failure("nothing to follow", "name a bucket or a folder")
            return _start(args, cache)
        with closing(open_source(args, cache, may_ask=True)) as source:
            from ctexplore.commands.start import keep_recent

            keep_recent(args)
            limits = limits_of(args, source)

            def explorer() -> TerminalApp:
                from ctexplore.tui.app import ExplorerApp

                return ExplorerApp(
                    source,
                    cache,
                    wanted,
                    limits,
                    text=args.filter,
                    theme=args.theme,
                    follow=args.follow,
                )

            return _show(args, explorer)


def _start(args: argparse.Namespace, cache: Cache) -> int:
    """Nothing was named: show what there is."""
    from ctexplore.commands.start import StartWays

    def page() -> TerminalApp:
        from ctexplore.tui.start_page.start_page import StartApp

        return StartApp(ways, text=args.filter, theme=args.theme)

    with closing(StartWays(args, cache)) as ways:
        return _show(args, page)


def _show(args: argparse.Namespace, made: Callable[[], TerminalApp]) -> int:
    """made: imports Textual, which reads the environment then."""
    _settle_environment()
    try:
        app = made()
    except ValueError as error:
        raise Failure(f"--theme: {error}") from None
    app.run(mouse=not args.no_mouse)
    return app.return_code or 0


def _check_terminal(*, piped: bool) -> None:
    """The screen needs a terminal to read keys from and one to draw on.

    piped: standard input is logs, and whether there is a terminal shows once they were read.
    """
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise Failure("this terminal cannot show a screen", "ctexplore query prints events")
    if not ((piped or sys.stdin.isatty()) and sys.stderr.isatty()):
        raise Failure("not in a terminal", "ctexplore query prints events")


def _settle_environment() -> None:
    env = os.environ
    if "NO_COLOR" in env:
        env.setdefault("TEXTUAL_THEME", "ansi-dark")
    env.setdefault("TEXTUAL_ANIMATIONS", "none")
    if "SSH_CONNECTION" in env:
        # Fewer frames are queued on a slow line, and an arrow key that comes in two pieces is
        # not taken for escape.
        env.setdefault("TEXTUAL_FPS", "20")
        env.setdefault("ESCDELAY", "250")
