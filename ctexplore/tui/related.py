"""Events that belong with one: the record a correction corrects, an Insight's other end, and what
only claims the same id. Reads records, so not for the screen's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from ctexplore.sources.source import SourceError
from ctexplore.store.batch import Codes
from ctexplore.store.session import Session
from ctexplore.store.stamps import one_id
from ctexplore.store.table import Array
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.facts import text
from ctexplore.trail.insight import Insight, read_insight
from ctexplore.trail.names import order_key
from ctexplore.trail.node import Object

# Candidates whose records are read; real ones are one or two.
_MOST = 20


class Related(NamedTuple):
    """said: one line, raw log text in it. row: where to go; None when it is not loaded."""

    said: str
    row: int | None


def related(session: Session, row: int, record: bytes) -> tuple[Related, ...]:
    """What belongs with the event of a row. Never raises: what cannot be read is left out."""
    try:
        root = parse(record).root
    except JsonError:
        return ()
    if not isinstance(root, Object):
        return ()
    found = [*_same_id(session, row), *_corrected(session, root)]
    insight = read_insight(root)
    if insight is not None:
        return (*found, *_other_end(session, row, insight))
    return (*found, *_corrections(session, row, text(root, "eventID")))


def insight_pair(session: Session, row: int, insight: Insight) -> Insight | None:
    """The Start of an End or the End of a Start, where it is loaded."""
    return next((other for _, other in _pairs(session, row, insight)), None)


def _same_id(session: Session, row: int) -> Iterator[Related]:
    """Other rows with this id and other bytes; identical copies are told by their files."""
    table, conflicts = session.table, session.order.conflicts
    at = int(np.searchsorted(conflicts, row))
    if at >= len(conflicts) or int(conflicts[at]) != row:
        return
    same = (table.ids[conflicts] == table.ids[row]).all(axis=1)
    for other in conflicts[same].tolist():
        if other != row:
            yield Related(f"same id, other bytes: {_told(session, other)}", other)


def _corrected(session: Session, root: Object) -> Iterator[Related]:
    """The record that an addendum is about (CloudTrail User Guide, "CloudTrail record contents":
    originalEventID is there when the reason is UPDATED_DATA)."""
    original = text(root, "addendum", "originalEventID")
    if not original:
        return
    wanted = one_id(original.lower())
    ids = session.table.ids
    rows = _unfolded(session, (ids[:, 0] == wanted[0]) & (ids[:, 1] == wanted[1])).tolist()
    if not rows:
        yield Related(f"corrects {original}, which is not loaded", None)
    for row in rows:
        yield Related(f"corrects {_told(session, row)}", row)


def _corrections(session: Session, row: int, event_id: str) -> Iterator[Related]:
    """Records of the same call, delivered later, whose addendum names this event.

    A correction has the time and the name of what it corrects, so few records are read.
    """
    table = session.table
    if not event_id or not table.has_time(row):
        return
    kind = table.codes("kind")
    same = (table.time == table.time[row]) & (kind == kind[row])
    file = int(table.file[row])
    delivered = order_key(table.files[file].key) >> 32

    def later(other: int) -> bool:
        key = table.files[int(table.file[other])].key
        return int(table.file[other]) != file and order_key(key) >> 32 >= delivered

    for other, root in _read(session, _unfolded(session, same), later):
        if text(root, "addendum", "originalEventID").lower() == event_id.lower():
            fields = text(root, "addendum", "updatedFields")
            about = f" ({fields})" if fields else ""
            yield Related(f"corrected by {_told(session, other)}{about}", other)


def _other_end(session: Session, row: int, insight: Insight) -> Iterator[Related]:
    other = {"Start": "End", "End": "Start"}.get(insight.state, "other half")
    found = list(_pairs(session, row, insight))
    for at, _ in found:
        yield Related(f"its {other}: {_told(session, at)}", at)
    if not found and insight.shared:
        yield Related(f"its {other} is not loaded", None)


def _pairs(session: Session, row: int, insight: Insight) -> Iterator[tuple[int, Insight]]:
    """The other events of an Insight; sharedEventID is the same in its Start and its End."""
    if not insight.shared:
        return
    table = session.table
    kind = table.codes("kind")
    same = _unfolded(session, kind == kind[row])
    near = same[np.argsort(np.abs(table.time[same] - table.time[row]), kind="stable")]
    for other, root in _read(session, near, lambda other: other != row):
        found = read_insight(root)
        if found is not None and found.shared == insight.shared and found.state != insight.state:
            yield other, found


def _read(
    session: Session, rows: Codes, wanted: Callable[[int], bool]
) -> Iterator[tuple[int, Object]]:
    left = _MOST
    for row in rows.tolist():
        if not left:
            return
        if not wanted(row):
            continue
        left -= 1
        try:
            root = parse(session.records.one(row)).root
        except (SourceError, JsonError, IndexError):
            continue
        if isinstance(root, Object):
            yield row, root


def _unfolded(session: Session, wanted: Array) -> Codes:
    """The row numbers where ``wanted`` is true, without those folded into others as copies: the
    list does not have them."""
    rows = np.flatnonzero(wanted).astype(np.uint32)
    return rows[~np.isin(rows, session.order.copies.rows)]


def _told(session: Session, row: int) -> str:
    table = session.table
    file = table.files[int(table.file[row])]
    when = np.datetime_as_string(np.datetime64(int(table.time[row]), "ms"), unit="s") + "Z"
    when = str(when) if table.has_time(row) else "no time"
    return f"{when} {table.text('name', row) or 'an event'} in {file.name}"
