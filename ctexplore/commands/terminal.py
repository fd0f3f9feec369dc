"""What the explorer needs of a terminal, and what Textual is told of it before it is imported."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress

from ctexplore.commands.failure import Failure
from ctexplore.commands.opening import STDIN
from ctexplore.commands.words import source_words


def check_terminal(args: argparse.Namespace) -> None:
    """The screen needs a terminal to read keys from and one to draw on.

    Where standard input is logs, whether there is a terminal shows once they were read.
    """
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise Failure("this terminal cannot show a screen", _instead(args))
    if not ((STDIN in args.sources or sys.stdin.isatty()) and sys.stderr.isatty()):
        raise Failure("not in a terminal", _instead(args))


def _instead(args: argparse.Namespace) -> str:
    """The command that prints what the screen would have shown."""
    words: Sequence[str] = ["--demo"] if args.demo else [STDIN] if STDIN in args.sources else ()
    with suppress(ValueError):  # of a source that cannot be told of either
        words = words or source_words(args)
    command = "follow" if args.follow else "query"
    if not words:
        return f"ctexplore {command} FILTER SOURCE prints events"
    return f"{shlex.join(['ctexplore', command, args.filter, *words])} prints its events"


def settle_environment() -> None:
    """Textual reads these when it is imported; what somebody set themselves stays."""
    env = os.environ
    if "NO_COLOR" not in env and _has_no_colors():
        env["NO_COLOR"] = "1"
    if "NO_COLOR" in env:
        env.setdefault("TEXTUAL_THEME", "ansi-dark")
    env.setdefault("TEXTUAL_ANIMATIONS", "none")
    if "SSH_CONNECTION" in env:
        # Fewer frames are queued on a slow line, and an arrow key that comes in two pieces is
        # not taken for escape.
        env.setdefault("TEXTUAL_FPS", "20")
        env.setdefault("ESCDELAY", "250")


def _has_no_colors() -> bool:
    """Whether terminfo says so; Textual would send colours to a vt100. What terminfo does not
    know, on a host older than the terminal, has colours."""
    if os.environ.get("COLORTERM") or "color" in os.environ.get("TERM", ""):
        return False
    try:
        import curses
    except ImportError:  # Python can be built without it
        return False
    try:
        curses.setupterm()
    except (curses.error, OSError):
        return False
    return curses.tigetnum("colors") < 2
