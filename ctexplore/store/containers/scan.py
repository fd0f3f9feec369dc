"""Finding JSON values by their brackets alone, in bytes that no parser accepts as a whole.

Slow (some 20 MB/s) and hardly ever needed: it saves the records before a cut and around damage.
Works on bytes, so it is indifferent to broken UTF-8 inside strings and to depth.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]|"', re.S)
_BLANK: Final = re.compile(rb"[ \t\r\n]*+")
_SCALAR: Final = re.compile(rb"[^\s,:\]}{\[\"]++")
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.S)


class Cut(Exception):
    """The bytes end, or stop being JSON, inside the value."""


def blank(data: bytes, at: int) -> int:
    """The first position from ``at`` that is no white space."""
    match = _BLANK.match(data, at)
    return match.end() if match else at


def string(data: bytes, at: int) -> bytes | None:
    """The string at ``at`` as written between its quotes; None when there is none."""
    match = _STRING.match(data, at)
    return match[0][1:-1] if match else None


def value_end(data: bytes, start: int, stop: int | None = None) -> int:
    """Where the value that starts at ``start`` ends. Raises Cut when that is not before ``stop``,
    or its brackets do not match."""
    stop = len(data) if stop is None else stop
    first = data[start : start + 1]
    if first in (b"{", b"["):
        inside = bytearray()
        for token in _TOKEN.finditer(data, start, stop):
            byte = data[token.start()]
            if byte in b"{[":
                inside.append(byte + 2)  # in ASCII the closing bracket is two further on
            elif byte in b"}]":
                if inside.pop() != byte:
                    break
                if not inside:
                    return token.end()
            elif token.end() - token.start() == 1:
                break
        raise Cut
    match = (_STRING if first == b'"' else _SCALAR).match(data, start, stop)
    if match is None:
        raise Cut
    return match.end()


def member(data: bytes, at: int) -> tuple[bytes, int] | None:
    """The key of the member at ``at``, as it is written, and where its value starts; or None."""
    key = string(data, at)
    if key is None:
        return None
    colon = blank(data, at + len(key) + 2)
    return (key, blank(data, colon + 1)) if data[colon : colon + 1] == b":" else None


def shape(data: bytes) -> str:
    """What the value that ``data`` begins with is, as a reader would say it."""
    first = data[:1]
    names = {b"{": "an object", b"[": "a list", b'"': "text", b"n": "null"}
    return names.get(first) or ("true or false" if first in (b"t", b"f") else "a number")
