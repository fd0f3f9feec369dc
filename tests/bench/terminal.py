"""A program in a pseudo-terminal of 80x24: keys go in, bytes come out, the clock between."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from msgspec import Struct

# A terminal that says it can hold a frame back until it is whole makes frames countable
# (DEC private mode 2026, "synchronized output").
_ASKED, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
FRAME_END = b"\x1b[?2026l"
# Rest after which a key's answer is over; the detail pane follows after 150 ms by design.
REST = 0.06


class Reply(Struct, frozen=True):
    """What a key brought. first: seconds to the end of the first frame. last: to the last byte
    before a rest. size: bytes until then."""

    first: float
    last: float
    size: int


class Terminal:
    """Kills the program on leaving."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if not self._pid:
            os.execvpe(argv[0], list(argv), {**env, "TERM": "xterm-256color"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._tail = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._fd)

    def until(self, pattern: str, timeout: float = 60) -> float:
        """Seconds since the start at the end of the frame that shows ``pattern``, a regular
        expression over the bytes as they come.

        Raises TimeoutError; a program that ends early counts as one that never shows it.
        """
        seen, deadline = b"", time.perf_counter() + timeout
        wanted = re.compile(pattern.encode())
        while (left := deadline - time.perf_counter()) > 0:
            part = self._read(left)
            if part is None:
                continue
            seen += part
            found = wanted.search(seen)
            if found and (FRAME_END in seen[found.end() :] or FRAME_END not in seen):
                return time.perf_counter() - self.started
            if not part:
                break
        raise TimeoutError(f"{pattern!r} was never shown: {seen[-300:]!r}")

    def settle(self, rest: float = 0.5, timeout: float = 30) -> int:
        """Read until nothing comes for ``rest`` seconds; the bytes read."""
        size, deadline = 0, time.perf_counter() + timeout
        while time.perf_counter() < deadline:
            part = self._read(rest)
            if not part:
                break
            size += len(part)
        return size

    def press(self, keys: str, rest: float = REST) -> Reply:
        while self._read(0):
            pass
        pressed = time.perf_counter()
        os.write(self._fd, keys.encode())
        first = last = 0.0
        seen = b""
        while part := self._read(rest if seen else 2.0):
            last = time.perf_counter() - pressed
            seen += part
            if not first and FRAME_END in seen:
                first = last
            if last > 2.0:
                break
        return Reply(first or last, last, len(seen))

    def _read(self, timeout: float) -> bytes | None:
        """None when nothing came; no bytes when the program has ended."""
        if not select.select([self._fd], [], [], timeout)[0]:
            return None
        try:
            part = os.read(self._fd, 1 << 16)
        except OSError:
            return b""
        # A question may come in two pieces.
        if _ASKED in self._tail + part:
            os.write(self._fd, _ANSWER)
            self._tail = b""
        else:
            self._tail = part[-len(_ASKED) :]
        return part
