"""Which events a filter matches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ctexplore.query.added import added_in
from ctexplore.query.by_record import ByRecord
from ctexplore.query.lookup import Lookups, Mask
from ctexplore.query.needed import sieve
from ctexplore.query.plan import Rows, plan
from ctexplore.query.raw import AnyTest
from ctexplore.query.record import decode
from ctexplore.query.syntax import And, Node, Or, Time
from ctexplore.store.columns.table import Table
from ctexplore.store.search.sift import RuledOut, Test, nobody
from ctexplore.store.search.thin import Sieve
from ctexplore.trail.exact import JsonError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Records(Protocol):
    """Where the original bytes of loaded events are read again."""

    def read(
        self,
        rows: npt.NDArray[np.uint32],
        may_match: Test | None = None,
        ruled_out: RuledOut = nobody,
    ) -> Iterator[tuple[int, bytes]]:
        """(row, the record's bytes) of each row, in any order.

        ruled_out: may be told a row instead when ``may_match`` is false of its record's bytes or
        of any stretch that holds it whole, such as its unpacked file: then its contents are of no
        interest. Without a test, all are. A row whose record cannot be read is left out.
        """
        ...


class Filter:
    """A filter ready to be asked about the rows of a table.

    lookups: answers to share with other filters over the same table. unread: rows of the last
    ``mask`` that only their record could decide, and it could not be read; they do not match.
    added: the columns of rooms above that it asks for.
    """

    def __init__(self, node: Node, lookups: Lookups | None = None) -> None:
        self.node = node
        self.unread: list[int] = []
        self._lookups = lookups
        self.added = added_in(node)
        self._part, self._readers = plan(node)

    @property
    def needs_records(self) -> bool:
        """Whether columns alone can leave rows undecided."""
        return bool(self._readers)

    @property
    def sieve(self) -> Sieve | None:
        """What may be left unloaded when only this filter's events are wanted."""
        return sieve(self.node)

    def versions(self, table: Table) -> tuple[int, ...]:
        """Of the added columns that it asks for. With others it has to be asked anew."""
        columns = (table.added.get(name) for name in self.added)
        return tuple(column.version if column else 0 for column in columns)

    def mask(self, table: Table, start: int, stop: int, records: Records | None = None) -> Mask:
        """bool[stop - start]: which rows from ``start`` until before ``stop`` match.

        Blocks on disk or network where ``needs_records``. Raises ValueError when records are
        needed and None.
        """
        if self._lookups is None or self._lookups.table is not table:
            self._lookups = Lookups(table)
        self.unread = []
        rows = Rows(self._lookups, start, stop)
        yes, may = self._part(rows)
        if yes is may:
            return yes
        undecided = np.flatnonzero(may & ~yes)
        if not len(undecided):
            return yes
        if records is None:
            raise ValueError("this filter has to read records")
        unread = self._read(rows, undecided, records)
        yes, _ = self._part(rows)
        if len(unread):
            yes[unread] = False
            self.unread = (unread + start).tolist()
        return yes

    def _read(
        self, rows: Rows, undecided: npt.NDArray[np.intp], records: Records
    ) -> npt.NDArray[np.intp]:
        """Ask the undecided rows' records; the positions of those that could not be read."""
        read = np.zeros(len(rows), np.bool_)
        rows.said = {reader: np.zeros(len(rows), np.bool_) for reader in self._readers}
        may_match = AnyTest(tuple(reader.raw for reader in self._readers))
        wanted = (undecided + rows.start).astype(np.uint32)

        def ruled_out(some: npt.NDArray[np.uint32]) -> None:
            read[some - rows.start] = True

        for row, raw in records.read(wanted, may_match, ruled_out):
            position = row - rows.start
            read[position] = self._ask(raw, position, rows.said)
        return undecided[~read[undecided]]

    def _ask(self, raw: bytes, position: int, said: dict[ByRecord, Mask]) -> bool:
        """Note what a record says to each reader; false when it cannot be decoded."""
        asked = [reader for reader in said if reader.raw(raw)]
        if not asked:
            return True
        try:
            record = decode(raw)
        except JsonError:
            return False
        for reader in asked:
            said[reader][position] = reader.matches(record)
        return True

    def time_bounds(self) -> tuple[datetime | None, datetime | None]:
        """since (included) and until (not), such that no event outside them can match."""
        start, stop = _bounds(self.node)
        return _moment(start), _moment(stop)


def _moment(milliseconds: int | None) -> datetime | None:
    if milliseconds is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _bounds(node: Node) -> tuple[int | None, int | None]:
    match node:
        case Time(start=start, stop=stop):
            return start, stop
        case And(parts):
            inner = [_bounds(p) for p in parts]
            starts = [s for s, _ in inner if s is not None]
            stops = [s for _, s in inner if s is not None]
            return max(starts, default=None), min(stops, default=None)
        case Or(parts):
            inner = [_bounds(p) for p in parts]
            starts = [s for s, _ in inner if s is not None]
            stops = [s for _, s in inner if s is not None]
            return (
                min(starts) if len(starts) == len(parts) else None,
                max(stops) if len(stops) == len(parts) else None,
            )
    return None, None
