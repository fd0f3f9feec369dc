"""The verdict on each exported record, in a file of its own beside them.

A record's bytes are evidence and stay as CloudTrail wrote them, so nothing is put into them: beside
``events.jsonl`` lies ``events.jsonl.integrity``, one JSON object a line, for each event in the same
order::

    {"file": "s3://my-logs/AWSLogs/…/x.json.gz", "record": 41, "integrity": "changed",
     "reason": "its content is not what was delivered: its hash is another"}

``record`` counts from 1 in its file. ``integrity`` is null where nothing was verified, ``reason``
"" where there is nothing to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from ctexplore.engines.answer import Answer

COLUMN: Final = "integrity"
ENDING: Final = ".integrity"


def beside(path: Path) -> Path:
    """The file of the verdicts on what is exported to ``path``."""
    return path.with_name(path.name + ENDING)


class Vouched:
    """Notes the verdicts on the events of the answers that pass through it."""

    def __init__(self, uri: Callable[[str], str], reason: Callable[[str], str]) -> None:
        """uri, reason: how a log file's key is written for people, and what is said of it."""
        self._uri = uri
        self._reason = reason
        self._lines: list[bytes] = []

    def noting(self, answers: Iterable[Answer]) -> Iterator[Answer]:
        for answer in answers:
            self._lines += map(self._line, self._said(answer))
            yield answer

    def lines(self) -> Iterator[bytes]:
        """Of all answers so far."""
        yield from self._lines

    def _said(self, answer: Answer) -> Iterator[tuple[str, int, str]]:
        table, rows = answer.table, answer.rows
        column = table.added.get(COLUMN)
        files, indexes = table.file[rows].tolist(), table.index[rows].tolist()
        for row, file, index in zip(rows.tolist(), files, indexes, strict=True):
            values = column.values(row) if column else ()
            yield table.files[file].key, index + 1, "".join(values)

    def _line(self, said: tuple[str, int, str]) -> bytes:
        key, record, verdict = said
        whole = {
            "file": self._uri(key),
            "record": record,
            COLUMN: verdict or None,
            "reason": self._reason(key) if verdict else "",
        }
        return json.dumps(whole).encode() + b"\n"
