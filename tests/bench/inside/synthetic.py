"""The explorer over rows that were never decoded: its real screen, table, order and threads.

python -m tests.bench.inside.synthetic ROWS [--growing] [--filter F]

growing: after these rows, a hundred thousand more come every second.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np

from ctexplore.sources.demo import DemoSource
from ctexplore.sources.source import LogFile
from ctexplore.store.batch import Batch
from ctexplore.store.cache import MemoryCache
from ctexplore.store.schema import DIMENSIONS, Entry
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.session import Session
from ctexplore.store.steps import Loaded, Step
from ctexplore.tui import desk
from ctexplore.tui.app import ExplorerApp

_AT_ONCE, _GROWTH, _PAUSE = 250_000, 2_000, 0.02
# As many distinct entries as the dense corpus has.
_DISTINCT = {"kind": 300, "identity": 320, "ip": 500, "target": 5_000, "agent": 200}
_EMPTY = ("error", "oddity", "timetext")
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
            name: [_entry(fields, n) for n in range(_DISTINCT.get(name, 1))]
            for name, fields in DIMENSIONS.items()
        },
    )


def _entry(fields: tuple[str, ...], number: int) -> Entry:
    kind = "Read" if number % 2 else "Write"
    return tuple("" if field in _EMPTY else f"{kind}{field}{number}" for field in fields)


class SyntheticSession(Session):
    rows = 0
    growing = False

    def load(self) -> Iterator[Step]:
        for first in range(0, self.rows, _AT_ONCE):
            yield self._more(first, min(_AT_ONCE, self.rows - first))
        for first in count(self.rows, _GROWTH) if self.growing else ():
            time.sleep(_PAUSE)
            yield self._more(first, _GROWTH)

    def _more(self, first: int, rows: int) -> Step:
        made = batch(first, rows)
        name = f"111122223333_CloudTrail_eu-west-1_20260301T0000Z_{first:016}.json.gz"
        loaded = Loaded(made, (LogFile(name, 1),))
        self.table.append(made, loaded.files)
        self.tally.events += rows
        return loaded


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    parser.add_argument("--growing", action="store_true")
    parser.add_argument("--filter", default="")
    args = parser.parse_args()
    SyntheticSession.rows, SyntheticSession.growing = args.rows, args.growing
    replaced: Any = desk
    replaced.Session = SyntheticSession
    source, cache = DemoSource(), MemoryCache()
    ExplorerApp(source, cache, Scope(("",)), Limits(), text=args.filter, theme="ansi-dark").run()


if __name__ == "__main__":
    main()
