"""From JSON bytes to the records in them, each as the bytes CloudTrail wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from ctexplore.store.problem import Problem

Bytes = bytes | msgspec.Raw


class Split(NamedTuple):
    """records: bytes of one record each, in file order. What stands where a record should be and
    is none is among them, so that whoever decodes it can name it. problems: of the file, without
    its key. places: for the positions in ``records`` that "record 7" would not lead to."""

    records: Sequence[Bytes]
    problems: Sequence[Problem] = ()
    places: Mapping[int, str] = MappingProxyType({})


class _Envelope(msgspec.Struct):
    Records: list[msgspec.Raw] | None = None


_decode_envelope = msgspec.json.Decoder(_Envelope).decode

_HEAD: Final = re.compile(rb'\s*+\{\s*+"Records"\s*+:\s*+\[\s*+')
_TAIL: Final = re.compile(rb"\s*+\]\s*+\}\s*+")
_SHORTEST: Final = len(b'{"Records":[]}')
_EMPTY: Final = re.compile(_HEAD.pattern + _TAIL.pattern)


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
    """The records of JSON that is an object with one list, ``Records``, and nothing else.

    None for any other bytes, also when there is a second ``Records``: the decoder keeps the
    last of equal keys, and would hide the others.
    """
    try:
        records = _decode_envelope(data).Records
    except (msgspec.DecodeError, RecursionError):
        return None
    if not records:
        return records if records == [] and _EMPTY.fullmatch(data) else None
    # Copying them all together takes a quarter of the time of asking each for its length.
    if len(data) - len(b"".join(records)) == _SHORTEST + len(records) - 1:
        return records
    base = _address(data)
    start = _address(records[0]) - base
    end = _address(records[-1]) - base + memoryview(records[-1]).nbytes
    alone = _HEAD.fullmatch(data, 0, start) and _TAIL.fullmatch(data, end)
    return records if alone else None


def _address(buffer: Any) -> int:
    address: int = np.frombuffer(buffer, np.uint8).__array_interface__["data"][0]
    return address
