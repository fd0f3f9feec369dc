"""A filter as one SELECT for Athena (engine version 3).

Said in SQL: and, or, not; every column but ``target`` and ``oddity``; every member that the
table has, in any case and through arrays; stars, expressions, comparisons, blocks of addresses,
presence; all flags; times. Not said: a word anywhere in the record, since the table does not have
the record; members that are no columns; letters that change into several when they are folded.
Beyond ASCII a record's letters are folded by ``lower``, which leaves ß and ς as they are. Event
times are read as ISO 8601 only, and an array right inside an array is not looked into. A trail's
table has neither Insights nor aggregated events.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from ctexplore.engines.athena import identity, paths
from ctexplore.engines.athena.fields import Columns
from ctexplore.engines.athena.partitions import pruned
from ctexplore.engines.athena.quoting import NotInSql, name
from ctexplore.engines.athena.table import Table
from ctexplore.engines.athena.values import both, either, moment, moment_of
from ctexplore.query.fields import FLAGS
from ctexplore.query.parse import parse
from ctexplore.query.syntax import (
    And,
    Column,
    Flag,
    Node,
    Not,
    Or,
    Path,
    Term,
    Time,
    Word,
    all_of,
)
from ctexplore.text import safe

# What a row of the answer has: the event, and the object that holds its record.
SELECTED: Final = (
    "eventtime", "eventsource", "eventname", "useridentity.arn", "useridentity.accesskeyid",
    "sourceipaddress", "awsregion", "recipientaccountid", "errorcode", "eventid", '"$path"',
)  # fmt: skip

_STEPS: Final = {"ct_role": identity.role, "ct_name": identity.name}


def select(
    node: Node,
    table: Table | None = None,
    *,
    selected: Sequence[str] = SELECTED,
    ordered: bool = True,
    limit: int | None = None,
    accounts: AbstractSet[str] = frozenset(),
    regions: AbstractSet[str] = frozenset(),
) -> str:
    """The SELECT for a filter, newest first if ordered. Raises NotInSql.

    selected: expressions over the table's columns; ``"$path"`` is the object's address.
    accounts, regions: of the folders that are open; empty is all.
    """
    table = table or Table()
    columns = Columns(table)
    asked = _condition(node, columns)
    kept = pruned(node, table, accounts, regions)
    inner = name(table.name)
    if needed := columns.needed:
        at = columns.members
        steps = [f"{step(at)} AS {s}" for s, step in _STEPS.items() if s in needed]
        label = [f"{identity.who(at)} AS ct_who"] if "ct_who" in needed else []
        inner = _within(['"$path" AS ct_path', *at.columns], inner, kept)
        inner = _within(steps, inner, [])
        inner = _within(label, inner, []) if label else inner
        kept = []
        selected = ["ct_path" if s == '"$path"' else s for s in selected]
    lines = [f"SELECT {', '.join(selected)}", f"FROM {inner}"]
    asked_lines = [c for c in _top(node, asked, columns) if c != "TRUE"]
    if where := [*kept, *asked_lines]:
        lines.append("WHERE " + "\n  AND ".join(where))
    if ordered:
        lines.append("ORDER BY eventtime DESC")
    if limit is not None:
        lines.append(f"LIMIT {limit:d}")
    return "\n".join(lines)


class Divided(Struct, frozen=True):
    """A filter in two, both of which every wanted event matches.

    said: what SQL can answer. left: what has to be asked of the records, EVERYTHING if nothing.
    reasons: why SQL cannot, one for each part left.
    """

    said: Node
    left: Node
    reasons: tuple[str, ...]


def divided(node: Node, table: Table | None = None) -> Divided:
    """The parts that hold together, by whether SQL can say them."""
    said: list[Node] = []
    left: list[Node] = []
    reasons: list[str] = []
    for part in node.parts if isinstance(node, And) else (node,):
        try:
            _condition(part, Columns(table or Table()))
        except NotInSql as error:
            left.append(part)
            reasons.append(str(error))
        else:
            said.append(part)
    return Divided(all_of(said), all_of(left), tuple(reasons))


def _condition(node: Node, columns: Columns) -> str:
    """True or false of each event, never null, so that NOT and OR mean what they do here."""
    match node:
        case And(parts):
            return both([_condition(p, columns) for p in parts])
        case Or(parts):
            return either([_condition(p, columns) for p in parts])
        case Not(part):
            return f"NOT ({_condition(part, columns)})"
        case Time(start=start, stop=stop):
            return _time(start, stop)
        case Flag(prefix, names):
            return either([_flag(prefix, n, columns) for n in names])
        case Word(text):
            raise NotInSql(
                f'the word "{safe(text)}" may stand anywhere in the record, which the table does '
                "not have; name the field"
            )
        case Term(Column(column), values):
            return columns.has(column, values)
        case Term(Path() as path, values):
            return paths.has(columns.table, path, values)
    raise AssertionError(node)


def _top(node: Node, whole: str, columns: Columns) -> list[str]:
    """One line for each part that must hold."""
    return [_condition(p, columns) for p in node.parts] if isinstance(node, And) else [whole]


def _time(start: int | None, stop: int | None) -> str:
    at = moment_of("eventtime")
    sides = [f"{at} {op} {moment(b)}" for op, b in ((">=", start), ("<", stop)) if b is not None]
    return f"coalesce({both(sides or [f'{at} IS NOT NULL'])}, FALSE)"


def _flag(prefix: str, flag: str, columns: Columns) -> str:
    if flag == "crossaccount":
        (caller,), (account,) = columns.texts("idaccount"), columns.texts("account")
        return f"({caller} <> '' AND {account} <> '' AND {caller} <> {account})"
    return _condition(parse(FLAGS[prefix][flag], datetime(2000, 1, 1, tzinfo=UTC)), columns)


def _within(added: Sequence[str], inner: str, where: Sequence[str]) -> str:
    """The rows of an inner SELECT with more columns."""
    lines = ["SELECT *", *(f", {column}" for column in added), f"FROM {inner}"]
    lines += ["WHERE " + " AND ".join(where)] if where else []
    return "(" + "\n".join(lines).replace("\n", "\n  ") + "\n)"
