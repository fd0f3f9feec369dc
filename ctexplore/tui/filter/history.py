"""The filters of earlier runs, kept for this person only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ctexplore.config import state_dir

KEPT: Final = 500
_LONGEST = 4000  # characters; what is longer was not typed
_MOST_READ = 1 << 20


def own_history() -> History:
    """The one in the state folder; without a home directory it lasts as long as the run."""
    try:
        return History(state_dir() / "filters")
    except RuntimeError:
        return History(None)


class History:
    """Filters, the newest first, each once. The file has one a line, the newest last, and is
    readable by its owner only; several runs may add to it at once.

    problem: why filters are not kept, or "".
    """

    def __init__(self, file: Path | None) -> None:
        self.problem = ""
        self._file = file
        self._texts: dict[str, None] | None = None  # oldest first

    @property
    def texts(self) -> list[str]:
        return list(reversed(self._loaded()))

    def beside(self, text: str, step: int) -> str:
        """The filter ``step`` before this one, after it where that is negative; the oldest has
        none before, and "" comes after the newest."""
        texts = self.texts
        at = (texts.index(text) if text in texts else -1) + step
        if not texts or at >= len(texts):
            return text
        return texts[at] if at >= 0 else ""

    def add(self, text: str) -> None:
        """Remember a filter. Never raises: a full disk is ``problem``."""
        text = text.strip()
        if not text or not text.isprintable() or len(text) > _LONGEST:
            return
        texts = self._loaded()
        if texts and text == next(reversed(texts)):
            return
        texts.pop(text, None)
        texts[text] = None
        self._write(f"{text}\n", append=True)

    def _loaded(self) -> dict[str, None]:
        if self._texts is None:
            self._texts = self._read()
        return self._texts

    def _read(self) -> dict[str, None]:
        if self._file is None:
            return {}
        try:
            with self._file.open("rb") as stored:
                stored.seek(max(0, self._file.stat().st_size - _MOST_READ))
                lines = stored.read(_MOST_READ).decode("utf-8", "replace").split("\n")
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.problem = _said(self._file, error)
            return {}
        texts: dict[str, None] = {}
        for line in lines:
            if line and line.isprintable() and len(line) <= _LONGEST:
                texts.pop(line, None)
                texts[line] = None
        kept = dict.fromkeys(list(texts)[-KEPT:])
        if len(lines) > 2 * KEPT:
            self._write("".join(f"{text}\n" for text in kept), append=False)
        return kept

    def _write(self, text: str, *, append: bool) -> None:
        """Add to the file, or put another in its place as a whole."""
        if self._file is None or self.problem:
            return
        target = self._file if append else self._file.with_name(f"{self._file.name}.{os.getpid()}")
        how = os.O_APPEND if append else os.O_TRUNC
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(target, os.O_WRONLY | os.O_CREAT | how | os.O_CLOEXEC, 0o600)
            try:
                os.write(opened, text.encode())
            finally:
                os.close(opened)
            if not append:
                target.replace(self._file)
        except OSError as error:
            self.problem = _said(target, error)


def _said(file: Path, error: OSError) -> str:
    return f"{file}: {error.strerror or error}"
