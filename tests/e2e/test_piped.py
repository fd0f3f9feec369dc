"""Logs come through a pipe, keys from the terminal."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tests.build import events, gz, log
from tests.e2e.terminal import Terminal
from tests.sources.test_archive import tar

_RUN = "import os; os.execvp('sh', ['sh', '-c', {command!r}])"


def piped(path: Path, env: dict[str, str]) -> Terminal:
    command = f"cat {shlex.quote(str(path))} | {shlex.quote(sys.executable)} -m ctexplore -"
    return Terminal([], env, code=_RUN.format(command=command))


def test_standard_input_in_the_explorer(env: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "joined"
    path.write_bytes(log(*events(1, 2)) + log(*events(3)))
    with piped(path, env) as terminal:
        terminal.wait_for("2 files = 2 read")
        assert "Event3" in terminal.wait_for("Event1")
        terminal.press("f")
        terminal.press("name:Event2\r")
        terminal.wait_for("1 of 3")
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()


def test_an_archive_on_standard_input(env: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "logs.tgz"
    path.write_bytes(gz(tar({"a/b.json": log(*events(1))})))
    with piped(path, env) as terminal:
        terminal.wait_for("1 file = 1 read")
        terminal.press("q")
        assert terminal.status() == 0
