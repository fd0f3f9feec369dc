"""What a slow line carries, in bytes: at 20 KB a second a kilobyte is 50 ms."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

KB = 1024
# A login over SSH, 80x24, the palette of the terminal: what the budgets are for.
SSH = {"TERM": "screen", "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


def cursor(text: str) -> int:
    """The line of the cursor."""
    return next((n for n, line in enumerate(text.splitlines()) if line.startswith("▌")), -1)


def matching(count: str) -> Callable[[str], bool]:
    return lambda text: f" {count} of 400" in text


def test_bytes_of_a_key(trail: Path, env: dict[str, str]) -> None:
    with Terminal([str(trail)], env | SSH, size=(80, 24)) as terminal:
        terminal.wait_for("400 of 400")
        top = cursor(terminal.text)
        for n, key in enumerate("jjjj", 1):
            assert terminal.bytes_of(key, lambda text, n=n: cursor(text) == top + n) <= KB // 2
        for key in (" ", "\x04", "G", "g"):
            before = terminal.text
            assert terminal.bytes_of(key, lambda text, was=before: text != was) <= 6 * KB
        terminal.bytes_of("f", "esc Back")
        typed = "source:s3"
        for n, key in enumerate(typed, 1):
            assert terminal.bytes_of(key, lambda text, n=n: typed[:n] in text) <= 8 * KB
        assert terminal.bytes_of("\r", "q Quit") <= 8 * KB
        # Nothing blinks, nothing moves while nothing happens: not the cursor of a line typed into.
        terminal.bytes_of("f", "esc Back")
        before = len(terminal.seen)
        terminal.rest(1.5)
        assert len(terminal.seen) == before


@pytest.mark.parametrize("rate", [20_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_held_key(trail: Path, env: dict[str, str], rate: int) -> None:
    """Three pages of it, in one go: answered in a second, not line by line."""
    with Terminal([str(trail)], env | SSH, size=(80, 24), rate=rate) as terminal:
        terminal.wait_for("400 of 400")
        top = terminal.lines[cursor(terminal.text)][4:20]
        assert terminal.bytes_of("j" * 60, lambda text: top not in text) <= 20 * KB


@pytest.mark.parametrize("rate", [20_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_keys_are_answered_before_the_load_is(env: dict[str, str], rate: int) -> None:
    """Counted in bytes that lie between a key and its answer, which other machines repeat."""
    with Terminal(["--demo"], env | SSH, size=(80, 24), rate=rate) as terminal:
        terminal.wait_for(lambda text: re.search(r"\+ [\d,]+ waiting", text) and cursor(text) > 0)
        for _ in range(5):
            before, line = len(terminal.seen), cursor(terminal.text)
            terminal.press("j")
            terminal.wait_for(lambda text, line=line: cursor(text) != line)
            assert len(terminal.seen) - before <= 20 * KB
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()


def test_an_arrow_key_in_two_pieces_is_no_escape(trail: Path, env: dict[str, str]) -> None:
    """An eighth of a second lies between them, which is an escape where there is no SSH. Tried
    again where this machine took longer."""
    with Terminal([str(trail)], env | SSH, size=(80, 24)) as terminal:
        terminal.wait_for("400 of 400")
        terminal.rest()
        for _ in range(8):
            line = cursor(terminal.text)
            terminal.press("\x1b")
            terminal.read_for(0.13)
            terminal.press("[B")
            terminal.rest()
            if cursor(terminal.text) == line + 1:
                return
        raise AssertionError("never taken for one key")
