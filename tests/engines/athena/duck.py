"""Athena's SQL run by DuckDB, over a table of the same shape filled from records.

sqlglot translates; what DuckDB spells in no way of its own is put in here, not in the SQL.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from ctexplore.engines.athena.table import MAP, Array, Struct, Table, Type, columns


def answers(sql: str, database: duckdb.DuckDBPyConnection) -> list[Any]:
    """The first column of each row."""
    return [row[0] for row in database.execute(translated(sql)).fetchall()]


def connected() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(config={"threads": 1})
    database.create_function("in_block", _in_block, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    return database


def filled(
    database: duckdb.DuckDBPyConnection,
    path: Path,
    records: Iterable[dict[str, Any]],
    table: Table,
) -> None:
    """Put the records in a table ``cloudtrail_logs``, their numbers beside them as ``row``.
    path: where a file may be written."""
    kinds = columns(table.more)
    with path.open("w") as file:
        for number, record in enumerate(records):
            lower = {key.lower(): value for key, value in record.items()}
            row = {name: _value(lower.get(name), kind) for name, kind in kinds.items()}
            row["row"] = str(number)
            file.write(json.dumps(row) + "\n")
    wanted = ", ".join(f"{name!r}: {_type(kind)!r}" for name, kind in kinds.items())
    database.execute(
        f"""CREATE OR REPLACE TABLE cloudtrail_logs AS
        SELECT *, 's3://trail/' || "row" || '.json' AS "$path"
        FROM read_json('{path}', columns={{{wanted}, 'row': 'INTEGER'}},
        format='newline_delimited', maximum_object_size=50000000)"""
    )


def translated(sql: str) -> str:
    tree = sqlglot.parse_one(sql, read="athena")
    for node in reversed(list(tree.walk())):  # from the inside out
        if (other := _spelled(node)) is not node:
            node.replace(other)
    return tree.sql("duckdb")


def _spelled(node: exp.Expression) -> exp.Expression:
    match node:
        case exp.Anonymous() if node.name.lower() == "any_match":
            found = exp.func("list_filter", *node.expressions)
            return exp.paren(exp.GT(this=exp.func("len", found), expression=exp.Literal.number(0)))
        case exp.ParseJSON():
            valid = exp.func("json_valid", node.this)
            return exp.case().when(valid, exp.cast(node.this, "JSON"))
        case exp.ArrayContains():
            return exp.func("in_block", node.this, node.expression.this)
        case exp.JSONFormat():
            return exp.cast(node.this, "VARCHAR")
    return node


def _in_block(block: str, address: str) -> bool:
    """Trino's ``contains(network, address)``."""
    try:
        found: Any = ipaddress.ip_address(address)
    except ValueError:
        return False
    if found.version == 6 and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found in ipaddress.ip_network(block)


def _value(value: Any, kind: Type) -> Any:
    """A member as the JSON SerDe gives it to a column of this type."""
    if value is None:
        return None
    match kind:
        case Struct(members):
            if not isinstance(value, dict):
                return None
            lower = {key.lower(): member for key, member in value.items()}
            return {name: _value(lower.get(name), inner) for name, inner in members.items()}
        case Array(of):
            return [_value(item, of) for item in value] if isinstance(value, list) else None
        case "json":
            return json.dumps(value)
        case _ if kind == MAP:
            return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else None
    return value if isinstance(value, str) else json.dumps(value)


def _type(kind: Type) -> str:
    match kind:
        case Struct(members):
            inner = ", ".join(f'"{name}" {_type(member)}' for name, member in members.items())
            return f"STRUCT({inner})"
        case Array(of):
            return _type(of) + "[]"
    return "MAP(VARCHAR, VARCHAR)" if kind == MAP else "VARCHAR"
