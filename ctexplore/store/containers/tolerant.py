"""Records that strict readers refuse: wrong types, broken UTF-8, NaN, raw control characters."""

from __future__ import annotations

import msgspec

from ctexplore.store.containers import scan
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.node import Object, dump
from ctexplore.trail.record import Record, fields_of, loose


class Unreadable(Exception):
    """The bytes are no JSON object; the message says why and where."""


def read_record(raw: bytes) -> tuple[Record, str]:
    """The record, and what is odd about it ("" when only its types are). Raises Unreadable."""
    if is_utf8(raw) and (fields := fields_of(raw)) is not None:
        return loose(fields), ""
    try:
        parsed = parse(raw)
    except JsonError as error:
        deep = error.reason.startswith("nested")
        raise Unreadable(str(error) if deep else f"not JSON: {error}") from None
    if not isinstance(parsed.root, Object):
        raise Unreadable(f"a record is {scan.shape(raw.lstrip())}, not an object")
    exact = {
        key: msgspec.Raw(dump(value).encode("utf-8", "surrogateescape"))
        for key, value in parsed.root.items()
    }
    return loose(exact), ", ".join(dict.fromkeys(note.text for note in parsed.notes))


def is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
