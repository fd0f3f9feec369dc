"""In a real tmux: what is copied reaches its buffer, and the terminal outside."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import GUARD, Terminal

TMUX = shutil.which("tmux") or ""
pytestmark = pytest.mark.skipif(not TMUX, reason="needs tmux")


SLOW = [pytest.param(other, marks=pytest.mark.slow) for other in ("on", "off")]


@pytest.mark.parametrize("clipboard", ["external", *SLOW])
def test_copying(trail: Path, env: dict[str, str], tmp_path: Path, clipboard: str) -> None:
    """tmux keeps programs' own OSC 52 to itself unless set-clipboard is "on", so it is asked."""
    (tmp_path / "conf").write_text(
        f"set -g set-clipboard {clipboard}\n"
        "set -g default-terminal tmux-256color\nset -g status off\n"
    )
    tmux = [TMUX, "-S", str(tmp_path / "socket"), "-f", str(tmp_path / "conf")]
    run = [*tmux, "new-session", f"{sys.executable} -m ctexplore {trail}; echo status $?; read x"]
    with Terminal([], env, size=(80, 24), program=run) as terminal:
        terminal.wait_for("400 of 400")
        terminal.press("yv")
        terminal.wait_for("given to tmux for its buffer and the terminal's clipboard")
        shown = [*tmux, "show-buffer"]
        kept = subprocess.run(shown, capture_output=True, timeout=GUARD, check=True).stdout
        assert kept and kept.decode() in terminal.text
        terminal.wait_for(lambda _: base64.b64encode(kept) in terminal.seen)
        terminal.press("q")
        terminal.wait_for("status 0")
        terminal.press("\r")
        assert terminal.status() == 0
