"""Tables and views for the tests of the event list, made without a single log file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.copies import NO_COPIES, Copies
from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.order import View
from ctexplore.store.columns.schema import DIMENSIONS, FIELDS
from ctexplore.store.columns.table import Table

START = 1_705_309_445_000  # 2024-01-15T09:04:05Z


def batch(events: Sequence[dict[str, Any]]) -> Batch:
    """Events as columns; a key is ``time`` in milliseconds or the name of a field."""
    n = len(events)
    entries = {}
    codes = {}
    for dimension, fields in DIMENSIONS.items():
        entries[dimension] = Entries.of(tuple(e.get(f, "") for f in fields) for e in events)
        codes[dimension] = np.arange(n, dtype=np.uint32)
    for event in events:
        assert event.keys() <= {"time", *FIELDS}
    return Batch(
        time=np.array([e["time"] for e in events], np.int64),
        ids=np.arange(2 * n, dtype=np.uint64).reshape(n, 2),
        crc=np.zeros(n, np.uint32),
        file=np.zeros(n, np.uint32),
        index=np.arange(n, dtype=np.uint32),
        codes=codes,
        entries=entries,
    )


def table(*events: dict[str, Any]) -> Table:
    made = Table()
    add(made, events)
    return made


def add(to: Table, events: Sequence[dict[str, Any]]) -> range:
    return to.append(batch(events), [LogFile("one.json.gz", 1)])


def view(of: Table, rows: Sequence[int] | None = None, copies: Copies = NO_COPIES) -> View:
    """Some rows of a table, or all, newest first."""
    chosen = np.arange(of.count, dtype=np.uint32) if rows is None else np.array(rows, np.uint32)
    by = np.argsort(of.time[chosen], kind="stable")
    return View(of, chosen[by][::-1], of.count, copies)


def numbered(count: int, start: int = START, first: int = 0) -> list[dict[str, Any]]:
    """Events a second apart, oldest first, called Call0000, Call0001 …"""
    return [
        {
            "time": start + 1000 * i,
            "name": f"Call{first + i:04}",
            "source": "iam.amazonaws.com",
            "who": "alice",
        }
        for i in range(count)
    ]


def huge(count: int = 10_000_000) -> Table:
    """A table of this many events whose columns are views of almost nothing; a second apart."""
    made = table(*numbered(250))
    made.count = count
    for name, array in made._arrays.items():
        shape = (count, *array.shape[1:])
        made._arrays[name] = np.broadcast_to(array[:1], shape)
    made._arrays["time"] = START + 1000 * np.arange(count, dtype=np.int64)
    made._arrays["kind"] = (np.arange(count, dtype=np.uint32) % 250).astype(np.uint8)
    return made
