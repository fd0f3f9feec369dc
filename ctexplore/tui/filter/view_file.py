"""Named views in the configuration file: one more, another, one less, everything else as it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from ctexplore.config import (
    Settings,
    SettingsError,
    View,
    config_file,
    parse_settings,
    read_settings,
    read_text,
)
from ctexplore.query.lexer import quote
from ctexplore.tui.settings_text import added, put, write

_TABLE = "views"


class KnownViews:
    """The views of a file, read again whenever it is another; none where it cannot be read."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._state: tuple[int, int, int] | None = None
        self._views: Mapping[str, View] = {}

    def now(self) -> Mapping[str, View]:
        try:
            found = self._file.stat() if self._file else None
        except OSError:
            found = None
        state = found and (found.st_ino, found.st_size, found.st_mtime_ns)
        if state != self._state:
            self._state, self._views = state, self._read()
        return self._views

    def _read(self) -> Mapping[str, View]:
        try:
            return read_settings(self._file, []).views if self._file else {}
        except SettingsError:
            return {}


def own_views() -> KnownViews:
    """Those of the configuration file; without a home directory there are none."""
    try:
        return KnownViews(config_file())
    except RuntimeError:
        return KnownViews(None)


def save_view(file: Path, name: str, view: View) -> None:
    """Keep a view under a name, in the place of what had it. Raises SettingsError."""
    text, settings = _read(file)
    wanted = {**settings.views, name: view}
    new = f"{quote(name)} = {_value(view)}"
    there = name in settings.views
    candidates = put(text, _TABLE, name, new) if there else added(text, _TABLE, new)
    write(file, candidates, replace(settings, views=wanted), f'add below [views]:  "{name}" = …')


def delete_view(file: Path, name: str) -> None:
    """Forget a view; nothing happens where there is none. Raises SettingsError."""
    text, settings = _read(file)
    if name in settings.views:
        wanted = {n: v for n, v in settings.views.items() if n != name}
        write(
            file, put(text, _TABLE, name, ""), replace(settings, views=wanted), f"take {name} away"
        )


def _read(file: Path) -> tuple[str, Settings]:
    text = read_text(file)
    return text, parse_settings(text, file)


def _value(view: View) -> str:
    if not view.columns:
        return quote(view.filter)
    columns = ", ".join(map(quote, view.columns))
    return f"{{filter = {quote(view.filter)}, columns = [{columns}]}}"
