"""A filter's tree made ready to be evaluated: columns first, records only where they must be read.

Each part answers for a range of rows with two masks: the rows that match, and the rows that may
match once records have been read. Where they are one and the same array, no record is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from msgspec import Struct, field

from ctexplore.query.by_record import ByPath, ByRecord, ByWord
from ctexplore.query.fields import FLAGS, IMPLIED
from ctexplore.query.lookup import Lookups, Mask
from ctexplore.query.parse import parse
from ctexplore.query.syntax import (
    And,
    Column,
    Flag,
    Node,
    Not,
    Or,
    Path,
    Present,
    Term,
    Text,
    Time,
    Word,
)
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.stamps import one_id

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Rows(Struct):
    """A range of rows, and what their records said to each part that reads them."""

    lookups: Lookups
    start: int
    stop: int
    said: dict[ByRecord, Mask] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.stop - self.start


Answer: TypeAlias = tuple[Mask, Mask]
Part: TypeAlias = Callable[[Rows], Answer]


def plan(node: Node) -> tuple[Part, list[ByRecord]]:
    """The part that answers for the whole filter, and those in it that read records."""
    readers: list[ByRecord] = []
    return _part(node, readers), readers


def _part(node: Node, readers: list[ByRecord]) -> Part:
    match node:
        case And(parts):
            return all_parts([_part(p, readers) for p in parts])
        case Or(parts):
            return any_part([_part(p, readers) for p in parts])
        case Not(inner):
            return no_part(_part(inner, readers))
        case Time(start=start, stop=stop):
            return _by_time(start, stop)
        case Flag(prefix, names):
            return any_part([_flag(prefix, name, readers) for name in names])
        case Word(text):
            return _by_record(ByWord(text), None, readers)
        case Term(Column("id")):
            return _by_id(node, readers)
        case Term(Path() as path):
            return _by_path(path, node, readers)
        case Term():
            return lambda rows: sure(rows.lookups.mask(node, rows.start, rows.stop))


def sure(mask: Mask) -> Answer:
    return mask, mask


def no_part(part: Part) -> Part:
    def answer(rows: Rows) -> Answer:
        yes, may = part(rows)
        no = ~may
        return (no, no) if yes is may else (no, ~yes)

    return answer


def all_parts(parts: list[Part]) -> Part:
    def answer(rows: Rows) -> Answer:
        yes = may = np.ones(len(rows), np.bool_)
        for part in parts:
            also, perhaps = part(rows)
            sure = yes is may and also is perhaps
            yes = yes & also
            may = yes if sure else may & perhaps
        return yes, may

    return answer


def any_part(parts: list[Part]) -> Part:
    """One is true unless all are false."""
    return parts[0] if len(parts) == 1 else no_part(all_parts([no_part(p) for p in parts]))


def _by_time(start: int | None, stop: int | None) -> Part:
    """Events without a time are neither before nor after anything."""
    first = NO_TIME + 1 if start is None else start

    def answer(rows: Rows) -> Answer:
        times = rows.lookups.table.time[rows.start : rows.stop]
        mask = times >= first
        return sure(mask if stop is None else mask & (times < stop))

    return answer


def _by_record(reader: ByRecord, implied: Term | None, readers: list[ByRecord]) -> Part:
    """implied: a column's term that holds wherever the record can match."""
    readers.append(reader)

    def answer(rows: Rows) -> Answer:
        said = rows.said.get(reader)
        if said is not None:
            return sure(said)
        nothing = np.zeros(len(rows), np.bool_)
        if implied is None:
            return nothing, ~nothing
        return nothing, rows.lookups.mask(implied, rows.start, rows.stop)

    return answer


def _by_path(path: Path, term: Term, readers: list[ByRecord]) -> Part:
    values = tuple(v for v in term.values if v != Text(""))
    parts = [_path_values(path, Term(path, values), readers)] if values else []
    if len(values) < len(term.values):
        parts.append(no_part(_path_values(path, Term(path, (Present(),)), readers)))
    return any_part(parts)


def _path_values(path: Path, term: Term, readers: list[ByRecord]) -> Part:
    column = IMPLIED.get(tuple(k.casefold() for k in path.keys))
    implied = Term(Column(column), term.values) if column else None
    return _by_record(ByPath(path, term), implied, readers)


def _by_id(term: Term, readers: list[ByRecord]) -> Part:
    """The table has GUIDs and whether there is an id; other ids are read from the record."""
    present = _by_ids(())
    parts: list[Part] = []
    others = []
    for value in term.values:
        if isinstance(value, Text) and _GUID.fullmatch(value.value):
            texts = {value.value, value.value.lower(), value.value.upper()}
            parts.append(_by_ids(tuple(map(one_id, texts))))
        elif isinstance(value, Present):
            parts.append(present)
        elif value == Text(""):
            parts.append(no_part(present))
        else:
            others.append(value)
    if others:
        path = Path(("eventID",))
        parts.append(_path_values(path, Term(path, tuple(others)), readers))
    return any_part(parts)


def _by_ids(ids: tuple[tuple[int, int], ...]) -> Part:
    """Events with one of the ids, each in two halves; without ids, events that have any."""

    def answer(rows: Rows) -> Answer:
        have = rows.lookups.table.ids[rows.start : rows.stop]
        if not ids:
            return sure((have[:, 0] != 0) | (have[:, 1] != 0))
        mask = np.zeros(len(have), np.bool_)
        for high, low in ids:
            mask |= (have[:, 1] == np.uint64(low)) & (have[:, 0] == np.uint64(high))
        return sure(mask)

    return answer


def _flag(prefix: str, name: str, readers: list[ByRecord]) -> Part:
    if name == "crossaccount":
        return lambda rows: sure(rows.lookups.crossing(rows.start, rows.stop))
    return _part(_meaning(prefix, name), readers)


@lru_cache(64)
def _meaning(prefix: str, name: str) -> Node:
    return parse(FLAGS[prefix][name], datetime(2000, 1, 1, tzinfo=UTC))
