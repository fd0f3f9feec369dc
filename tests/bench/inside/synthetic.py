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

from ctexplore.sources.demo import DemoSource
from ctexplore.sources.source import LogFile
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.session import Session
from ctexplore.store.steps import Loaded, Step
from ctexplore.tui import desk
from ctexplore.tui.app import ExplorerApp
from tests.bench.inside.rows import batch

_AT_ONCE, _GROWTH, _PAUSE = 250_000, 2_000, 0.02


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
