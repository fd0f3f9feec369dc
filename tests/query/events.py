"""Events for the tests of this room: a table decoded from JSON, and its records' bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.sources.source import LogFile
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.table import Table
from ctexplore.store.search.sift import RuledOut, Test, nobody

NOW = datetime(2024, 1, 17, 10, 30, tzinfo=UTC)  # a Wednesday

Event = dict[str, Any]


class Bytes:
    """The records of a table whose rows are the positions of ``raw``; None cannot be read."""

    def __init__(self, raw: Sequence[bytes | None]) -> None:
        self.raw = list(raw)
        self.asked: list[int] = []

    def read(
        self,
        rows: npt.NDArray[np.uint32],
        may_match: Test | None = None,
        ruled_out: RuledOut = nobody,
    ) -> Iterator[tuple[int, bytes]]:
        whole = b",\n".join(r for r in self.raw if r is not None)
        skip = may_match is not None and not may_match(whole)
        for row in rows.tolist():
            self.asked.append(row)
            raw = self.raw[row]
            if raw is not None and skip:
                ruled_out(np.array([row], np.uint32))
            elif raw is not None:
                yield row, raw


def table_of(raw: Sequence[bytes], table: Table | None = None) -> Table:
    """The records of one log file as a table, or added to one."""
    table = Table() if table is None else table
    decoded = decode([("log.json", b'{"Records":[' + b",\n".join(raw) + b"]}")])
    assert len(decoded.batch) == len(raw), decoded.problems
    table.append(decoded.batch, [LogFile("log.json", 1)])
    return table


def written(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogateescape")


def rows_of(text: str, *events: Event) -> list[int]:
    """The numbers of the events that a filter matches."""
    raw = [written(e) for e in events]
    mask = Filter(parse(text, NOW)).mask(table_of(raw), 0, len(raw), Bytes(raw))
    found: list[int] = np.flatnonzero(mask).tolist()
    return found
