"""What to show of an event: fields by the names that filters have for them, as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from ctexplore.engines.answer import Answer
from ctexplore.query.facets import texts_at
from ctexplore.query.fields import ADDED, COLUMNS, nearest_field, resolve
from ctexplore.query.lexer import tokens
from ctexplore.query.raw import AnyTest, holds
from ctexplore.query.syntax import Column
from ctexplore.store.columns.added import one_text
from ctexplore.store.columns.schema import FIELDS, NO_TIME
from ctexplore.store.columns.table import Table

TIME = "time"
_TIMES = (TIME, "eventtime")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Commas that are not between quotes.
_NAME = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+', re.DOTALL)


class Field(Struct, frozen=True):
    """name: as it was asked for. column: a field of the table or added to it, or TIME; else "".

    keys: where the record has it, casefolded, when no column does.
    """

    name: str
    column: str
    keys: tuple[str, ...] = ()


class FieldError(ValueError):
    """A name that is no field. hint: one that may have been meant; may be empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} ({hint})" if hint else message)


def fields(text: str) -> tuple[Field, ...]:
    """The fields of names with commas between them. Raises FieldError."""
    found = tuple(field(name.strip()) for name in _NAME.findall(text) if name.strip())
    if not found:
        raise FieldError("no fields are named", "as time,name,who")
    return found


def field(name: str) -> Field:
    """A field by any name that filters have for it, or the time. Raises FieldError."""
    if name.lower() in _TIMES:
        return Field(name, TIME)
    read = tokens(f"{name}:")
    if not read or read[0].kind != "field" or read[0].end != len(name) + 1:
        raise FieldError(f'"{name}" is no field', "a name, or a path as requestParameters.name")
    try:
        found = resolve(name, read[0].keys)
    except LookupError:
        near = nearest_field(read[0].keys[0], len(read[0].keys) > 1)
        raise FieldError(f'there is no field "{name}"', near and f"{near}?") from None
    if isinstance(found, Column):
        # The table has the id's bits only.
        if found.name == "id":
            return Field(name, "", ("eventid",))
        return Field(name, found.name if found.name in ADDED else COLUMNS[found.name][0])
    return Field(name, "", tuple(key.casefold() for key in found.keys))


# The columns of the event list.
DEFAULT = tuple(
    map(field, ("time", "name", "source", "who", "target", "ip", "region", "account", "error"))
)


def columns(answer: Answer, wanted: Iterable[Field]) -> list[list[str]]:
    """The texts of each field for all rows of the answer, as the log has them; "" is none.

    Records are read once, for the fields that no column has. Several values at one path are a
    JSON array.
    """
    wanted = list(wanted)
    said = _said(answer, {f.keys: None for f in wanted if not f.column})
    return [said[f.keys] if not f.column else _column(answer, f.column) for f in wanted]


def _column(answer: Answer, name: str) -> list[str]:
    table, rows = answer.table, answer.rows
    if name == TIME:
        return times(table, rows.tolist())
    if name in ADDED:
        column = table.added.get(name)
        if column is None:
            return [""] * len(rows)
        said = column.texts()
        return [said[code] for code in column.codes_of(rows).tolist()]
    codes = table.codes(FIELDS[name][0])[rows].tolist()
    values = table.values(name)
    return [values[code] for code in codes]


def times(table: Table, rows: Sequence[int]) -> list[str]:
    """When events happened: ISO 8601 in UTC, to the second or, where it is known, the
    millisecond. A time that could not be read is the record's own text."""
    known: dict[int, str] = {}
    texts = []
    for row in rows:
        stamp = int(table.time[row])
        if stamp == NO_TIME:
            texts.append(table.text("timetext", row))
            continue
        text = known.get(stamp)
        if text is None:
            moment = (_EPOCH + timedelta(milliseconds=stamp)).replace(tzinfo=None)
            precision = "milliseconds" if stamp % 1000 else "seconds"
            text = known[stamp] = moment.isoformat(timespec=precision) + "Z"
        texts.append(text)
    return texts


def _said(answer: Answer, paths: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], list[str]]:
    """What the records have at each path; "" also where a record cannot be read."""
    said = {keys: [""] * len(answer) for keys in paths}
    if not said:
        return said
    place = {row: position for position, row in enumerate(answer.rows.tolist())}
    may_hold = AnyTest(tuple(holds([[key] for key in keys]) for keys in said))
    for row, raw in answer.records.read(answer.rows, may_hold):
        for keys, texts in said.items():
            found = texts_at(raw, keys)
            if found:
                texts[place[row]] = one_text(found)
    return said
