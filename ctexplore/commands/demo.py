"""``ctexplore demo DIR``: write a made-up trail, laid out like its bucket."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ctexplore.commands.failure import Failure

SHAPES = ("mixed", "dense", "tiny")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", type=Path, help="a new or empty directory")
    parser.add_argument(
        "--events", type=_count, default=50_000, metavar="N", help="how many (default 50,000)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="same seed, same trail (default 1)"
    )
    parser.add_argument(
        "--shape",
        choices=SHAPES,
        default="mixed",
        help="mixed: a week with an intrusion in it (default); "
        "dense: 250 events a file; tiny: 8 events a file",
    )


def run(args: argparse.Namespace) -> int:
    """Exit status 0. Raises Failure when the directory is not empty or cannot be written."""
    from ctexplore.sources.demo.write import write_trail
    from ctexplore.text import safe

    directory: Path = args.directory
    shown = safe(str(directory))
    progress = _Percent() if sys.stderr.isatty() else None
    try:
        if directory.exists() and next(directory.iterdir(), None) is not None:
            raise Failure(f"{shown} is not empty", "name a new or an empty directory")
        summary = write_trail(directory, args.events, args.seed, args.shape, progress)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failure(f"cannot write to {shown}: {reason}", "name another directory") from error
    finally:
        if progress:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    print(f"{summary.files:,} files, {summary.events:,} events, {summary.bytes:,} bytes")
    return 0


class _Percent:
    """Shows progress when another hundredth is done: files are too many for a line each."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, done: int, events: int) -> None:
        percent = done * 100 // events
        if percent > self._shown:
            self._shown = percent
            line = f"\r{percent} %, {done:,} of {events:,} events"
            print(line, end="", file=sys.stderr, flush=True)


def _count(text: str) -> int:
    """A whole number above 0; commas and underscores may set its thousands apart."""
    value = int(text.replace(",", "").replace("_", ""))
    if value < 1:
        raise ValueError(text)
    return value
