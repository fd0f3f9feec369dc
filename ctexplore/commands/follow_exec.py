"""A command that is run for each new event, with the event on its standard input."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from ctexplore.commands.failure import Failure

_LONGEST: Final = 60.0  # seconds; a command that hangs would hold up all that comes after


class Alarm:
    """Runs a command once for each event, one at a time.

    Nothing of an event is ever part of the command: no shell reads it, and its arguments are the
    ones a person typed. ran, failed: how often.
    """

    def __init__(
        self, command: str, say: Callable[[str], None], *, longest: float = _LONGEST
    ) -> None:
        """command: split into words as a shell splits them, and started without one. say: gets a
        line for each failure. longest: seconds until it is ended. Raises Failure."""
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise Failure(f"--exec: {error}") from None
        if not self._words:
            raise Failure("--exec names no command")
        if shutil.which(self._words[0]) is None:
            hint = "it is run without a shell"
            raise Failure(f"--exec: there is no command {self._words[0]}", hint)
        self.ran = self.failed = 0
        self._say = say
        self._longest = longest

    def ring(self, record: bytes) -> None:
        """Run it, with the record and a line break on its standard input. What it prints goes to
        our standard error: standard output holds events."""
        self.ran += 1
        if wrong := self._run(record + b"\n"):
            self.failed += 1
            self._say(f"--exec: {self._words[0]} {wrong} ({self.failed:,} of {self.ran:,} failed)")

    def _run(self, record: bytes) -> str:
        """What went wrong, or ""."""
        try:
            # In a session of its own: ctrl+c ends the following, not an alarm half sent.
            process = subprocess.Popen(
                self._words, stdin=subprocess.PIPE, stdout=2, start_new_session=True
            )
        except OSError as error:
            return f"cannot be started: {error.strerror or error}"
        try:
            process.communicate(record, timeout=self._longest)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return f"was ended after {self._longest:g} s"
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        if process.returncode < 0:
            return f"was ended by signal {-process.returncode}"
        return f"ended with status {process.returncode}" if process.returncode else ""
