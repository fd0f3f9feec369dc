"""Records out of a file that has a value of its own on each line, some of them damaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ctexplore.store.containers import scan
from ctexplore.store.containers.envelopes import LISTS, Found
from ctexplore.store.containers.split import split
from ctexplore.store.problem import Outcome
from ctexplore.trail.record import fields_of

_LIST_KEYS: Final = frozenset(name.encode() for name in LISTS)


def in_lines(data: bytes) -> bool:
    """Whether each line is a value of its own."""
    lines = _lines(data)
    first, second = next(lines, (0, b""))[1], next(lines, (0, b""))[1]
    if not second or _is_whole(first):
        return bool(second)
    if not _is_whole(second):
        return False
    try:
        # One value over several lines, some of which are values too?
        scan.value_end(data, scan.blank(data, 0))
    except scan.Cut:
        return True
    return first[:1] not in b"{["


def read_lines(data: bytes, found: Found) -> None:
    """Let ``found`` take the records of each line."""
    for number, line in _lines(data):
        place = f"line {number:,}"
        fields = fields_of(line)
        if fields is not None and not any(name in fields for name in LISTS):
            found.object(line, fields, place)
        elif line.startswith(b"[") or any(b'"%s"' % key in line for key in _LIST_KEYS):
            found.part(split(line), place)
        elif b"{" in line and b'"' in line:
            found.piece(line, place)
        else:
            found.problem(Outcome.NOTED, f"{len(line):,} bytes that are not JSON", place)


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, bytes) of the lines that are not blank."""
    start, number = 0, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        if line := data[start:end].strip():
            yield number, line
        start = end + 1


def _is_whole(line: bytes) -> bool:
    """Whether a line is an object or a list from its first byte to its last."""
    if line[:1] not in (b"{", b"["):
        return False
    if fields_of(line) is not None:
        return True
    try:
        return scan.value_end(line, 0) == len(line)
    except scan.Cut:
        return False
