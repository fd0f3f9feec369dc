"""Records as JSON lines, exactly as CloudTrail wrote them but for line breaks between tokens."""

from __future__ import annotations

import sys

from ctexplore.store.batch import Codes
from ctexplore.store.records import Records

_AT_ONCE = 2000


def print_jsonl(records: Records, rows: Codes) -> None:
    """One record a line, in the order of ``rows``. Numbers, keys and escapes stay as they were."""
    out = sys.stdout.buffer
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        lines = dict(records.read(part))
        for row in part.tolist():
            record = lines.get(row)
            if record is not None:
                out.write(one_line(record))
    out.flush()


def one_line(record: bytes) -> bytes:
    """The record with a newline at its end and none within.

    JSON allows line breaks between tokens only, so in a valid record each stands for a blank;
    in a damaged one, a raw break inside a string becomes a blank too.
    """
    return record.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
