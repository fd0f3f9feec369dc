"""The installed program in a pseudo-terminal: keys go in, what a person sees comes out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

import ctexplore

# Guards against a hang only: what is waited for comes within a second or two.
GUARD = 60.0
# Makes the pseudo-terminal the program's own, so that hanging up and ctrl+c reach it.
_TAKE = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
# Kitty's keyboard protocol, which pyte would show as letters.
_KEYBOARD = re.compile(rb"\x1b\[[<=>?]\d*(?:;\d+)?u")
_KEYS_ON, _KEYS_OFF = re.compile(rb"\x1b\[>\d+u"), b"\x1b[<u"
ALTERNATE, CURSOR, WRAP, PASTE, FOCUS, RESIZE = 1049, 25, 7, 2004, 1004, 2048
MOUSE = (1000, 1002, 1003, 1006, 1015, 1016)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of this machine's AWS settings, an empty home, and credentials nobody knows."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(ctexplore.__file__).parents[1]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
        "AWS_SECRET_ACCESS_KEY": "test-secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        **more,
    }


class Terminal:
    """One run of ``python -m ctexplore``; killed on leaving if it still runs.

    seen: every byte it wrote. screen: what they show.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        *,
        size: tuple[int, int] = (120, 30),
        code: str = "",
        program: Sequence[str] = (),
        rate: int = 0,
    ) -> None:
        """size: columns, rows. code: Python to run instead of ``-m ctexplore``. program: what to
        run instead of Python, its path first. rate: bytes that the line takes in a second; 0 for
        all that come."""
        columns, rows = size
        self.seen = b""
        self.rate = rate
        self._rests = False  # nothing came for a while, and nothing was pressed since
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._fd, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        python = [sys.executable, *(["-c", code] if code else ["-m", "ctexplore"])]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE, *(program or python), *arguments],
            env=dict(env),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        self._slave = slave

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        for name in ("_fd", "_slave"):
            if getattr(self, name) >= 0:
                os.close(getattr(self, name))
                setattr(self, name, -1)

    @property
    def lines(self) -> list[str]:
        # Not ``display``, which fails while half of a wide character is written over.
        cells = range(self.screen.columns)
        rows = (self.screen.buffer[row] for row in range(self.screen.lines))
        return ["".join([row[cell].data for cell in cells]).rstrip() for row in rows]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def press(self, keys: str) -> None:
        self._rests = False
        os.write(self._fd, keys.encode())

    def wait_for(self, wanted: str | Callable[[str], bool]) -> str:
        """The screen once it shows a text or satisfies a condition."""
        shows = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        deadline = time.monotonic() + GUARD
        while not shows(self.text):
            if time.monotonic() > deadline or not self._read(0.2):
                raise AssertionError(f"{wanted!r} is not on the screen:\n{self.text}")
        return self.text

    def read_for(self, seconds: float) -> None:
        """Take in what comes within this time."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and self._read(left):
            """More may come."""

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def rest(self, seconds: float = 0.7) -> None:
        """Until nothing came for so long: detail and counts follow a key once it rests."""
        before = -1
        while len(self.seen) > before:
            before = len(self.seen)
            self._read(seconds)
        self._rests = True

    def bytes_of(self, keys: str, shows: str | Callable[[str], bool]) -> int:
        """How many bytes come in answer to keys, of which the screen shows this."""
        if not self._rests:
            self.rest()
        before = len(self.seen)
        self.press(keys)
        self.wait_for(shows)
        self.rest()
        return len(self.seen) - before

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def status(self, guard: float = GUARD) -> int:
        """Wait for the end; the exit status as a shell tells it."""
        deadline = time.monotonic() + guard
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"still running after {guard:.0f} s:\n{self.text}")
            self._read(0.05)
        while self._read(0.0, ended=True):
            """What it wrote last."""
        code = self.process.returncode
        return code if code >= 0 else 128 - code

    def modes(self) -> dict[int, bool]:
        """DEC private modes that were switched, and whether they are on now."""
        switched: dict[int, bool] = {}
        for numbers, how in _MODE.findall(self.seen):
            switched |= dict.fromkeys(map(int, numbers.split(b";")), how == b"h")
        return switched

    def assert_restored(self) -> None:
        """The screen was taken over and is given back as it was."""
        modes = self.modes()
        assert modes[ALTERNATE] is False
        assert modes[CURSOR] is modes[WRAP] is True
        assert not any(modes.get(mode) for mode in (PASTE, FOCUS, RESIZE, *MOUSE))
        assert len(_KEYS_ON.findall(self.seen)) == self.seen.count(_KEYS_OFF)
        assert termios.tcgetattr(self._slave) == self.before

    def assert_untouched(self) -> None:
        assert b"\x1b" not in self.seen
        assert termios.tcgetattr(self._slave) == self.before

    def _read(self, patience: float, *, ended: bool = False) -> bool:
        """Take in what came; false when nothing is left to come."""
        if not select.select([self._fd], [], [], patience)[0]:
            return not ended and self.process.poll() is None
        part = os.read(self._fd, self.rate // 50 or 1 << 16)
        if self.rate:
            time.sleep(len(part) / self.rate)
        self.seen += part
        self._stream.feed(_KEYBOARD.sub(b"", part))
        return True
