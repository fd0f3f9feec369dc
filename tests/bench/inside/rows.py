"""Rows that were never decoded, and a process that holds many of them.

python -m tests.bench.inside.rows ROWS    fills a table and its order as a load does, and ends:
what is measured is its peak memory.
"""

from __future__ import annotations

import sys

import numpy as np

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.schema import DIMENSIONS, Entry
from ctexplore.store.columns.table import Table

_AT_ONCE, _A_FILE = 100_000, 250
# As many distinct entries as the dense corpus has.
_DISTINCT = {"kind": 300, "identity": 320, "ip": 500, "target": 5_000, "agent": 200}
_EMPTY = ("error", "oddity", "timetext", "link")
_START = 1_770_000_000_000


def batch(first: int, rows: int) -> Batch:
    """Events 20 ms apart, oldest first; every second one's name is Read…"""
    dice = np.random.default_rng(first)
    number = np.arange(first, first + rows, dtype=np.uint64)
    return Batch(
        time=(_START + number.astype(np.int64) // 50 * 1000),
        ids=np.column_stack([dice.integers(1, 2**63, rows, np.uint64), number + np.uint64(1)]),
        crc=np.zeros(rows, np.uint32),
        file=np.zeros(rows, np.uint32),
        index=np.arange(rows, dtype=np.uint32),
        codes={
            name: dice.integers(0, _DISTINCT.get(name, 1), rows, np.uint32) for name in DIMENSIONS
        },
        entries={
            name: Entries.of(_entry(fields, n) for n in range(_DISTINCT.get(name, 1)))
            for name, fields in DIMENSIONS.items()
        },
    )


def _entry(fields: tuple[str, ...], number: int) -> Entry:
    kind = "Read" if number % 2 else "Write"
    return tuple("" if field in _EMPTY else f"{kind}{field}{number}" for field in fields)


def main(rows: int) -> None:
    table = Table()
    order = Order(table)
    for first in range(0, rows, _AT_ONCE):
        made = batch(first, min(_AT_ONCE, rows - first))
        made.file = made.index // np.uint32(_A_FILE)
        made.index = made.index % np.uint32(_A_FILE)
        names = (
            f"111122223333_CloudTrail_eu-west-1_20260301T0000Z_{first + n:016}.json.gz"
            for n in range(int(made.file[-1]) + 1)
        )
        table.append(made, [LogFile(name, 1) for name in names])
        order.update()
    assert len(order.view()) == rows


if __name__ == "__main__":
    main(int(sys.argv[1]))
