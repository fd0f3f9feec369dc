"""What a person set for the screen, in the configuration file and elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from ctexplore.config import SettingsError, line_of, read_text
from ctexplore.sources.source import Source
from ctexplore.store.cache.cache import Cache


class Preferences(Struct, frozen=True):
    """columns: of the list for this run; () for those chosen before, else the usual ones.
    usual_columns: () for the program's own. keys: by the ids of what they do. file: the
    configuration file, None where there can be none. started: a file that is there once somebody
    was told the three keys to begin with; None tells nobody. problems: what is wrong with the
    file, a line each; what is wrong is left out. rules: a folder or file of Sigma rules.
    notebook: a name or path; "" for the source's own. athena: opens the table of the command
    line, with a cache; nothing is asked of it yet.
    """

    columns: tuple[str, ...] = ()
    usual_columns: tuple[str, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    file: Path | None = None
    started: Path | None = None
    problems: tuple[str, ...] = ()
    rules: Path | None = None
    notebook: str = ""
    athena: Callable[[Cache], Source] | None = None


def told_of_keys(of: Preferences, wrong: Iterable[tuple[str, str]]) -> Preferences:
    """With what is wrong with keys, (id, reason), among the problems."""
    if of.file is None:
        return of
    told = []
    for name, reason in wrong:
        key = f"keys.{name}"
        try:
            line = line_of(read_text(of.file), key)
        except SettingsError:
            line = 0
        told.append(f"{SettingsError(of.file, line, key, reason)}; all keys are as usual")
    return replace(of, problems=(*of.problems, *told))
