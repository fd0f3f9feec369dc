"""Which characters a terminal can be trusted to show as a bar chart."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct


class Glyphs(Struct, frozen=True):
    """Bars of rising height, the first being none, and pieces of a bar that lies.

    failed is another texture than events, so that the two are told apart without colour.
    """

    events: str
    failed: str
    lying: str


BLOCKS = Glyphs(" ▁▂▃▄▅▆▇█", " ⣀⣤⣶⣿", " ▏▎▍▌▋▊▉█")
_CONSOLE = re.compile(r"(?:linux|vt\d)")
ASCII = Glyphs(" .:|#", " !", " =")


def is_console(env: Mapping[str, str]) -> bool:
    """Linux' own console, or what says to be one of DEC's terminals."""
    return bool(_CONSOLE.match(env.get("TERM", "")))


def plain(env: Mapping[str, str]) -> bool:
    """Whether only ASCII is sure to show: on the Linux console, whose font lacks the rest, on
    DEC's terminals (vt100 …) and where the locale is not UTF-8. Nothing said is taken for UTF-8,
    as most terminals are."""
    if is_console(env):
        return True
    said = env.get("LC_ALL") or _ctype(env) or env.get("LANG") or "UTF-8"
    return "UTF8" not in said.upper().replace("-", "")


def glyphs(env: Mapping[str, str]) -> Glyphs:
    return ASCII if plain(env) else BLOCKS


def _ctype(env: Mapping[str, str]) -> str:
    # Python sets C.UTF-8 itself where the locale is C (PEP 538); then LANG is what was said.
    said = env.get("LC_CTYPE", "")
    return "" if said == "C.UTF-8" and env.get("LANG") in ("C", "POSIX") else said


def height(count: int, peak: float, levels: str) -> str:
    """The bar for a count: its share of the peak, and never none for something."""
    if not count:
        return levels[0]
    top = len(levels) - 1
    return levels[max(1, min(top, round(count * top / peak)))]


def lying_bar(count: float, peak: float, cells: int, pieces: str) -> str:
    """A bar of at most ``cells`` for a count's share of the peak, and never none for something."""
    if count <= 0 or peak <= 0 or cells < 1:
        return ""
    steps = len(pieces) - 1
    length = max(1, round(cells * steps * min(count / peak, 1)))
    whole, rest = divmod(length, steps)
    return pieces[-1] * whole + (pieces[rest] if rest else "")
