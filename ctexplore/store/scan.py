"""Finding JSON values by their brackets alone, in bytes that no parser accepts as a whole.

Slow (some 20 MB/s) and hardly ever needed: it saves the records before a cut and around damage.
Works on bytes, so it is indifferent to broken UTF-8 inside strings and to depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]|"', re.S)
_BLANK: Final = re.compile(rb"[ \t\r\n]*+")
_SCALAR: Final = re.compile(rb"[^\s,\]}{\[\"]++")
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.S)


class Cut(Exception):
    """The bytes end, or stop being JSON, inside a value. position: where that value starts."""

    def __init__(self, position: int) -> None:
        super().__init__(f"cut off inside the value at byte {position}")
        self.position = position


class Member(NamedTuple):
    """A value's bytes are ``data[start:end]``; key is "" in an array."""

    key: bytes
    start: int
    end: int


def blank(data: bytes, at: int) -> int:
    """The first position from ``at`` that is no white space."""
    match = _BLANK.match(data, at)
    return match.end() if match else at


def value_end(data: bytes, start: int) -> int:
    """Where the value that starts at ``start`` ends. Raises Cut."""
    first = data[start : start + 1]
    if first in (b"{", b"["):
        depth = 0
        for token in _TOKEN.finditer(data, start):
            byte = data[token.start()]
            if byte in b"{[":
                depth += 1
            elif byte in b"}]":
                depth -= 1
                if not depth:
                    return token.end()
            elif token.end() - token.start() == 1:
                break
        raise Cut(start)
    match = (_STRING if first == b'"' else _SCALAR).match(data, start)
    if match is None:
        raise Cut(start)
    return match.end()


def items(data: bytes, start: int) -> Iterator[Member]:
    """The items of the array at ``start``. Raises Cut after those before the damage."""
    at = blank(data, start + 1)
    while data[at : at + 1] != b"]":
        end = value_end(data, at)
        yield Member(b"", at, end)
        at = _next(data, end, b"]")


def members(data: bytes, start: int) -> Iterator[Member]:
    """The members of the object at ``start``, keys as written between their quotes."""
    at = blank(data, start + 1)
    while data[at : at + 1] != b"}":
        match = _STRING.match(data, at)
        if match is None:
            raise Cut(at)
        colon = blank(data, match.end())
        if data[colon : colon + 1] != b":":
            raise Cut(at)
        value = blank(data, colon + 1)
        if data[value : value + 1] in (b"[", b"{"):
            # Yielded before its end is known, so that the records of a cut file can be reached.
            yield Member(match[0][1:-1], value, -1)
        end = value_end(data, value)
        yield Member(match[0][1:-1], value, end)
        at = _next(data, end, b"}")


def _next(data: bytes, at: int, close: bytes) -> int:
    at = blank(data, at)
    byte = data[at : at + 1]
    if byte == b",":
        return blank(data, at + 1)
    if byte == close:
        return at
    raise Cut(at)
