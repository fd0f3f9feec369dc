"""A filter asked of Athena: what it answers, what is left to ask here, what it costs before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from msgspec import Struct

from ctexplore.engines.athena.counts import by_hour_sql, by_sql
from ctexplore.engines.athena.quoting import NotInSql
from ctexplore.engines.athena.sql import divided, select
from ctexplore.engines.athena.table import Table
from ctexplore.query.canonical import canonical
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.query.syntax import EVERYTHING, Node, all_of
from ctexplore.sources.athena.rows import selected
from ctexplore.sources.athena.source import Question
from ctexplore.store.containers.split import split
from ctexplore.store.containers.unpack import UnpackError, unpack
from ctexplore.store.scope import Scope
from ctexplore.trail.record import fields_of, text_of


class Held(Struct, frozen=True):
    """A table and the days of events that it has: since <= day < until; None is no bound."""

    table: Table
    since: date | None = None
    until: date | None = None

    def covers(self, since: datetime | None, until: datetime | None) -> bool:
        """Whether all events of a time range are in it."""
        return (self.since is None or (since is not None and since >= _midnight(self.since))) and (
            self.until is None or (until is not None and until <= _midnight(self.until))
        )


class Asked(Struct, frozen=True):
    """question: for Athena. left: what has to be asked here of what comes, EVERYTHING if nothing.
    reasons: why. table: the one that is asked."""

    question: Question
    left: Node
    reasons: tuple[str, ...]
    table: Table

    def __str__(self) -> str:
        said = f"Athena: {self.question.wanted or 'everything'}"
        return said if self.left == EVERYTHING else f"{said}; here: {canonical(self.left)}"


def asked(
    node: Node | None, tables: Sequence[Held], scope: Scope, *, limit: int | None = None
) -> Asked:
    """The question for what is wanted within a scope's times, accounts and regions.

    tables: the one that is asked is the first that covers the times; the last one otherwise.
    limit: rows at most, where nothing is left to ask. Raises NotInSql.
    """
    whole = within(node, scope)
    since, until = Filter(whole).time_bounds()
    table = next((h.table for h in tables if h.covers(since, until)), tables[-1].table)
    parts = divided(whole, table)
    sql = select(
        parts.said,
        table,
        selected=selected(table.more),
        limit=limit if parts.left == EVERYTHING else None,
        accounts=scope.accounts,
        regions=scope.regions,
    )
    wanted = "" if parts.said == EVERYTHING else canonical(parts.said)
    question = Question(sql, table.more, wanted, parts.said, until)
    return Asked(question, parts.left, parts.reasons, table)


_MOST_VALUES: Final = 500


def counted(node: Node | None, tables: Sequence[Held], scope: Scope, field: str) -> str:
    """SQL that counts a field's most frequent values, or events by hour, in what is wanted within a
    scope. Raises NotInSql where a part of that can only be asked here."""
    found = asked(node, tables, scope)
    if found.left != EVERYTHING:
        raise NotInSql(f"only some of the filter can be asked there: {found.reasons[0]}")
    whole, narrow = within(node, scope), (scope.accounts, scope.regions)
    if field == "time":
        return by_hour_sql(whole, found.table, *narrow)
    return by_sql(whole, found.table, field, *narrow, _MOST_VALUES)


def within(node: Node | None, scope: Scope) -> Node:
    """A filter that also asks for a scope's times."""
    bounds = (("since", scope.since), ("until", scope.until))
    text = " ".join(f"{name}:{at.astimezone(UTC).isoformat()}" for name, at in bounds if at)
    parts = [node, parse(text, datetime.now(UTC)) if text else None]
    return all_of([part for part in parts if part is not None])


def record_of(data: bytes, id: str) -> bytes | None:  # noqa: A002
    """The record with an event id in a log file's stored bytes."""
    try:
        found = split(unpack(data).data).records
    except UnpackError:
        return None
    needle = id.encode()
    for record in found:
        if needle in (raw := bytes(record)):
            fields = fields_of(raw)
            if fields is not None and text_of(fields.get("eventID", b"")) == id:
                return raw
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
