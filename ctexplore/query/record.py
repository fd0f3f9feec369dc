"""What a record says, for terms that no column answers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from ctexplore.store.search.searcher import searcher
from ctexplore.trail import exact
from ctexplore.trail.node import Object

# orjson makes floats of integers past 64 bits; the exact reader keeps their digits.
_LONG_NUMBER: Final = rb"[:\[,][ \t\r\n]*-?[0-9]{19}"
_INTEGER: Final = re.compile(r"-?[0-9]+")


def decode(raw: bytes) -> Any:
    """The record as JSON values, numbers as ``text_of`` can write them.

    Raises exact.JsonError when it is no JSON at all.
    """
    if searcher(_LONG_NUMBER)(raw) is None:
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            pass
    return exact.parse(raw).root


def text_of(value: Any) -> str:
    """The text of a value that is no object or array; "" for null.

    A number is written the shortest way, whichever way the record has it: 1.0 and 1e0 are 1.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    literal = str(value)
    if _INTEGER.fullmatch(literal):
        return "0" if literal == "-0" else literal
    short = float(literal)
    if short.is_integer() and abs(short) < 1e17:
        return str(int(short))
    return repr(short) if math.isfinite(short) else literal


def values_at(record: Any, keys: Iterable[str]) -> list[Any]:
    """What stands at a path of the record, arrays replaced by their elements; nulls left out.

    keys: casefolded; a member's name matches whatever its case.
    """
    found = _spread([record])
    for key in keys:
        members = [
            value
            for item in found
            if isinstance(item, Mapping)
            for name, value in _pairs(item)
            if name == key or name.casefold() == key
        ]
        found = _spread(members)
    return found


def _pairs(item: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return item.pairs if isinstance(item, Object) else item.items()


def _spread(values: list[Any]) -> list[Any]:
    if not any(isinstance(v, list) or v is None for v in values):
        return values
    flat: list[Any] = []
    stack = values[::-1]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed(value))
        elif value is not None:
            flat.append(value)
    return flat


def all_texts(record: Any) -> list[str]:
    """Every key and every value that is no object or array."""
    texts: list[str] = []
    stack = [record]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            texts += value
            members: Iterable[Any] = value.values()
        elif isinstance(value, Object):
            texts += [key for key, _ in value.pairs]
            members = [member for _, member in value.pairs]
        elif isinstance(value, list):
            members = value
        else:
            members = (value,)
        for member in members:
            if isinstance(member, str):
                texts.append(member)
            elif isinstance(member, (dict, list, Object)):
                stack.append(member)
            elif member is not None:
                texts.append(text_of(member))
    return texts
