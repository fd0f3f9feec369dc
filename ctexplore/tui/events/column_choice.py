"""The columns a person chose, kept for the next run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ctexplore.config import state_dir
from ctexplore.query.syntax import FilterError
from ctexplore.tui.events.columns import DEFAULT, PINNED, canonical_name

_MOST = 50
_MOST_READ = 1 << 16


def choice_file() -> Path | None:
    """In the state folder; without a home directory a choice lasts as long as the run."""
    try:
        return state_dir() / "columns"
    except RuntimeError:
        return None


def load(file: Path | None, usual: tuple[str, ...] = DEFAULT) -> tuple[tuple[str, ...], str]:
    """The columns of a file, one name a line, and what is wrong with it, or "".

    Names that are none are left out; the usual ones where there is no file.
    """
    if file is None:
        return usual, ""
    try:
        with file.open("rb") as stored:
            text = stored.read(_MOST_READ).decode("utf-8", "replace")
    except FileNotFoundError:
        return usual, ""
    except OSError as error:
        return usual, f"{file}: {error.strerror or error}"
    return checked(text.splitlines(), f"{file}, line")


def checked(names: Iterable[str], place: str) -> tuple[tuple[str, ...], str]:
    """Names as somebody wrote them, as columns; and what is wrong with them. place: what a number
    from 1 follows, to say where."""
    found: dict[str, None] = {}
    problem = ""
    for number, name in enumerate(names, 1):
        if not name.strip():
            continue
        try:
            found[canonical_name(name)] = None
        except FilterError as error:
            hint = f" ({error.hint})" if error.hint else ""
            problem = problem or f"{place} {number}: {error.message}{hint}"
    if not found:
        return DEFAULT, problem
    if PINNED not in found:
        found = {PINNED: None, **found}
    return tuple(found)[:_MOST], problem


def save(file: Path | None, names: tuple[str, ...], usual: tuple[str, ...] = DEFAULT) -> str:
    """Keep the columns, readable by their owner only; what went wrong, or "". The usual ones need
    no file."""
    if file is None:
        return ""
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if names == usual:
            file.unlink(missing_ok=True)
            return ""
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write("".join(f"{name}\n" for name in names).encode())
        part.replace(file)
    except OSError as error:
        return f"{part}: {error.strerror or error}"
    return ""
