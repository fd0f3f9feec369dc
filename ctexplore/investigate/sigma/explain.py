"""Why a rule matches a record: the selections that hold, and which fields made them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ctexplore.investigate.sigma.tree import (
    Anywhere,
    Either,
    Every,
    Has,
    Leaf,
    Named,
    Opposite,
    Same,
    Tree,
    matches,
)
from ctexplore.investigate.sigma.wanted import ANYTHING


class Reason(Struct, frozen=True):
    """One thing that a rule asked and that holds; texts not safe for a screen.

    selection: the rule's name for it. field: "" for a keyword. wanted: what the rule asked for,
    for people. found: what the record has, "" for no value.
    """

    selection: str
    field: str
    wanted: str
    found: str


def reasons(tree: Tree, record: Any) -> list[Reason]:
    """In the rule's order; empty where it does not match. A selection that must not hold is told
    by its name alone."""
    return list(_of(tree, record, "")) if matches(tree, record) else []


def _of(tree: Tree, record: Any, selection: str) -> Iterator[Reason]:
    match tree:
        case Named(name, part):
            yield from _of(part, record, name)
        case Every(parts):
            for part in parts:
                yield from _of(part, record, selection)
        case Either(parts):
            for part in parts:
                if matches(part, record):
                    yield from _of(part, record, selection)
        case Opposite(part):
            name = part.name if isinstance(part, Named) else selection
            yield Reason(name, _field(part), "does not hold", _instead(part, record))
        case _:
            found = tree.found(record)
            yield Reason(selection, _field(tree), _wanted(tree), found or "")


def _field(tree: Tree) -> str:
    match tree:
        case Has(field) | Same(field):
            return field
        case Named(_, part):
            return _field(part)
    return ""


def _wanted(leaf: Leaf) -> str:
    match leaf:
        case Same(_, other, starts, ends):
            how = {(True, True): "has in it", (True, False): "starts with"}.get((starts, ends))
            return f"{how or ('ends with' if ends else 'is')} {other}"
        case Has(_, wanted) | Anywhere(wanted):
            return "anything" if wanted == ANYTHING else str(wanted)


def _instead(tree: Tree, record: Any) -> str:
    """What stands in the one field that an excluded selection is about."""
    from ctexplore.investigate.sigma.tree import texts_at

    field = _field(tree)
    if not field:
        return ""
    keys = tuple(key.casefold() for key in field.split("."))
    return next(texts_at(record, keys), "")
