"""One actor's events by key, address, agent, region and API, and what was denied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from ctexplore.query.fields import FLAGS
from ctexplore.store.columns.schema import FIELDS, NO_TIME
from ctexplore.store.columns.table import Table
from ctexplore.store.session import Session

Array = npt.NDArray[Any]

# Sections by the field of the table that each counts.
FIELDS_COUNTED: Final = {
    "key": "access keys",
    "user": "users and sessions",
    "ip": "addresses",
    "agent": "user agents",
    "region": "regions",
    "account": "accounts",
    "source": "services",
    "name": "APIs",
}
# Every spelling of AWS's services, as ``is:denied`` has them.
_DENIED: Final = frozenset(FLAGS["is"]["denied"].removeprefix("error:").split(","))


class NoActor(LookupError):
    """Nobody has that name; says so."""


class Value(Struct, frozen=True):
    """One value of a field: events, failures, the times of the first and the last event in
    milliseconds since 1970, None without any."""

    text: str
    events: int
    failed: int
    first: int | None
    last: int | None


class Denied(Struct, frozen=True):
    """A call that was denied: of which service's API, how often, and on how many targets.

    allowed: the time of the first success after a denial, None where none came. again: successes
    after that denial.
    """

    source: str
    name: str
    denied: int
    first: int | None
    last: int | None
    targets: tuple[tuple[str, int], ...]
    allowed: int | None = None
    again: int = 0


class Profile(Struct):
    """actor: the stable id (an ARN, a service or an account). who: the labels it goes by.

    sections: values of each of FIELDS_COUNTED, most frequent first. errors: the failures by
    their code. denied: the access-denied matrix, most frequent first.
    """

    actor: str
    who: tuple[str, ...]
    events: int = 0
    failed: int = 0
    first: int | None = None
    last: int | None = None
    sections: dict[str, list[Value]] = field(default_factory=dict)
    errors: list[Value] = field(default_factory=list)
    denied: list[Denied] = field(default_factory=list)
    loaded: int = 0


def actors_named(session: Session, text: str) -> list[str]:
    """The actors that a name means: its id, or else a label, a user, a role or a key."""
    table, wanted = session.table, text.casefold()
    actors = list(table.values("actor"))
    for names in (("actor",), ("key",), ("who", "user", "role")):
        found = {
            actor
            for field_name in names
            for actor, name in zip(actors, table.values(field_name), strict=False)
            if name and name.casefold() == wanted and actor
        }
        if found:
            return sorted(found)
    return []


def profile(session: Session, actor: str) -> Profile:
    """Everything the actor of this id did. Reads no records: some 50 ms of a million events.

    Raises NoActor.
    """
    table, count = session.table, session.order.count
    entries = np.array([name == actor for name in table.values("actor")])
    mine = entries[table.codes("identity")[:count]]
    copies = session.order.copies.rows
    mine[copies[copies < count]] = False
    rows = np.flatnonzero(mine)
    if not len(rows) or not actor:
        raise NoActor(f"no loaded event is by {actor or 'nobody'}")
    errors = np.array([bool(text) for text in table.values("error")])
    failed = errors[table.codes("error")[rows]]
    times = table.time[rows]
    dated = times[times != NO_TIME]
    labels = np.unique(table.codes("identity")[rows])
    who = tuple(dict.fromkeys(table.values("who")[n] for n in labels.tolist()))
    found = Profile(actor, who, len(rows), int(failed.sum()), loaded=count)
    if len(dated):
        found.first, found.last = int(dated.min()), int(dated.max())
    for name in FIELDS_COUNTED:
        found.sections[name] = [v for v in _values(table, rows, failed, name) if v.text]
    found.errors = [v for v in _values(table, rows[failed], failed[failed], "error") if v.text]
    found.denied = _denied(table, rows)
    return found


def _values(table: Table, rows: Array, failed: Array, name: str) -> list[Value]:
    dimension = FIELDS[name][0]
    codes = table.codes(dimension)[rows]
    texts = table.values(name)
    # Entries that differ in another field share their text here.
    numbers: dict[str, int] = {}
    used = np.unique(codes)
    group = np.zeros(int(used[-1]) + 1 if len(used) else 0, np.int64)
    for code in used.tolist():
        group[code] = numbers.setdefault(texts[code], len(numbers))
    groups = group[codes]
    events = np.bincount(groups, minlength=len(numbers))
    bad = np.bincount(groups[failed], minlength=len(numbers))
    first, last = _ends(table.time[rows], groups, len(numbers))
    values = [
        Value(text, events_of, failed_of, begin, end)
        for text, events_of, failed_of, begin, end in zip(
            numbers, events.tolist(), bad.tolist(), first, last, strict=True
        )
    ]
    return sorted(values, key=lambda value: (-value.events, value.text))


def _ends(times: Array, groups: Array, count: int) -> tuple[list[int | None], list[int | None]]:
    """The first and the last time of each group."""
    low = np.full(count, np.iinfo(np.int64).max)
    high = np.full(count, NO_TIME)
    dated = times != NO_TIME
    np.minimum.at(low, groups[dated], times[dated])
    np.maximum.at(high, groups[dated], times[dated])
    none = high == NO_TIME
    return _known(low, none), _known(high, none)


def _known(times: Array, none: Array) -> list[int | None]:
    return [
        None if gone else time for time, gone in zip(times.tolist(), none.tolist(), strict=True)
    ]


def _denied(table: Table, rows: Array) -> list[Denied]:
    wanted = np.array([text in _DENIED for text in table.values("error")])
    errors = table.codes("error")[rows]
    denied = wanted[errors]
    worked = ~np.array([bool(text) for text in table.values("error")])[errors]
    if not denied.any():
        return []
    kinds, times = table.codes("kind")[rows], table.time[rows]
    sources, names = table.values("source"), table.values("name")
    # Records of one API differ in what else is kept with its name.
    calls: dict[tuple[str, str], list[int]] = {}
    for kind in np.unique(kinds).tolist():
        calls.setdefault((sources[kind], names[kind]), []).append(kind)
    refused = set(np.unique(kinds[denied]).tolist())
    found = []
    for (source, name), codes in calls.items():
        if refused.isdisjoint(codes):
            continue
        mine = np.isin(kinds, codes)
        no, yes = mine & denied, mine & worked
        dated = times[no][times[no] != NO_TIME]
        first = int(dated.min()) if len(dated) else None
        after = times[yes][times[yes] > first] if first is not None else times[:0]
        found.append(
            Denied(
                source,
                name,
                int(no.sum()),
                first,
                int(dated.max()) if len(dated) else None,
                _targets(table, rows[no]),
                int(after.min()) if len(after) else None,
                len(after),
            )
        )
    return sorted(found, key=lambda each: (-each.denied, each.source, each.name))


def _targets(table: Table, rows: Array) -> tuple[tuple[str, int], ...]:
    codes, numbers = np.unique(table.codes("target")[rows], return_counts=True)
    texts = table.values("target")
    counts: Iterable[tuple[str, int]] = zip(
        (texts[code] for code in codes.tolist()), numbers.tolist(), strict=True
    )
    return tuple(sorted(counts, key=lambda item: (-item[1], item[0])))
