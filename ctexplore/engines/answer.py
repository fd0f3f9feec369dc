"""What a query found, in pieces that come one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from ctexplore.query.evaluate import Records
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.table import Table
from ctexplore.store.search.sift import RuledOut, Test, nobody

# Records held at once: some 5 MB. A file whose events lie in several blocks is unpacked for each,
# so blocks are not small; but the first one is, so that its lines come early.
BLOCK = 4000
_FIRST_BLOCK = 250


class Answer(Struct, frozen=True):
    """rows: uint32[n], rows of ``table`` in the order to show them."""

    table: Table
    rows: Codes
    records: Records

    def __len__(self) -> int:
        return len(self.rows)


def blocks(answers: Iterable[Answer]) -> Iterator[Answer]:
    """The same rows in the same order, at most BLOCK at a time."""
    size = _FIRST_BLOCK
    for answer in answers:
        start = 0
        while start < len(answer):
            yield replace(answer, rows=answer.rows[start : start + size])
            start, size = start + size, BLOCK


class Lost(Struct):
    """Records that could not be read again when they were wanted.

    uri: how a log file's key is written for people. names: the first ``most`` of them, each once.
    """

    uri: Callable[[str], str]
    most: int = 20
    count: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, table: Table, row: int) -> None:
        self.count += 1
        if len(self.names) < self.most:
            key = table.files[int(table.file[row])].key
            self.names.append(f"{self.uri(key)} record {int(table.index[row]) + 1:,}")


class Noting:
    """Records that are read from elsewhere; those that are not to be had go to ``lost``."""

    def __init__(self, table: Table, records: Records, lost: Lost) -> None:
        self._table = table
        self._records = records
        self._lost = lost

    def read(
        self, rows: Codes, may_match: Test | None = None, ruled_out: RuledOut = nobody
    ) -> Iterator[tuple[int, bytes]]:
        """As ``Records.read``; what is lost is noted once everything else was taken."""
        missing = set(rows.tolist())

        def not_lost(some: Codes) -> None:
            missing.difference_update(some.tolist())
            ruled_out(some)

        for row, raw in self._records.read(rows, may_match, not_lost):
            missing.discard(row)
            yield row, raw
        for row in sorted(missing):
            self._lost.add(self._table, row)
