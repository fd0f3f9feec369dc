"""Copying to the terminal's clipboard, and honest words about how."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Mapping

from textual.app import App

from ctexplore.tui.glyphs import is_console

# Terminals of xterm's kind take 100,000 characters of base64.
OSC52_BYTES = 74_000
_TMUX_SECONDS = 2.0
_INSTEAD = "P prints it for the terminal's own selection, e exports to a file"


async def copy(app: App[object], text: str) -> str:
    """Copy ``text`` and say which way it went, or why it did not.

    Inside tmux through tmux, which by default swallows what programs send to the clipboard
    (its option set-clipboard is "external"); else by the escape sequence OSC 52. Neither
    answers, so nothing is claimed but what was sent. Bytes that are not UTF-8
    (surrogateescape) reach tmux as they are and OSC 52 as ``\\xff``.
    """
    size = _size(text)
    if os.environ.get("TMUX"):
        trouble = await asyncio.to_thread(_give_to_tmux, _bytes(text))
        if not trouble:
            return f"{size} given to tmux for its buffer and the terminal's clipboard"
        size = f"{size} ({trouble})"
    if _has_no_clipboard(os.environ):
        return f"not copied: this terminal has no clipboard for {size}; {_INSTEAD}"
    plain = _bytes(text).decode("utf-8", "backslashreplace")
    if len(plain.encode()) > OSC52_BYTES:
        limit = f"{OSC52_BYTES // 1000} KB"
        return f"not copied: {size} is more than terminals take ({limit}); {_INSTEAD}"
    app.copy_to_clipboard(plain)
    return f"{size} sent to the terminal's clipboard (OSC 52); P prints, should it not arrive"


def _has_no_clipboard(env: Mapping[str, str]) -> bool:
    """Linux' console, DEC's terminals and macOS' Terminal.app obey no OSC 52. Other terminals
    cannot be asked."""
    return is_console(env) or env.get("TERM_PROGRAM") == "Apple_Terminal"


def _give_to_tmux(data: bytes) -> str:
    """Load tmux's newest buffer and have tmux pass it on; gives what went wrong, or ""."""
    try:
        subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],
            input=data,
            capture_output=True,
            check=True,
            timeout=_TMUX_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return "tmux did not answer"
    except subprocess.CalledProcessError:
        return "tmux 3.2 or newer is needed to copy through it"
    except OSError:
        return "the tmux command cannot be run"
    return ""


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a surrogate pair stands for no byte
        return text.encode("utf-8", "backslashreplace")


def _size(text: str) -> str:
    lines = text.count("\n") + 1
    letters = f"{len(text):,} character{'s' if len(text) != 1 else ''}"
    return letters if lines == 1 else f"{lines:,} lines, {letters}"
