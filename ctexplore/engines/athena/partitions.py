"""Which of a table's partitions can have what a filter wants, so that no others are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import Final

from ctexplore.engines.athena.quoting import literal
from ctexplore.engines.athena.table import Table
from ctexplore.query.evaluate import Filter
from ctexplore.query.syntax import And, Column, Node, Term, Text
from ctexplore.trail.accounts import NAMES
from ctexplore.trail.window import DELIVERY_SLACK

# Calls of global services were recorded as of these regions, whatever region's folder they were
# delivered to, until 2021-11-22 (CloudTrail User Guide, "Global service events").
_GLOBAL: Final = frozenset({"us-east-1", "us-gov-west-1", "cn-north-1"})
_UNTIL: Final = datetime(2021, 11, 23, tzinfo=UTC)


def pruned(
    node: Node,
    table: Table,
    accounts: AbstractSet[str] = frozenset(),
    regions: AbstractSet[str] = frozenset(),
) -> list[str]:
    """Conditions on the partition columns that all wanted events meet.

    accounts, regions: of the folders that are open; empty is all.
    """
    since, until = Filter(node).time_bounds()
    found = list(_days(table, since, until))
    named_accounts = _named(node, "account")
    if named_accounts is not None:
        # A name stands for its accounts.
        ids = {i for text in named_accounts for i in NAMES.ids(text) or {text}}
        accounts = _both(accounts, ids)
    named_regions = _named(node, "region")
    if named_regions is not None:
        late = since is not None and since >= _UNTIL
        if late or not _GLOBAL.intersection(named_regions):
            regions = _both(regions, set(named_regions))
    found += _among(table.account, accounts)
    found += _among(table.region, regions)
    return found


def _days(table: Table, since: datetime | None, until: datetime | None) -> Iterator[str]:
    if not table.day:
        return
    column, form = _column(table.day), "%Y-%m-%d" if table.event_days else "%Y/%m/%d"
    if since is not None:
        yield f"{column} >= '{since.astimezone(UTC):{form}}'"
    if until is not None and until.year < 9999:
        # One that is delivered may have happened before midnight.
        slack = timedelta() if table.event_days else DELIVERY_SLACK
        yield f"{column} <= '{until.astimezone(UTC) + slack:{form}}'"


def _among(column: str, values: AbstractSet[str]) -> Iterator[str]:
    if column and values:
        yield f"{_column(column)} IN ({', '.join(map(literal, sorted(values)))})"


def _named(node: Node, field: str) -> list[str] | None:
    """The plain values of a term that all wanted events meet; None where there is no such term."""
    parts: Sequence[Node] = node.parts if isinstance(node, And) else (node,)
    for part in parts:
        match part:
            case Term(Column(name), values) if name == field:
                texts = [v.value.lower() for v in values if isinstance(v, Text) and v.value]
                if len(texts) == len(values):
                    return texts
    return None


def _both(open_: AbstractSet[str], wanted: set[str]) -> AbstractSet[str]:
    """What is in both; where that is nothing, what is wanted, so that nothing is found."""
    return open_ & wanted or wanted if open_ else wanted


def _column(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
