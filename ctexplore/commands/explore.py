"""``ctexplore [SOURCE…]``: the explorer."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing

from ctexplore.commands.failure import Failure
from ctexplore.commands.filter_text import parse_filter
from ctexplore.commands.opening import STDIN, open_source
from ctexplore.commands.source_options import (
    add_source_options,
    limits_of,
    open_cache,
    scope_of,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="s3://…, folder, file, archive, -"
    )
    add_source_options(parser)
    looks = parser.add_argument_group("the screen")
    looks.add_argument("--filter", metavar="F", default="", help="filter to start with")
    looks.add_argument("--theme", metavar="NAME", default="")
    looks.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")


def run(args: argparse.Namespace) -> int:
    # A slip is told here; on the screen it would be told after an MFA code was asked for.
    parse_filter(args.filter)
    _check_terminal(piped=STDIN in args.sources)
    wanted = scope_of(args, ())
    with (
        closing(open_cache(args)) as cache,
        closing(open_source(args, cache, may_ask=True)) as source,
    ):
        _settle_environment()
        # Textual reads the environment when it is imported.
        from ctexplore.tui.app import ExplorerApp

        limits = limits_of(args, source)
        try:
            app = ExplorerApp(source, cache, wanted, limits, text=args.filter, theme=args.theme)
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
