"""What became of a thing: created, changed, deleted, as the events that mention it tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, tzinfo

import numpy as np
from msgspec import Struct

from ctexplore.investigate.times import moment
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.table import Table

# By the verbs of AWS's API names.
_CREATES = re.compile(r"Create|Run[A-Z]|Register|Allocate|Import|Request[A-Z]|Upload|Restore")
_DELETES = re.compile(
    r"(Batch)?Delete|Terminate|Deregister|Release|Destroy|Purge|Schedule.*Deletion"
)


class Life(Struct, frozen=True):
    """Rows of a table and numbers of events.

    created: the first successful call that creates. deleted: the last successful write, where it
    deletes. changed: other successful writes, and the last of them. accounts, regions: how many.
    """

    created: int | None = None
    deleted: int | None = None
    last_change: int | None = None
    changed: int = 0
    read: int = 0
    failed: int = 0
    accounts: int = 0
    regions: int = 0


def life(table: Table, rows: Codes) -> Life:
    """The life of what all of these events mention. A million rows take some 30 ms."""
    if not len(rows):
        return Life()
    times = table.time[rows]
    errors = np.array([bool(text) for text in table.values("error")])
    failed = errors[table.codes("error")[rows]]
    kinds = table.codes("kind")[rows]
    names = table.values("name")
    wrote = np.array([text == "false" for text in table.values("readonly")])[kinds]
    wrote &= ~failed & (times != NO_TIME)
    creates, deletes = (
        np.array([bool(verb.match(name)) for name in names])[kinds] & wrote
        for verb in (_CREATES, _DELETES)
    )
    order = np.argsort(times, kind="stable")
    created = _first(order[creates[order]], rows)
    writes = order[wrote[order]]
    last = writes[-1] if len(writes) else None
    deleted = int(rows[last]) if last is not None and deletes[last] else None
    between = [int(r) for r in rows[writes[::-1][:3]] if r not in (created, deleted)]
    return Life(
        created,
        deleted,
        between[0] if between else None,
        len(writes) - (created is not None) - (deleted is not None and deleted != created),
        int((~wrote & ~failed).sum()),
        int(failed.sum()),
        len(np.unique(table.codes("account")[rows])),
        len(np.unique(table.codes("region")[rows])),
    )


def _first(places: Codes, rows: Codes) -> int | None:
    return int(rows[places[0]]) if len(places) else None


def life_line(table: Table, found: Life, zone: tzinfo | None = UTC) -> str:
    """``created … › changed … › deleted … · reads · failures``; raw log text in it."""
    story = " › ".join(_story(table, found, zone)) or "no successful write mentions it"
    beside = [
        f"{found.read:,} read" * bool(found.read),
        f"{found.failed:,} failed" * bool(found.failed),
        f"{found.accounts:,} accounts" * (found.accounts > 1),
        f"{found.regions:,} regions" * (found.regions > 1),
    ]
    return " · ".join([story, *filter(None, beside)])


def _story(table: Table, found: Life, zone: tzinfo | None) -> Iterator[str]:
    def told(row: int) -> str:
        when = moment(int(table.time[row]), zone)[5:]
        return f"{when} {table.text('name', row)} by {table.text('who', row)}"

    if found.created is not None:
        yield f"created {told(found.created)}"
    if found.last_change is not None:
        often = f"{found.changed:,} times, last" if found.changed > 1 else ""
        yield " ".join(filter(None, ("changed", often, told(found.last_change))))
    if found.deleted is not None:
        yield f"deleted {told(found.deleted)}"
