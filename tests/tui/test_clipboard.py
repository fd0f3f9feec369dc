"""The way a text is copied, and no claim beyond what was sent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctexplore.tui import clipboard
from ctexplore.tui.clipboard import OSC52_BYTES, copy


class Terminal:
    """Stands in for an app: what it was asked to put on the clipboard."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def copy_to_clipboard(self, text: str) -> None:
        text.encode()  # as Textual does
        self.sent.append(text)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("TMUX", raising=False)
    return Terminal()


@pytest.fixture
def tmux(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder for a tmux command; ``taken`` in it is what the command was given."""
    monkeypatch.setenv("TMUX", "/tmp/tmux-1/default,1,0")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def command(folder: Path, script: str) -> None:
    path = folder / "tmux"
    path.write_text(f"#!/bin/sh\ncd '{folder}'\n{script}\n")
    path.chmod(0o755)


async def test_outside_tmux_it_goes_by_osc_52(terminal):
    said = await copy(terminal, "AKIAEXAMPLE")
    assert terminal.sent == ["AKIAEXAMPLE"]
    way = "sent to the terminal's clipboard (OSC 52); P prints, should it not arrive"
    assert said == f"11 characters {way}"


@pytest.mark.parametrize(
    "variable", [("TERM", "linux"), ("TERM", "vt100"), ("TERM_PROGRAM", "Apple_Terminal")]
)
async def test_a_console_has_no_clipboard(terminal, monkeypatch, variable):
    monkeypatch.setenv(*variable)
    said = await copy(terminal, "AKIAEXAMPLE")
    assert terminal.sent == []
    assert said.startswith("not copied: this terminal has no clipboard") and "P prints it" in said


async def test_inside_tmux_it_goes_through_tmux(terminal, tmux):
    command(tmux, 'echo "$@" >asked; cat >taken')
    said = await copy(terminal, "one\n漢 \udcff")
    assert (tmux / "asked").read_text() == "load-buffer -w -\n"
    assert (tmux / "taken").read_bytes() == "one\n漢 ".encode() + b"\xff"
    assert terminal.sent == []
    assert said == "2 lines, 7 characters given to tmux for its buffer and the terminal's clipboard"


@pytest.mark.parametrize(
    "script,trouble",
    [
        ("exit 1", "tmux 3.2 or newer is needed"),
        ("exec sleep 30", "tmux did not answer"),
        (None, "the tmux command cannot be run"),
    ],
)
async def test_without_tmux_s_help_it_goes_by_osc_52_and_says_so(
    terminal, tmux, monkeypatch, script, trouble
):
    monkeypatch.setattr(clipboard, "_TMUX_SECONDS", 0.2)
    if script is None:
        monkeypatch.setenv("PATH", str(tmux))
    else:
        command(tmux, script)
    said = await copy(terminal, "x")
    assert terminal.sent == ["x"]
    assert trouble in said and "OSC 52" in said


async def test_more_than_a_terminal_takes_is_not_copied(terminal, tmux, monkeypatch):
    command(tmux, "cat >taken")
    large = "é" * (OSC52_BYTES // 2)
    await copy(terminal, large + "é")
    assert (tmux / "taken").read_text() == large + "é"
    monkeypatch.delenv("TMUX")
    await copy(terminal, large)
    assert terminal.sent == [large]
    said = await copy(terminal, large + "é")
    assert terminal.sent == [large]
    assert said.startswith("not copied: ") and "P prints it" in said


async def test_what_is_not_utf8_is_spelled_out(terminal):
    await copy(terminal, "a\udcffb")
    await copy(terminal, "a\ud800b")
    assert terminal.sent == ["a\\xffb", "a\\ud800b"]
