"""One line for each new event that matches, and the position moved behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Final

import numpy as np
from msgspec import Struct

from ctexplore.commands.output import harmless
from ctexplore.commands.print_table import table_lines
from ctexplore.engines.answer import Answer, blocks
from ctexplore.export.csv import csv_rows
from ctexplore.export.fields import Field, columns
from ctexplore.export.formats import CSV, JSONL
from ctexplore.export.records import one_line
from ctexplore.query.evaluate import Filter
from ctexplore.sources.found import Found
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.packs import Packs
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.table import Table
from ctexplore.store.follow.delays import Delay, delay_of
from ctexplore.store.follow.follow import Follower
from ctexplore.store.follow.position import Position, event_number
from ctexplore.store.loader import Loader
from ctexplore.store.problem import Outcome, Problem
from ctexplore.store.records import Records
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.session import within
from ctexplore.store.steps import Halt, Loaded

# Stored bytes read before their events are told: some 200,000 events.
_PORTION: Final = 32 << 20


class Lines:
    """Events as lines. head: whether names of columns come first."""

    def __init__(
        self, form: str, fields: Sequence[Field], *, width: int | None, csv_raw: bool, head: bool
    ) -> None:
        self._form = form
        self._fields = fields
        self._csv_raw = csv_raw
        self._first = b""
        if form == CSV and head:
            self._first = csv_rows([[field.name for field in fields]], raw=csv_raw)
        self._header = form not in (CSV, JSONL) and width is not None
        self._answers: list[Answer] = []
        self._table = table_lines(iter(self._answers.pop, None), fields, width)

    def of(self, answer: Answer) -> Iterator[tuple[int, bytes]]:
        """(row, its line) in the order of the answer's rows, but for rows whose records are
        needed and cannot be read."""
        rows = answer.rows.tolist()
        if self._form == JSONL:
            records = dict(answer.records.read(answer.rows))
            yield from ((row, one_line(records[row]) + b"\n") for row in rows if row in records)
            return
        lines: Iterator[bytes]
        if self._form == CSV:
            cells = zip(*columns(answer, self._fields), strict=True)
            lines = iter([csv_rows([row], raw=self._csv_raw) for row in cells])
        else:
            self._answers.append(answer)
            if self._header:
                self._first, self._header = next(self._table), False
            lines = islice(self._table, len(rows))
        for row, line in zip(rows, lines, strict=True):
            yield row, self._first + line
            self._first = b""


class Told(Struct, frozen=True):
    """What became of some log files. events: new ones that match, each of them a line by now."""

    events: int = 0
    delay: Delay | None = None
    problems: tuple[Problem, ...] = ()


class Printer:
    """Reads new log files and prints their events.

    A line is out, and flushed, before the position knows of its event: a process that is killed
    in between prints that one event again, and loses none.
    """

    def __init__(
        self,
        source: Source,
        cache: Cache,
        scope: Scope,
        limits: Limits,
        *,
        wanted: Filter | None,
        follower: Follower,
        position: Position,
        lines: Lines,
        out: BinaryIO,
        terminal: bool,
        now: Callable[[], datetime],
        hold: Callable[[], AbstractContextManager[None]],
        halted: Callable[[SourceError], None],
        alarm: Callable[[bytes], None] | None = None,
    ) -> None:
        """terminal: out is one. hold: no signal is heeded within. halted: waits until what hit
        every request may be over. alarm: gets each event's record, once its line is out."""
        self._source, self._cache, self._scope, self._limits = source, cache, scope, limits
        self._packs = None if source.local else Packs(cache, source.identity)
        self._wanted = wanted
        self._follower, self._position = follower, position
        self._lines, self._out, self._terminal = lines, out, terminal
        self._now, self._hold, self._halted = now, hold, halted
        self._alarm = alarm
        self._doubtful: dict[str, LogFile] = {}

    def tell(self, found: Sequence[Found]) -> Iterator[Told]:
        """Print what these files hold, the oldest folders first; an item each some megabytes."""
        for portion in _portions(found):
            yield self._tell(portion)

    def _tell(self, portion: Sequence[Found]) -> Told:
        loader = Loader(self._source, self._cache, self._scope, self._limits)
        table = Table()
        try:
            for step in loader.more(portion):
                if isinstance(step, Loaded):
                    table.append(within(step.batch, self._scope), step.files)
                elif isinstance(step, Halt):
                    self._halted(step.error)
        finally:
            loader.close()
        events, delay, lost = self._print(table)
        files = [file for page in portion for file in page.files]
        read = set(table.files) - lost
        problems = {p.key: p for p in loader.tally.problems}
        skipped = {key for key, p in problems.items() if p.outcome is Outcome.SKIPPED}
        done = [f for f in files if f in read or f.key in skipped]
        young = self._young(done, problems)
        self._follower.taken(f for f in done if f not in young)
        self._follower.put_off([*(f for f in files if f not in done), *young])
        keys = {file.key for file in young}
        said = tuple(p for p in loader.tally.problems if p.key not in keys)
        return Told(events, delay, said)

    def _young(self, files: Sequence[LogFile], problems: dict[str, Problem]) -> set[LogFile]:
        """Local files that are damaged, but may only be half written: they get a second look."""
        if not self._source.local:
            return set()
        broken = (Outcome.FAILED, Outcome.PARTIAL)
        odd = [f for f in files if f.key in problems and problems[f.key].outcome in broken]
        young = {f for f in odd if self._doubtful.get(f.key) != f}
        for file in files:
            self._doubtful.pop(file.key, None)
        self._doubtful.update((file.key, file) for file in young)
        return young

    def _print(self, table: Table) -> tuple[int, Delay | None, set[LogFile]]:
        """How many events, their delay, and the files of which something could not be read."""
        order = Order(table)
        order.update()
        records = Records(table, self._source, self._packs)
        mask, unread = None, list[int]()
        if self._wanted is not None:
            mask = self._wanted.mask(table, 0, table.count, records)
            unread = self._wanted.unread
        rows = order.view(mask).rows[::-1]
        numbers = dict(zip(rows.tolist(), _numbers(table, rows.tolist()), strict=True))
        rows = rows[np.array(self._position.untold(list(numbers.values())), bool)]
        printed = 0
        missing = set(unread) | set(rows.tolist())
        for answer in blocks([Answer(table, rows, records)]):
            sounded = dict(answer.records.read(answer.rows)) if self._alarm else {}
            for row, line in self._lines.of(answer):
                if self._alarm and row not in sounded:
                    continue  # its record cannot be read now: it comes again
                self._write(line, numbers[row], sounded.get(row, b""))
                missing.discard(row)
                printed += 1
        lost = {table.files[int(table.file[row])] for row in missing}
        return printed, delay_of(table, rows, self._now()), lost

    def _write(self, line: bytes, number: int, record: bytes) -> None:
        with self._hold():
            self._out.write(harmless(line) if self._terminal else line)
            self._out.flush()
            if self._alarm:
                self._alarm(one_line(record))
            self._position.add_event(number, self._now().date())


def _numbers(table: Table, rows: Sequence[int]) -> Iterator[int]:
    for row in rows:
        high, low = map(int, table.ids[row])
        place = table.files[int(table.file[row])].key, int(table.index[row])
        yield event_number(high, low, int(table.crc[row]), place)


def _portions(found: Sequence[Found]) -> Iterator[list[Found]]:
    portion: list[Found] = []
    size = 0
    for page in found:
        part = Found(page.folder, skipped=page.skipped, unread=page.unread)
        portion.append(part)
        for file in page.files:
            if size + file.size > _PORTION and size:
                yield portion
                part = Found(page.folder)
                portion, size = [part], 0
            part.files.append(file)
            size += file.size
    if any(portion):
        yield portion
