"""Other keys than the usual ones: which ids there are, and whether two would need one key."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys, _character_to_key
from textual.screen import Screen

from ctexplore import tui

_MODIFIERS = frozenset({"ctrl", "alt", "shift", "meta", "super", "hyper"})
_MAIN = "ExploreScreen"
_START = "StartPage"
_ALONE = ("CopyChoices",)  # panes that take every key while they are there


class KeyProblem(NamedTuple):
    """What is wrong with the keys of one id."""

    id: str
    reason: str


def keymap(wanted: Mapping[str, Sequence[str]]) -> tuple[dict[str, str], list[KeyProblem]]:
    """Keys by id, several parted by commas, as Textual takes them; with any problem there are
    none, so that keys stay known as a whole. Imports every screen."""
    if not wanted:
        return {}, []
    known = usual_keys()
    problems = []
    for name, keys in wanted.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"; {near[0]} is one" if near else ""
            problems.append(
                KeyProblem(name, f"is nothing that a key does{meant} (ctexplore config keys)")
            )
        for key in keys:
            if not _is_key(key):
                problems.append(KeyProblem(name, f"{key!r} is no key; such as f, F, f5 or ctrl+f"))
    if problems:
        return {}, problems
    mapped = {name: ",".join(map(_long, keys)) for name, keys in wanted.items()}
    problems += _clashes(mapped)
    return ({} if problems else mapped), problems


@cache
def usual_keys() -> dict[str, Binding]:
    """The first binding of every id, in the order of their ids."""
    found: dict[str, Binding] = {}
    for kind in declaring():
        for binding in _own(kind):
            if binding.id:
                found.setdefault(binding.id, binding)
    return dict(sorted(found.items()))


@cache
def declaring() -> tuple[type[DOMNode], ...]:
    """Every class of ours that binds keys. Imports all modules of the screen."""
    found = []
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        for kind in vars(importlib.import_module(module.name)).values():
            if (
                inspect.isclass(kind)
                and kind.__module__ == module.name
                and issubclass(kind, DOMNode)
                and "BINDINGS" in vars(kind)
            ):
                found.append(kind)
    return tuple(found)


def _own(kind: type[DOMNode]) -> Iterator[Binding]:
    return (b for b in vars(kind).get("BINDINGS", ()) if isinstance(b, Binding))


def _clashes(mapped: Mapping[str, str]) -> Iterator[KeyProblem]:
    """Ids that would share a key where both work, but for those that always did."""
    told = set()
    for chain in _chains():
        usual = {b.id: set(_keys(b.key)) for b in chain if b.id}
        keys = {
            name: set(_keys(mapped[name])) if name in mapped else k for name, k in usual.items()
        }
        for one, other in combinations(sorted(keys.keys()), 2):
            shared = keys[one] & keys[other]
            if not shared or usual[one] & usual[other] or not {one, other} & mapped.keys():
                continue
            moved, kept = (one, other) if one in mapped else (other, one)
            if (moved, kept) not in told:
                told.add((moved, kept))
                yield KeyProblem(moved, f"{min(shared)} is a key of {kept}, too")


def _chains() -> Iterator[list[Binding]]:
    """What is bound together: a pane, the screen it is on, and the application."""
    kinds = declaring()
    by_name = {kind.__name__: kind for kind in kinds}
    app = list(_own(by_name["TerminalApp"]))
    for kind in kinds:
        host: type[DOMNode] | None = None
        if not issubclass(kind, Screen) and kind.__name__ not in _ALONE:
            beside = (k for k in kinds if k.__module__ == kind.__module__ and issubclass(k, Screen))
            start = "start_page" in kind.__module__
            host = next(beside, by_name[_START if start else _MAIN])
        yield [*_inherited(kind), *(_inherited(host) if host else ()), *app]


def _inherited(kind: type[DOMNode]) -> Iterator[Binding]:
    for base in kind.__mro__:
        if issubclass(base, DOMNode):
            yield from _own(base)


def _keys(text: str) -> Iterator[str]:
    return (_long(key) for key in text.split(","))


def _long(key: str) -> str:
    """Textual's name of a key: ``question_mark`` for ``?``."""
    before, plus, last = key.rpartition("+")
    if key in ("+", "") or (plus and not last):
        before, plus, last = key[:-1].rstrip("+"), "+" if len(key) > 1 else "", "+"
    return f"{before}{plus}{_character_to_key(last) if len(last) == 1 else last}"


@cache
def _names() -> frozenset[str]:
    characters = (_character_to_key(chr(code)) for code in range(0x20, 0x7F))
    return frozenset((*(key.value for key in Keys), *characters))


def _is_key(key: str) -> bool:
    *modifiers, last = _long(key).split("+")
    return _MODIFIERS.issuperset(modifiers) and (len(last) == 1 or last in _names())
