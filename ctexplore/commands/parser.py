"""argparse whose usage errors are one line, as all others are."""

from __future__ import annotations

import argparse
from typing import NoReturn

from ctexplore.commands.failure import Failure


class Parser(argparse.ArgumentParser):
    """Raises Failure."""

    def error(self, message: str) -> NoReturn:
        raise Failure(message, f"{self.prog} --help shows what is possible")
