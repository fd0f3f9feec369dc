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
_SCALAR: Final = re.compile(rb"[^\s,:\]}{\[\"]++")
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.S)


class Cut(Exception):
    """The bytes end, or stop being JSON. position: where the value starts in which they do."""

    def __init__(self, position: int) -> None:
        super().__init__(f"cut off inside the value at byte {position}")
        self.position = position


class Member(NamedTuple):
    """key is as written between its quotes; the value begins at ``start``."""

    key: bytes
    start: int


def blank(data: bytes, at: int) -> int:
    """The first position from ``at`` that is no white space."""
    match = _BLANK.match(data, at)
    return match.end() if match else at


def string(data: bytes, at: int) -> bytes | None:
    """The string at ``at`` as written between its quotes; None when there is none."""
    match = _STRING.match(data, at)
    return match[0][1:-1] if match else None


def value_end(data: bytes, start: int, stop: int | None = None) -> int:
    """Where the value that starts at ``start`` ends. Raises Cut when that is not before ``stop``.

    An opening bracket may be closed by one of the other kind: what is inside is not judged.
    """
    stop = len(data) if stop is None else stop
    first = data[start : start + 1]
    if first in (b"{", b"["):
        depth = 0
        for token in _TOKEN.finditer(data, start, stop):
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
    match = (_STRING if first == b'"' else _SCALAR).match(data, start, stop)
    if match is None:
        raise Cut(start)
    return match.end()


def members(data: bytes, start: int) -> Iterator[Member]:
    """The members of the object at ``start``. Raises Cut after those before the damage.

    A member comes before its end is known, so that a list can be reached that has none.
    """
    at = blank(data, start + 1)
    while data[at : at + 1] != b"}":
        key = string(data, at)
        if key is None:
            raise Cut(at)
        colon = blank(data, at + len(key) + 2)
        if data[colon : colon + 1] != b":":
            raise Cut(at)
        value = blank(data, colon + 1)
        yield Member(key, value)
        at = blank(data, value_end(data, value))
        if data[at : at + 1] == b",":
            at = blank(data, at + 1)
        elif data[at : at + 1] != b"}":
            raise Cut(at)


def shape(data: bytes) -> str:
    """What the value that ``data`` begins with is, as a reader would say it."""
    first = data[:1]
    names = {b"{": "an object", b"[": "a list", b'"': "text", b"n": "null"}
    return names.get(first) or ("true or false" if first in (b"t", b"f") else "a number")
