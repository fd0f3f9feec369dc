"""What a record says at a path, for a cell of the list: any of its leaves, secrets masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ctexplore.query.record import decode, text_of, values_at
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.node import Number
from ctexplore.trail.secrets import masked

_MOST = 20  # elements of an array that are shown; a cell has room for fewer
_NAMES = ("name", "Name", "key", "Key")


class Cell(NamedTuple):
    """text: as it is shown, not yet safe for a screen. value: what filters and copies take; None
    where there is no single one, or it is a secret."""

    text: str
    value: str | None


EMPTY = Cell("", "")


def cells(raw: bytes, paths: Mapping[str, tuple[str, ...]]) -> dict[str, Cell]:
    """The cells of a record for some columns, given by their members; numbers by the digits that
    CloudTrail wrote. Never raises: what is no JSON says nothing."""
    try:
        record = decode(raw)
        if any(isinstance(v, float) for keys in paths.values() for v in _values(record, keys)):
            record = parse(raw).root
    except JsonError:
        return dict.fromkeys(paths, EMPTY)
    return {name: _cell(record, keys) for name, keys in paths.items()}


def sort_text(raw: bytes, keys: tuple[str, ...]) -> str:
    """What a column is sorted by: the text of its cell, but for how numbers are written, which
    would take ten times as long to read."""
    try:
        return _cell(decode(raw), keys).text
    except JsonError:
        return ""


def _values(record: Any, keys: tuple[str, ...]) -> list[Any]:
    return values_at(record, [key.casefold() for key in keys])


def _cell(record: Any, keys: tuple[str, ...]) -> Cell:
    folded = [key.casefold() for key in keys]
    # A value's own name may stand beside it: {"name": "DB_PASSWORD", "value": …}.
    if folded[-1] == "value":
        holders = [h for h in values_at(record, folded[:-1]) if isinstance(h, Mapping)]
        found = [(v, _name(h)) for h in holders for v in values_at(h, folded[-1:])]
    else:
        found = [(value, "") for value in values_at(record, folded)]
    shown = [_leaf(value, keys, name) for value, name in found[:_MOST]]
    if len(found) == 1:
        return shown[0]
    more = ["…"] if len(found) > _MOST else []
    return Cell(", ".join([c.text for c in shown] + more), None) if found else EMPTY


def _leaf(value: Any, keys: tuple[str, ...], name: str) -> Cell:
    if isinstance(value, Mapping):
        return Cell("{" + ", ".join(value) + "}", None)
    text = str(value) if isinstance(value, Number) else text_of(value)
    mask = None if isinstance(value, bool) else masked(keys, text, name)
    return Cell(text, text) if mask is None else Cell(mask, None)


def _name(holder: Mapping[str, Any]) -> str:
    names: Iterable[Any] = (holder.get(key) for key in _NAMES)
    return next((name for name in names if isinstance(name, str)), "")
