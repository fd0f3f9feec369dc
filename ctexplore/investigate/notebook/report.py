"""What a notebook says, in order: the time line, who was there, filters, then every event."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ctexplore.investigate.notebook.book import Notebook
from ctexplore.investigate.notebook.document import Block, Facts, Grid, Heading, Listing
from ctexplore.investigate.notebook.entries import Entry, Event
from ctexplore.investigate.notebook.masked import masked_lines
from ctexplore.trail.secrets import veil
from ctexplore.trail.severity import Severity, severity

_SIGNS = {Severity.ALERT: "!", Severity.NOTABLE: "+", Severity.READ: ""}


def report(book: Notebook) -> list[Block]:
    """The blocks; the same for the same notebook, whenever and wherever it is made."""
    events = [(e, e.event) for e in in_order(book.entries.values()) if e.event is not None]
    filters = [e for e in book.entries.values() if e.event is None]
    blocks: list[Block] = [Heading(1, f"Investigation: {book.file.stem}"), _summary(book, events)]
    if events:
        blocks += [Heading(2, "Time line"), _time_line(events)]
        blocks += [Heading(2, "Actors"), _actors(events)]
    if filters:
        rows = tuple((e.kind, veil(e.text), veil(e.filter)) for e in filters)
        blocks += [Heading(2, "Filters"), Grid(("kind", "title", "filter"), rows)]
    if events:
        blocks.append(Heading(2, "Events"))
    for number, (entry, event) in enumerate(events, 1):
        blocks += _event(number, entry, event, book.record(entry.id))
    return blocks


def in_order(entries: object) -> list[Entry]:
    """By the events' times, then by when they were noted."""
    found: list[Entry] = list(entries)  # type: ignore[call-overload]
    return sorted(found, key=lambda e: (e.event.time or 0 if e.event else 0, e.made, e.id))


def _summary(book: Notebook, events: Sequence[tuple[Entry, Event]]) -> Facts:
    times = [event.said_time for _, event in events if event.time is not None]
    failed = sum(bool(event.column("error")) for _, event in events)
    rows = [("source", book.source), ("events", f"{len(events):,}, {failed:,} of them failed")]
    if times:
        rows.append(("from", f"{times[0]} UTC"))
        rows.append(("to", f"{times[-1]} UTC"))
    rows.append(("secrets", "session tokens and the like are masked; all times are UTC"))
    return Facts(tuple(rows))


def _time_line(events: Sequence[tuple[Entry, Event]]) -> Grid:
    rows, loud = [], set()
    for n, (entry, event) in enumerate(events):
        level = _level(event)
        if level is Severity.ALERT:
            loud.add(n)
        rows.append(
            (
                str(n + 1),
                event.said_time,
                _SIGNS[level],
                event.column("name"),
                event.column("who"),
                event.column("ip"),
                veil(event.column("error")) or "worked",
                veil(entry.text),
            )
        )
    titles = ("", "time", "", "event", "who", "from", "result", "note")
    return Grid(titles, tuple(rows), frozenset(loud))


def _actors(events: Sequence[tuple[Entry, Event]]) -> Grid:
    of: dict[str, list[Event]] = defaultdict(list)
    for _, event in events:
        of[event.column("actor") or event.column("who") or "?"].append(event)
    rows = []
    for actor, theirs in of.items():
        rows.append(
            (
                _each(theirs, "who"),
                actor,
                f"{len(theirs):,}",
                f"{sum(bool(e.column('error')) for e in theirs):,}",
                theirs[0].said_time,
                theirs[-1].said_time,
                _each(theirs, "key"),
                _each(theirs, "ip"),
            )
        )
    titles = ("who", "actor", "events", "failed", "first", "last", "keys", "addresses")
    return Grid(titles, tuple(rows))


def _each(events: Sequence[Event], column: str) -> str:
    return ", ".join(dict.fromkeys(filter(None, (e.column(column) for e in events))))


def _event(number: int, entry: Entry, event: Event, record: bytes | None) -> Iterator[Block]:
    loud = _level(event) is Severity.ALERT
    yield Heading(3, f"{number}. {event.said_time} {event.column('name')}", loud)
    facts = [("note", entry.text)] if entry.text else []
    facts += [
        (label, event.column(column))
        for label, column in (
            ("who", "who"), ("actor", "actor"), ("access key", "key"), ("service", "source"),
            ("on", "target"), ("from", "ip"), ("agent", "agent"), ("region", "region"),
            ("account", "account"),
        )
    ]  # fmt: skip
    facts += [("result", event.column("error") or "worked"), ("event id", event.id)]
    facts.append(("log file", f"{event.uri}, record {event.index + 1:,}"))
    facts += [("version", event.version), ("integrity", entry.integrity)]
    if record is not None:
        facts.append(("SHA-256", hashlib.sha256(record).hexdigest()))
    yield Facts(tuple((label, veil(text)) for label, text in facts if text))
    yield Listing(masked_lines(record) if record is not None else ("the record was not kept",))


def _level(event: Event) -> Severity:
    return severity(
        event.column("source"),
        event.column("name"),
        readonly=event.column("readonly"),
        error=event.column("error"),
        idtype=event.column("idtype"),
        caller_account=event.column("idaccount"),
        account=event.column("account"),
        category=event.column("category"),
    )
