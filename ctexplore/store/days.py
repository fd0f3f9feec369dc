"""One load day after day, so that its end can be far behind what memory holds.

A log file is delivered after its events, to the folder of the day of delivery (CloudTrail User
Guide, "How CloudTrail works"). So when all days from some date on are read, every event of that
date and later is there; what they hold of earlier events waits until its own day is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from ctexplore.sources.source import LogFile, Source
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.packs import Packs
from ctexplore.store.columns.batch import Batch, Codes
from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.table import Table
from ctexplore.store.loader import Loader
from ctexplore.store.records import Records
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.search.thin import Sieve
from ctexplore.store.session import milliseconds, within
from ctexplore.store.steps import Day, Loaded, Pace, Step
from ctexplore.store.tally import Tally

Mask = npt.NDArray[np.bool_]

_NEVER: Final = 2**63 - 1
_ALWAYS: Final = -(2**63)


class Part(Struct, frozen=True):
    """Events of a stretch of time to which nothing is added any more, in a table of their own."""

    table: Table
    order: Order
    records: Records


class Days:
    """One load of one scope in parts, newest first: all of a part's events are newer than the
    next one's, and copies of one event are in one part.

    full: memory ended before the scope. misplaced: events newer than the folder they lie in, so
    that they came after their time; none, unless somebody moved files. sieved: only events that
    a filter may want are here and in the tally.
    """

    def __init__(
        self,
        source: Source,
        cache: Cache,
        scope: Scope,
        limits: Limits | None = None,
        *,
        pace: Pace = Pace.USUAL,
        watch: Callable[[Step], bool] = lambda _: True,
        sieve: Sieve | None = None,
        whole: bool = False,
    ) -> None:
        """watch: sees each step of the loader; when it says False, no more is loaded, and what
        is there are the last parts. sieve: lets only some events through. whole: all events are
        one part, for questions about all of them together."""
        self.limits = limits or Limits()
        self.full = False
        self.misplaced = 0
        self.sieved = sieve is not None
        self._source = source
        self._scope = scope
        self._pace = pace
        self._watch = watch
        self._loader = Loader(source, cache, scope, self.limits, sieve=sieve)
        self._packs = None if source.local else Packs(cache, source.identity)
        # The table holds events from ``_start`` on, of which ``_end`` should be later.
        self._table = Table()
        self._whole = whole
        self._start, self._end = (_ALWAYS if whole else _NEVER), _NEVER
        self._early: list[tuple[Batch, Sequence[LogFile]]] = []
        self._early_bytes = 0

    @property
    def tally(self) -> Tally:
        return self._loader.tally

    def parts(self) -> Iterator[Part]:
        """The parts, each with at least one event. Only the last one taken is still held here."""
        for step in self._loader.run(self._pace):
            if isinstance(step, Loaded):
                self._take(step)
                self.full = self.nbytes > self.limits.max_memory
            elif isinstance(step, Day) and not self._whole:
                yield from self._part()
                self._begin(milliseconds(datetime.combine(step.date, datetime.min.time(), UTC)))
            if not self._watch(step) or self.full:
                break
        yield from self._part()
        self._begin(_ALWAYS)
        yield from self._part()

    @property
    def nbytes(self) -> int:
        """Bytes held, near enough to bound memory by."""
        return self._table.nbytes + self._early_bytes

    def close(self) -> None:
        self._loader.close()

    def _part(self) -> Iterator[Part]:
        """What the table holds; it is a new one afterwards."""
        table, self._table = self._table, Table()
        if table.count:
            order = Order(table)
            order.update()
            records = Records(table, self._source, self._packs, self._loader.kept)
            yield Part(table, order, records)

    def _begin(self, start: int) -> None:
        """Let the table be of the events from ``start`` on, milliseconds since 1970."""
        self._start, self._end = start, self._start
        early, self._early, self._early_bytes = self._early, [], 0
        for batch, files in early:
            self._place(batch, files)

    def _take(self, loaded: Loaded) -> None:
        batch = within(loaded.batch, self._scope)
        self.tally.outside += len(loaded.batch) - len(batch)
        batch = self._loader.midnight.before(batch, loaded.files, self.tally)
        self.tally.events += len(batch)
        self.misplaced += int((batch.time >= self._end).sum())
        self._place(batch, loaded.files)

    def _place(self, batch: Batch, files: Sequence[LogFile]) -> None:
        """Events of the table's stretch go there, earlier ones wait."""
        here = batch.time >= self._start
        if here.all():
            self._table.append(batch, files)
            return
        if here.any():
            self._table.append(*_only(batch, files, here))
            batch, files = _only(batch, files, ~here)
        self._early.append((batch, files))
        self._early_bytes += _nbytes(batch, files)


def _only(batch: Batch, files: Sequence[LogFile], mask: Mask) -> tuple[Batch, Sequence[LogFile]]:
    """The events for which ``mask`` is true, and of entries and files only what they need."""
    few = batch.take(mask)
    codes: dict[str, Codes] = {}
    entries: dict[str, Entries] = {}
    for name in few.codes:
        lines = few.entries[name].lines
        used, codes[name] = _renumbered(few.codes[name], len(lines))
        entries[name] = Entries([lines[code] for code in used])
    used, file = _renumbered(few.file, len(files))
    return replace(few, codes=codes, entries=entries, file=file), [files[n] for n in used]


def _renumbered(numbers: Codes, end: int) -> tuple[list[int], Codes]:
    """The numbers that occur, of those below ``end``, and for each of ``numbers`` its position
    among them."""
    occurs = np.zeros(end, np.bool_)
    occurs[numbers] = True
    used = np.flatnonzero(occurs)
    positions = np.zeros(end, np.uint32)
    positions[used] = np.arange(len(used), dtype=np.uint32)
    return used.tolist(), positions[numbers]


def _nbytes(batch: Batch, files: Sequence[LogFile]) -> int:
    entries = sum(40 + len(line) for e in batch.entries.values() for line in e.lines)
    return len(batch) * (32 + 8 * len(batch.codes)) + entries + len(files) * 300
