"""How many events, and how often each value of a field comes, counted by Athena."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ctexplore.engines.athena.fields import Columns
from ctexplore.engines.athena.quoting import NotInSql
from ctexplore.engines.athena.sql import select
from ctexplore.engines.athena.table import Table
from ctexplore.query.fields import COLUMNS, resolve
from ctexplore.query.lexer import keys_of
from ctexplore.query.syntax import Column, Node

# Two trails into one bucket deliver an event twice; it is counted once.
_EVENTS = "count(DISTINCT eventid)"


def count_sql(
    node: Node,
    table: Table,
    accounts: AbstractSet[str] = frozenset(),
    regions: AbstractSet[str] = frozenset(),
) -> str:
    """One row with one number. Raises NotInSql."""
    return select(
        node, table, selected=[_EVENTS], ordered=False, accounts=accounts, regions=regions
    )


def by_hour_sql(
    node: Node,
    table: Table,
    accounts: AbstractSet[str] = frozenset(),
    regions: AbstractSet[str] = frozenset(),
) -> str:
    """Rows of an hour, as ``2026-03-07T03``, and its number, in the order of time. Raises
    NotInSql."""
    sql = select(
        node,
        table,
        selected=["substr(eventtime, 1, 13) AS hour", f"{_EVENTS} AS events"],
        ordered=False,
        accounts=accounts,
        regions=regions,
    )
    return sql + "\nGROUP BY 1\nORDER BY 1"


def by_sql(
    node: Node,
    table: Table,
    field: str,
    accounts: AbstractSet[str] = frozenset(),
    regions: AbstractSet[str] = frozenset(),
    limit: int | None = None,
) -> str:
    """Rows of a value and its number, most first. field: one that is a column of the table, by
    any name that filters have for it. Raises NotInSql, LookupError."""
    found = resolve(field, keys_of(field))
    if not isinstance(found, Column):
        raise NotInSql(f"{field} is no column of the table")
    columns = Columns(table)
    text = columns.texts(COLUMNS[found.name][0])[0]
    if columns.needed:
        raise NotInSql(f"{field} is put together from several columns")
    sql = select(
        node,
        table,
        selected=[f"{text} AS value", f"{_EVENTS} AS events"],
        ordered=False,
        accounts=accounts,
        regions=regions,
    )
    sql += "\nGROUP BY 1\nORDER BY 2 DESC, 1"
    return sql + (f"\nLIMIT {limit:d}" if limit else "")
