"""One open scope: its table, its order, its tally; what a screen or a query works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

import numpy as np

from ctexplore.sources.found import Found
from ctexplore.sources.source import LogFile, Source, streams
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.packs import Packs
from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.table import Table
from ctexplore.store.follow.grown import Grown
from ctexplore.store.loader import Loader
from ctexplore.store.records import Records
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.steps import Loaded, Step
from ctexplore.store.tally import Tally

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Session:
    """Feeds what the loader yields to the table. One thread runs ``load``; any may read."""

    def __init__(
        self, source: Source, cache: Cache, scope: Scope, limits: Limits | None = None
    ) -> None:
        self.source = source
        self.scope = scope
        self.limits = limits or Limits()
        self.table = Table()
        self.order = Order(self.table)
        self.loader = Loader(source, cache, scope, self.limits)
        packs = None if source.local else Packs(cache, source.identity)
        self.records = Records(self.table, source, packs)
        self.full = False
        self.done = False
        self._grown = Grown(self.table, everywhere=streams(source))
        self._steps: Iterator[Step] = self.loader.run()

    @property
    def tally(self) -> Tally:
        return self.loader.tally

    def load(self) -> Iterator[Step]:
        """Go on loading from where it was left; ends when all is read or memory is full."""
        for step in self._steps:
            if isinstance(step, Loaded):
                self._append(step)
            yield step
            if self.table.nbytes > self.limits.max_memory:
                self.full = True
                return
        self.done = True

    def retry(self) -> None:
        """Let the next ``load`` read the files that failed in a way that may pass."""
        self.done = False
        self._steps = self.loader.retry()

    def has_whole(self, file: LogFile) -> bool:
        """Whether all of a file of the table was wanted, not its part before midnight only."""
        return self.loader.midnight.has_whole(file)

    def more(self, found: Sequence[Found], listed: int = 0) -> None:
        """Let the next ``load`` also read these, which came since the scope was listed.

        A file may be one that was read, in another version: only what is new in it is added.
        listed: LIST requests that took.
        """
        self.done = False
        self._steps = chain(self._steps, self._more(found, listed))

    def _more(self, found: Sequence[Found], listed: int) -> Iterator[Step]:
        self._grown.know(found)
        yield from self.loader.more(found, listed)

    def close(self) -> None:
        self.loader.close()

    def counts(self) -> dict[str, tuple[int, int]]:
        """(events, files) read below each folder on the way from the root to a log file.

        Runs Python per file, so not on the screen thread.
        """
        table = self.table
        events = np.bincount(table.file, minlength=len(table.files)).tolist()
        folders: dict[str, list[int]] = {}
        for file, count in zip(table.files, events, strict=False):
            total = folders.setdefault(file.key.rpartition("/")[0], [0, 0])
            total[0] += count
            total[1] += 1
        above: dict[str, list[int]] = {}
        for folder, (count, files) in folders.items():
            parts = folder.split("/") if folder else []
            for depth in range(len(parts) + 1):
                name = "".join(f"{part}/" for part in parts[:depth])
                total = above.setdefault(name, [0, 0])
                total[0] += count
                total[1] += files
        return {name: (total[0], total[1]) for name, total in above.items()}

    def _append(self, loaded: Loaded) -> None:
        batch = within(loaded.batch, self.scope)
        self.tally.outside += len(loaded.batch) - len(batch)
        batch = self.loader.midnight.before(batch, loaded.files, self.tally)
        batch = self._grown.new_of(batch, loaded.files)
        self.tally.events += len(batch)
        self.table.append(batch, loaded.files)


def within(batch: Batch, scope: Scope) -> Batch:
    """The events between since and until; those without a readable time are kept."""
    since, until = scope.since, scope.until
    if since is None and until is None:
        return batch
    keep = np.ones(len(batch), bool)
    if since is not None:
        keep &= batch.time >= milliseconds(since)
    if until is not None:
        keep &= batch.time < milliseconds(until)
    return batch.take(keep | (batch.time == NO_TIME))


def milliseconds(moment: datetime) -> int:
    """Since 1970 UTC, as the table's time column counts."""
    return round((moment - _EPOCH).total_seconds() * 1000)
