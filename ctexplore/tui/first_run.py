"""Three keys, told where a filter would stand, to somebody who starts the explorer for the first
time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

USUAL = "source:iam name:Create* · {} to type, {} and {} on a row"
# The ids of the keys and their usual names.
KEYS = {"app.filter": "f", "list.open": "enter", "app.keys": "question_mark"}


def hint(keys: Mapping[str, str]) -> str:
    """keys: as a person types them, by their ids."""
    typed, opens, lists = ("enter" if keys[name] == "⏎" else keys[name] for name in KEYS)
    return f"new here? {typed} filters · {opens} opens an event · {lists} lists all keys"


def is_first(file: Path | None) -> bool:
    """Whether nobody was told yet. Makes the file that says so; where that cannot be made, as in
    a home that is read-only, nobody is told: they would be each time."""
    if file is None:
        return False
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return False
    return True
