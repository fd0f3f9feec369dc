"""argparse whose usage errors are one line, as all others are."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NoReturn

from ctexplore.commands.failure import Failure


class Parser(argparse.ArgumentParser):
    """Raises Failure."""

    def error(self, message: str) -> NoReturn:
        raise Failure(message, f"{self.prog} --help shows what is possible")

    def positions(self) -> Iterator[str]:
        """What may stand without an option, as usage has it."""
        for action in self._actions:
            if not action.option_strings and action.help != argparse.SUPPRESS:
                named = action.metavar or "|".join(map(str, action.choices or (action.dest,)))
                yield f"[{named} …]" if action.nargs == "*" else str(named)
