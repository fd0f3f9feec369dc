"""Named views in the configuration file: one more, another, one less, everything else as it was.

A new text is only taken when reading it gives what was wanted; whoever writes their file in a way
that cannot be changed so is told what to change, and nothing is written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ctexplore.config import (
    Settings,
    SettingsError,
    View,
    config_file,
    line_of,
    parse_settings,
    read_settings,
    read_text,
)
from ctexplore.export.files import FileError, write_file
from ctexplore.query.lexer import quote

_HEADER = re.compile(r"\s*\[\s*views\s*\]\s*(#.*)?$")
_LONGEST = 60  # lines that one view may take


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
            return read_settings(self._file).views if self._file else {}
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
    candidates = _put(text, name, new) if name in settings.views else _added(text, new)
    _write(file, candidates, replace(settings, views=wanted), f'add below [views]:  "{name}" = …')


def delete_view(file: Path, name: str) -> None:
    """Forget a view; nothing happens where there is none. Raises SettingsError."""
    text, settings = _read(file)
    if name in settings.views:
        wanted = {n: v for n, v in settings.views.items() if n != name}
        _write(file, _put(text, name, ""), replace(settings, views=wanted), f"take {name} away")


def _read(file: Path) -> tuple[str, Settings]:
    text = read_text(file)
    return text, parse_settings(text, file)


def _value(view: View) -> str:
    if not view.columns:
        return quote(view.filter)
    columns = ", ".join(map(quote, view.columns))
    return f"{{filter = {quote(view.filter)}, columns = [{columns}]}}"


def _put(text: str, name: str, new: str) -> Iterator[str]:
    """The text with another line for a view, "" for none."""
    lines = text.splitlines(keepends=True)
    at = line_of(text, f"views.{name}")
    for start in [at - 1] if at else range(len(lines)):
        for end in range(start + 1, min(start + _LONGEST, len(lines)) + 1):
            kept = _comment("".join(lines[start:end])) if end == start + 1 else ""
            for line in (new, f"views.{new}") if new else ("",):
                put = [f"{line}{kept}{_end(text)}"] if line else []
                yield "".join([*lines[:start], *put, *lines[end:]])


def _added(text: str, new: str) -> Iterator[str]:
    """The text with one line more: at the end of [views], else with a new [views]."""
    lines = text.splitlines(keepends=True)
    end = _end(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    header = next((n for n, line in enumerate(lines) if _HEADER.match(line)), None)
    if header is not None:
        after = range(header + 1, len(lines) + 1)
        last = next((n for n in after[:-1] if lines[n].lstrip().startswith("[")), len(lines))
        for at in range(last, header, -1):
            if lines[at - 1].strip():
                yield "".join([*lines[:at], f"{new}{end}", *lines[at:]])
    gap = [end] if lines else []
    yield "".join([*lines, *gap, f"[views]{end}", f"{new}{end}"])
    yield "".join([f"views.{new}{end}", *lines])


def _end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _comment(line: str) -> str:
    """The comment at the end of a line, with the room before it."""
    for found in re.finditer(r"\s*#", line):
        try:
            same = tomllib.loads(line[: found.start()]) == tomllib.loads(line)
        except tomllib.TOMLDecodeError:
            continue
        if same:
            return line[found.start() :].rstrip("\r\n")
    return ""


def _write(file: Path, candidates: Iterator[str], wanted: Settings, by_hand: str) -> None:
    """Write the first candidate that says what is wanted, for its owner only."""
    for text in candidates:
        try:
            said = parse_settings(text, file)
        except SettingsError:
            continue
        if said == wanted:
            break
    else:
        raise SettingsError(file, 0, "", f"cannot be changed by a program: {by_hand}")
    # A link to a file kept elsewhere stays one.
    target = file.resolve()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_file(target, [text.encode()], replace=True)
    except FileError as error:
        raise SettingsError(file, 0, "", error.reason) from None
    except OSError as error:
        raise SettingsError(file, 0, "", error.strerror or str(error)) from None
