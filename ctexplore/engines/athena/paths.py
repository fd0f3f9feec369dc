"""Members of a record as a table has them: typed columns, and columns that hold JSON.

In JSON the language matches a member whatever its case, and sees through arrays. So each step is
asked of every element and of every key that folds alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctexplore.engines.athena.quoting import NotInSql, folded, literal
from ctexplore.engines.athena.table import Array, Struct, Table, Type
from ctexplore.engines.athena.values import either, is_one_of
from ctexplore.query.canonical import field_text
from ctexplore.query.syntax import Path, Present, Text, Value
from ctexplore.query.values import number

# Numbers that SQL's doubles hold exactly.
_EXACT = 2**53
_FRACTION = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?", re.ASCII)


def has(table: Table, path: Path, values: Sequence[Value]) -> str:
    """Whether a path has one of the values. Raises NotInSql where the table lacks it."""
    wanted = tuple(v for v in values if v != Text(""))
    found = [_found(table, path, wanted)] if wanted else []
    if len(wanted) < len(values):
        found.append(f"NOT {_found(table, path, (Present(),))}")
    return either(found)


def _found(table: Table, path: Path, values: tuple[Value, ...]) -> str:
    top, *keys = (key.casefold() for key in path.keys)
    kind = table.columns.get(top)
    if kind is None:
        raise NotInSql(f"{field_text(path)}: is not in the table")
    return _inside(field_text(path), top, kind, keys, values)


def _inside(
    shown: str, text: str, kind: Type, keys: Sequence[str], values: tuple[Value, ...]
) -> str:
    match kind:
        case Struct(members):
            if not keys:
                return f"({text} IS NOT NULL)" if Present() in values else "FALSE"
            inner = members.get(keys[0])
            if inner is None:
                raise NotInSql(f"{shown}: is not in the table")
            return _inside(shown, f"{text}.{keys[0]}", inner, keys[1:], values)
        case Array(of):
            test = _inside(shown, "r", of, keys, values)
            return f"coalesce(any_match({text}, r -> {test}), FALSE)"
        case "json":
            parsed = f"TRY(json_parse({text}))"
            return f"coalesce({_any(parsed, keys, values, 1)}, FALSE)"
        case "string":
            return "FALSE" if keys else is_one_of(f"coalesce({text}, '')", values)
    raise NotInSql(f"{shown}: is a map in the table, whose keys have lost their case")


def _any(json: str, keys: Sequence[str], values: tuple[Value, ...], depth: int) -> str:
    """Whether a JSON value, or any element if it is an array, has one of the values at keys."""
    item, key = f"v{depth}", f"k{depth}"
    if not keys:
        test = _scalar(item, values)
    else:
        members = f"TRY_CAST({item} AS MAP(VARCHAR, JSON))"
        alike = f"lower({key}) = {literal(folded(keys[0]))}"
        inner = f"element_at({members}, {key})"
        test = (
            f"any_match(filter(map_keys({members}), {key} -> {alike}),"
            f" {key} -> {_any(inner, keys[1:], values, depth + 1)})"
        )
    elements = f"coalesce(TRY_CAST({json} AS ARRAY(JSON)), ARRAY[{json}])"
    return f"any_match({elements}, {item} -> {test})"


def _scalar(item: str, values: tuple[Value, ...]) -> str:
    """The test of one JSON value; an object is nothing but present."""
    text = f"coalesce(json_extract_scalar({item}, '$'), '')"
    found = [is_one_of(text, values)]
    if Present() in values:
        found.append(f"TRY_CAST({item} AS MAP(VARCHAR, JSON)) IS NOT NULL")
    for value in values:
        if isinstance(value, Text) and _FRACTION.fullmatch(value.value):
            bound = number(value.value)
            if bound is not None and abs(bound) < _EXACT:
                # However the record writes the number; a text that looks like one is no number.
                is_number = f"substr(json_format({item}), 1, 1) <> '\"'"
                double = f"TRY_CAST(json_format({item}) AS DOUBLE)"
                found.append(f"({is_number} AND coalesce({double} = {float(bound)!r}, FALSE))")
    return either(found)
