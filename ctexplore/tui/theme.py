"""Themes: the shipped ones, a user's own, and which to take when nobody says.

A theme is a TOML file with the fields of Textual's Theme. Its ``[variables]`` may set Textual's
theme variables and those of `variable_defaults`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, NamedTuple

from textual.color import Color, ColorParseError
from textual.css.constants import VALID_STYLE_FLAGS
from textual.theme import Theme

DARK: Final = "ctexplore-dark"
LIGHT: Final = "ctexplore-light"
ANSI: Final = "ctexplore-ansi"
MONO: Final = "ctexplore-mono"
OURS: Final = "ctexplore-"  # how the names of the shipped ones begin; it may be left out

_FIELDS = {f.name for f in fields(Theme)}
_FLAGS = frozenset({"dark", "ansi"})
_FRACTIONS = frozenset({"luminosity_spread", "text_alpha"})
# Textual fails on every screen of a native ANSI theme that lacks one of these.
_ANSI_NEEDS = ("ansi-background", "ansi-foreground")
_STYLES = VALID_STYLE_FLAGS - {"none", "not"}
# DEC's terminals before the vt340, and terminfo's names of monochrome variants.
_COLORLESS = re.compile(r"vt(52|1\d\d|2\d\d|320)(-.*)?|.+-m(ono)?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_VARIABLE = re.compile(r"[a-z][a-z0-9-]*")
_COLOR = re.compile(r"(?P<color>.+?)(?:\s+(?:100|\d{1,2}(?:\.\d+)?)%)?")


class ThemeProblem(NamedTuple):
    """Why a theme was left out: its file, the key at fault ("" for the whole file), the reason.

    theme: its name, of a file that has none the file's own without ``.toml``.
    """

    file: str
    key: str
    reason: str
    theme: str = ""

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"
        )


def load_themes(folder: Path | None = None) -> tuple[list[Theme], list[ThemeProblem]]:
    """The shipped themes, then the ``*.toml`` of a user's folder; one of the same name wins.

    A theme with any problem is left out whole and its problems are returned: this never raises
    for what a file holds. A folder that does not exist holds no themes.
    """
    themes: dict[str, Theme] = {}
    problems: list[ThemeProblem] = []
    for file, label in (*_shipped(), *_in_folder(folder, problems)):
        theme, found = _read(file, label)
        problems += found
        if theme is not None:
            themes[theme.name] = theme
    return list(themes.values()), problems


def pick_theme(env: Mapping[str, str]) -> str:
    """The name of the theme that suits a terminal, told by its environment.

    With NO_COLOR (set is enough, whatever its value) or on a terminal that has none, no colour;
    below 256 colours, the terminal's own palette; else dark, or light where COLORFGBG says so
    ("15;0": light on dark).
    """
    if "NO_COLOR" in env or _COLORLESS.fullmatch(env.get("TERM", "")):
        return MONO
    if not _many_colors(env):
        return ANSI
    background = env.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in ("7", "9", "10", "11", "12", "13", "14", "15") else DARK


def variable_defaults(theme: Theme) -> dict[str, str]:
    """What the CSS of the panes names, in terms of a theme that may know nothing of it.

    An App returns this from ``get_theme_variable_defaults``; then Textual's own themes work.
    """
    colors = theme.to_color_system().generate()
    return {
        "severity-read": colors["foreground"],
        "severity-read-style": "none",
        "severity-notable": colors["text-primary"],
        "severity-notable-style": "bold" if theme.ansi else "none",
        "severity-alert": colors["text-warning"],
        "severity-alert-style": "bold" if theme.ansi else "none",
        "event-error": colors["text-error"],
        "titles": colors["foreground"],
        "titles-style": "underline" if theme.ansi else "bold",
        "cursor": "ansi_default" if theme.ansi else colors["primary-muted"],
        "cursor-foreground": colors["text"] if theme.ansi else colors["foreground"],
        "cursor-style": "reverse" if theme.ansi else "bold",
        "cursor-blurred": "ansi_default" if theme.ansi else colors["panel"],
    }


def _shipped() -> Iterator[tuple[Traversable, str]]:
    """In the wheel beside the package's rooms, in a checkout beside the package."""
    package = files("ctexplore")
    for folder in (package / "themes", Path(str(package)).parent / "themes"):
        if folder.is_dir():
            found = (f for f in folder.iterdir() if f.name.endswith(".toml"))
            yield from ((f, f.name) for f in sorted(found, key=lambda f: f.name))
            return


def _in_folder(
    folder: Path | None, problems: list[ThemeProblem]
) -> Iterable[tuple[Traversable, str]]:
    if folder is None:
        return []
    try:
        return [(f, str(f)) for f in sorted(folder.iterdir()) if f.suffix == ".toml"]
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(ThemeProblem(str(folder), "", error.strerror or str(error)))
        return []


def _read(file: Traversable, label: str) -> tuple[Theme | None, list[ThemeProblem]]:
    name = file.name.removesuffix(".toml")
    try:
        data = tomllib.loads(file.read_bytes().decode())
    except OSError as error:
        return None, [ThemeProblem(label, "", error.strerror or str(error), name)]
    except UnicodeDecodeError as error:
        return None, [ThemeProblem(label, "", f"not UTF-8 (byte {error.start})", name)]
    except tomllib.TOMLDecodeError as error:
        return None, [ThemeProblem(label, "", f"not TOML: {error}", name)]
    named = data.get("name")
    name = named if isinstance(named, str) else name
    problems = [ThemeProblem(label, key, reason, name) for key, reason in _check(data)]
    return (None if problems else Theme(**data)), problems


def _check(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(key, reason) for everything that Textual would stumble over later, and less clearly."""
    for key in ("name", "primary"):
        if key not in data:
            yield key, "is missing"
    ansi = data.get("ansi") is True
    for key, value in data.items():
        if reason := _fault(key, value, ansi):
            yield key, reason
    variables = data.get("variables", {})
    if not isinstance(variables, dict):
        return
    for key, value in variables.items():
        if reason := _variable_fault(key, value):
            yield f"variables.{key}", reason
    if ansi:
        for key in _ANSI_NEEDS:
            if key not in variables:
                yield f"variables.{key}", "is missing; a theme with ansi = true needs it"


def _fault(key: str, value: object, ansi: bool) -> str:
    if key not in _FIELDS:
        return f"is no part of a theme; known are {', '.join(sorted(_FIELDS))}"
    if key == "name":
        word = isinstance(value, str) and _NAME.fullmatch(value)
        return "" if word else "must be a word of letters, digits, - and _"
    if key == "variables":
        return "" if isinstance(value, dict) else "must be a table: [variables]"
    if key in _FLAGS:
        return "" if isinstance(value, bool) else "must be true or false"
    if key in _FRACTIONS:
        fraction = isinstance(value, float) and 0 <= value <= 1
        return "" if fraction else "must be a number from 0.0 to 1.0"
    if not ansi and isinstance(value, str) and value.startswith("ansi_"):
        return "is a colour of the terminal's palette; that needs ansi = true"
    return _color_fault(value)


def _variable_fault(key: str, value: object) -> str:
    if not _VARIABLE.fullmatch(key):
        return "must be a word of small letters, digits and -"
    if not key.endswith("-style"):
        return _color_fault(value, opacity=True)
    words = value.split() if isinstance(value, str) else []
    if words == ["none"] or (words and _STYLES.issuperset(words)):
        return ""
    return f"{value!r} is no text style; use none, or words of {', '.join(sorted(_STYLES))}"


def _color_fault(value: object, *, opacity: bool = False) -> str:
    if not isinstance(value, str):
        return 'must be a colour in quotes, such as "#7ab7f0"'
    match = _COLOR.fullmatch(value) if opacity else None
    try:
        Color.parse(match["color"] if match else value)
    except ColorParseError:
        return f'{value!r} is no colour; write "#7ab7f0", "rgb(122,183,240)" or a name'
    return ""


def _many_colors(env: Mapping[str, str]) -> bool:
    """256 colours or more, judged as Rich does, which writes the escapes."""
    forced = env.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if forced != "auto":
        return forced in ("256", "truecolor")
    if env.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return True
    return env.get("TERM", "").strip().lower().rpartition("-")[2] in ("256color", "kitty")
