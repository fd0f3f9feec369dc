"""Standard error as a place for lines that stay and for one that tells how far the work is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

# What became of single files is told one by one, on a terminal up to here and then as a number.
# Of those with one reason, some are named.
_MOST_TOLD: Final = 20
_MOST_NAMED: Final = 3
_PAUSE: Final = 0.2


class Progress:
    """tells: somebody watches and nothing else comes out there."""

    def __init__(self, *, tells: bool) -> None:
        self._tells = tells
        self._told = 0.0

    @property
    def is_due(self) -> bool:
        """Whether ``show`` would be seen, and the line it replaces is no longer new."""
        return self._tells and time.monotonic() - self._told >= _PAUSE

    def show(self, line: str) -> None:
        self._told = time.monotonic()
        print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)

    def say(self, line: str) -> None:
        from ctexplore.text import safe

        self._clear()
        print(f"ctexplore: {safe(line)}", file=sys.stderr)

    def close(self) -> None:
        """Leave the terminal's line as it was."""
        with suppress(OSError):  # the terminal may be what has gone
            self._clear()

    def _clear(self) -> None:
        if self._told:
            self._told = 0.0
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def skipped(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each reason. files: key and reason."""
    keys: dict[str, list[str]] = {}
    for key, reason in files:
        keys.setdefault(reason, []).append(key)
    for reason, names in keys.items():
        more = len(names) - _MOST_NAMED
        some = ", ".join(names[:_MOST_NAMED]) + f" and {more:,} more" * (more > 0)
        yield f"skipped {len(names):,} file{'s' * (len(names) > 1)}, {reason}: {some}"


def first_of(lines: list[str]) -> list[str]:
    """As many as a person can read, where a person reads; else all."""
    most = _MOST_TOLD if sys.stderr.isatty() else len(lines)
    if len(lines) <= most:
        return lines
    return [*lines[:most], f"and {len(lines) - most:,} more, which 2>FILE tells too"]
