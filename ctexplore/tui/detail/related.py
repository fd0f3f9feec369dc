"""Events that belong with one: the record a correction corrects, an Insight's other end, and what
only claims the same id. Found in columns, among all that is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ctexplore.sources.source import SourceError
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.stamps import one_id
from ctexplore.store.columns.table import Array
from ctexplore.store.session import Session
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.facts import text
from ctexplore.trail.insight import Insight, read_insight
from ctexplore.trail.node import Object


class Related(NamedTuple):
    """said: one line, raw log text in it. row: where to go; None when it is not loaded."""

    said: str
    row: int | None


def related(session: Session, row: int, record: bytes) -> tuple[Related, ...]:
    """What belongs with the event of a row, whose record's bytes are given. Never raises."""
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
    """The Start of an End or the End of a Start, where it is loaded. Reads it, so not for the
    screen's thread; what cannot be read is none."""
    for other in _pairs(session, row, insight):
        try:
            root = parse(session.records.one(other)).root
        except (SourceError, JsonError, IndexError):
            continue
        found = read_insight(root) if isinstance(root, Object) else None
        if found is not None and found.state != insight.state:
            return found
    return None


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
    """Records whose addendum names this event, whenever they were delivered."""
    for other in _linked(session, event_id):
        if other != row:
            yield Related(f"corrected by {_told(session, other)}", other)


def _other_end(session: Session, row: int, insight: Insight) -> Iterator[Related]:
    other = {"Start": "End", "End": "Start"}.get(insight.state, "other half")
    found = _pairs(session, row, insight)
    for at in found:
        yield Related(f"its {other}: {_told(session, at)}", at)
    if not found and insight.shared:
        yield Related(f"its {other} is not loaded", None)


def _pairs(session: Session, row: int, insight: Insight) -> list[int]:
    """The other events of an Insight: sharedEventID is the same in its Start and its End, which
    have an eventID each."""
    ids = session.table.ids
    return [o for o in _linked(session, insight.shared) if (ids[o] != ids[row]).any()]


def _linked(session: Session, wanted: str) -> list[int]:
    """The rows that have this id as their link; of a million rows in a millisecond."""
    table, wanted = session.table, wanted.lower()
    links = enumerate(table.values("link"))
    numbers = [number for number, link in links if link and link.lower() == wanted]
    if not numbers:
        return []
    return list(map(int, _unfolded(session, np.isin(table.codes("oddity"), numbers))))


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
