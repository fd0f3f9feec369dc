"""From JSON bytes to the records in them, each as the bytes CloudTrail wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from ctexplore.store.problem import Problem

Bytes = bytes | msgspec.Raw


class Split(NamedTuple):
    """records: bytes of one record each, in file order. What stands where a record should be and
    is none is among them, so that whoever decodes it can name it. problems: of the file, without
    its key. places: for the positions in ``records`` that "record 7" would not lead to."""

    records: Sequence[Bytes]
    problems: Sequence[Problem] = ()
    places: Mapping[int, str] = MappingProxyType({})


items = msgspec.json.Decoder(list[msgspec.Raw]).decode

_HEAD: Final = re.compile(rb'\s*+\{\s*+"Records"\s*+:\s*+(?=\[)')
_TAIL: Final = re.compile(rb"\s*+\}\s*+")


def split(data: bytes) -> Split:
    """The records in a file's JSON bytes, whatever container they came in.

    The usual ``{"Records": [...]}`` costs half a microsecond a record; everything else goes
    the careful way.
    """
    records = envelope(data)
    if records is not None:
        return Split(records)
    # They split in their turn, and are hardly ever needed.
    from ctexplore.store.containers.plain import plain
    from ctexplore.store.containers.salvage import salvage

    return plain(data) or salvage(data)


def envelope(data: bytes) -> list[msgspec.Raw] | None:
    """The records of JSON that is an object with one list, ``Records``, and nothing else; None
    for any other bytes."""
    records = array(data)
    try:
        return None if records is None else items(records)
    except (msgspec.DecodeError, RecursionError):
        return None


def array(data: bytes) -> memoryview | None:
    """What can only be the list in ``{"Records": […]}``: one JSON value, from bracket to bracket,
    or no JSON at all. None for anything else.

    So a second ``Records`` is not overlooked, of which a decoder of the object keeps the last.
    """
    head = _HEAD.match(data)
    end = data.rfind(b"]") + 1
    if head is None or not _TAIL.fullmatch(data, end):
        return None
    return memoryview(data)[head.end() : end]
