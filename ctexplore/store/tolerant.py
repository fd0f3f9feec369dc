"""Records that strict readers refuse: wrong types, broken UTF-8, NaN, raw control characters."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from ctexplore.trail.record import Record, loose

_LONE: Final = re.compile(r"\\u[dD](?:[89abAB]..(?!\\u[dD][c-fC-F])|[c-fC-F])")


class Unreadable(Exception):
    """The bytes are no JSON object; the message says why and where."""


def read_record(raw: bytes) -> tuple[Record, str]:
    """The record, and what is odd about it ("" when only its types are). Raises Unreadable."""
    text = raw.decode("utf-8", "surrogateescape")
    oddities: list[str] = []
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        oddities.append("invalid UTF-8")

    def constant(name: str) -> str:
        oddities.append(f"{name} as a number")
        return name

    try:
        fields = _load(text, constant, oddities)
        if not isinstance(fields, dict):
            raise Unreadable("a record is not an object")
        record = loose(fields)
    except RecursionError:
        raise Unreadable("nested too deep") from None
    if _LONE.search(text):
        oddities.append("lone surrogate")
    return record, ", ".join(dict.fromkeys(oddities))


def _load(text: str, constant: Any, oddities: list[str]) -> Any:
    # Numbers stay text: columns need none, and Python refuses integers of 4,300 digits.
    kwargs = {"parse_int": str, "parse_float": str, "parse_constant": constant}
    try:
        return json.loads(text, **kwargs)
    except json.JSONDecodeError:
        pass
    try:
        fields = json.loads(text, strict=False, **kwargs)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg} (character {error.pos})") from None
    oddities.append("raw control character")
    return fields
