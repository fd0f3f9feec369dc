"""Records as JSON lines, exactly as CloudTrail wrote them but for line breaks between tokens."""

from __future__ import annotations

import json
import re
import sys

from ctexplore.store.batch import Codes
from ctexplore.store.records import Records
from ctexplore.text import safe

_AT_ONCE = 2000
_NOT_PLAIN = re.compile(r"[^ -~]")


def print_jsonl(records: Records, rows: Codes) -> int:
    """One record a line, in the order of ``rows``; how many could not be read and are left out.

    Numbers, keys and escapes stay as they were. On a terminal, what would act on it or hide is
    written as a JSON escape, which reads as the same value.
    """
    out = sys.stdout.buffer
    watched = sys.stdout.isatty()
    missing = 0
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        lines = dict(records.read(part))
        for row in part.tolist():
            record = lines.get(row)
            if record is None:
                missing += 1
            else:
                out.write(_escaped(record) if watched else one_line(record))
    out.flush()
    return missing


def one_line(record: bytes) -> bytes:
    """The record with a newline at its end and none within.

    JSON allows line breaks between tokens only, so in a valid record each stands for a blank;
    in a damaged one, a raw break inside a string becomes a blank too.
    """
    return record.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


def _escaped(record: bytes) -> bytes:
    text = one_line(record)[:-1].decode("utf-8", "surrogateescape")
    return _NOT_PLAIN.sub(_escape, text).encode() + b"\n"


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if safe(char) == char:
        return char
    return " " if char == "\t" else json.dumps(char)[1:-1]
