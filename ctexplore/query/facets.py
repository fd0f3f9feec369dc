"""Which values a column has among some events, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from heapq import nsmallest
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ctexplore.query.evaluate import Records
from ctexplore.query.fields import ADDED, COLUMNS, resolve
from ctexplore.query.lexer import keys_of
from ctexplore.query.match import DOMAIN
from ctexplore.query.raw import holds
from ctexplore.query.record import decode, text_of, values_at
from ctexplore.query.syntax import Column
from ctexplore.store.columns.schema import FIELDS
from ctexplore.store.columns.table import Table
from ctexplore.trail import exact
from ctexplore.trail.node import Object, dump

RowNumbers: TypeAlias = npt.NDArray[np.uint32]
Counts: TypeAlias = list[tuple[str, int]]

# Rows counted in one go: np.bincount holds the interpreter, 1.5 ms for so many, and a screen
# may be waiting for it.
BLOCK = 1 << 19


def facet(
    table: Table,
    rows: RowNumbers | None,
    field: str,
    limit: int | None = None,
    records: Records | None = None,
) -> Counts:
    """(value, events) of a field, the most frequent first; "" counts events without a value.

    rows: the events to count, None for all. field: any name the filter language has; a path of
    the record needs ``records``, and an event counts once for each value it has there. ``who``
    is the label alone, and of a column that a room above adds an event counts once for each of
    its values. Raises UnknownField, and ValueError where nothing can be counted.
    """
    keys = keys_of(field)
    found = resolve(field, keys)
    if found == Column("id"):
        raise ValueError("every event has an id of its own")
    if isinstance(found, Column):
        return most(counted(table, rows, found.name), limit)
    if records is None:
        raise ValueError(f"{field} has to be read from the records")
    wanted = np.arange(table.count, dtype=np.uint32) if rows is None else rows
    return most(_path_counts(records, wanted, [k.casefold() for k in found.keys]), limit)


def counted(table: Table, rows: RowNumbers | None, column: str) -> dict[str, int]:
    """Events by value of a column of ``fields.COLUMNS`` or ``ADDED``: 4 ms at a million rows. Only
    values that occur; "" is none."""
    if column in ADDED:
        return _added_counts(table, rows, column)
    return _column_counts(table, rows, COLUMNS[column][0])


def most(counts: dict[str, int], limit: int | None) -> Counts:
    """The most frequent first, those of one number by name."""

    def rank(item: tuple[str, int]) -> tuple[int, str]:
        return -item[1], item[0]

    return (
        sorted(counts.items(), key=rank)
        if limit is None
        else nsmallest(limit, counts.items(), key=rank)
    )


def _column_counts(table: Table, rows: RowNumbers | None, field: str) -> dict[str, int]:
    codes = table.codes(FIELDS[field][0])
    texts = table.values(field)

    def found(block: slice) -> npt.NDArray[Any]:
        return codes[block] if rows is None else codes[rows[block]]

    counts: dict[str, int] = {}
    # Entries of one dimension that differ elsewhere share their text here.
    for entry, number in _numbers(found, len(codes if rows is None else rows), len(texts)):
        text = texts[entry]
        counts[text] = counts.get(text, 0) + number
    return counts


def _added_counts(table: Table, rows: RowNumbers | None, name: str) -> dict[str, int]:
    column, count = table.added.get(name), table.count
    total = count if rows is None else len(rows)
    if column is None:
        return {"": total} if total else {}

    def found(block: slice) -> npt.NDArray[Any]:
        if rows is None:
            return column.codes(block.start, min(block.stop, count))
        return column.codes_of(rows[block])

    counts: Counter[str] = Counter()
    for entry, number in _numbers(found, total, len(column.entries)):
        for value in column.entries[entry] or ("",):
            counts[value] += number
    return counts


def _numbers(
    found: Callable[[slice], npt.NDArray[Any]], total: int, entries: int
) -> Iterator[tuple[int, int]]:
    """(entry, events) for the entries that occur. found: the entries of a part of the events."""
    numbers = np.zeros(entries, np.intp)
    for at in range(0, total, BLOCK):
        numbers += np.bincount(found(slice(at, at + BLOCK)), minlength=entries)
    seen = np.flatnonzero(numbers)
    yield from zip(seen.tolist(), numbers[seen].tolist(), strict=True)


def _path_counts(records: Records, rows: RowNumbers, keys: list[str]) -> dict[str, int]:
    counts: Counter[str] = Counter()

    def without(some: RowNumbers) -> None:
        if len(some):
            counts[""] += len(some)

    for _, raw in records.read(rows, holds([[k] for k in keys]), without):
        counts.update(set(texts_at(raw, keys)) or ("",))
    return counts


def texts_at(raw: bytes, keys: Sequence[str]) -> list[str]:
    """What a record has at a path, as text: none where it is missing, JSON where it is an object.

    keys: casefolded. Bytes that are no JSON have nothing.
    """
    try:
        values = values_at(decode(raw), keys)
        if any(isinstance(v, dict) for v in values):
            values = values_at(exact.parse(raw).root, keys)
    except exact.JsonError:
        return []
    texts = (dump(v) if isinstance(v, Object) else text_of(v) for v in values)
    return [t for t in texts if t]


def complete(
    table: Table, column: str, prefix: str, rows: RowNumbers | None = None, limit: int = 20
) -> Counts:
    """(value, events) of loaded values for what has been typed: those that start with it, the
    most frequent first, then those that have it inside. A source is offered without its domain.
    """
    if column == "id":
        return []
    folded = prefix.casefold()
    counts = counted(table, rows, column)
    if column == "source":
        short: Counter[str] = Counter()
        for text, number in counts.items():
            short[text.removesuffix(DOMAIN)] += number
        counts = short
    starting: dict[str, int] = {}
    holding: dict[str, int] = {}
    for text, number in counts.items():
        at = text.casefold().find(folded)
        if text and at >= 0:
            (holding if at else starting)[text] = number
    found = most(starting, limit)
    return found + most(holding, limit - len(found))
