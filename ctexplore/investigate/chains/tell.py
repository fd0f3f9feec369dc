"""A chain in words and as data; raw log text in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from typing import Any

from ctexplore.investigate.chains.caller import Began, Caller, Chain
from ctexplore.investigate.times import moment, span, stamp
from ctexplore.store.columns.stamps import id_text
from ctexplore.store.columns.table import Table
from ctexplore.text import clip

_NAMED = 3
_CELLS = 60  # of a value; user agents run to a kilobyte


def counted(number: int, what: str) -> str:
    """``1 event``, ``29 events``."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def named(counts: Sequence[tuple[str, int]], most: int = _NAMED) -> str:
    """The most frequent values, and how many more there are: ``GetObject 640, PutObject 2``."""
    said = ", ".join(f"{clip(value, _CELLS)} {number:,}" for value, number in counts[:most])
    return said + (f" and {len(counts) - most:,} more" if len(counts) > most else "")


def began_in(began: Began | None, zone: tzinfo | None = UTC) -> str:
    """How a caller came by its credentials: ``by AssumeRole 2026-03-05 01:55:43``."""
    if began is None:
        return ""
    likely = "likely " if began.likely else ""
    return f"{likely}by {began.name} {moment(began.time, zone)}"


def did(caller: Caller) -> list[str]:
    """Events, failures, sensitive calls."""
    use = caller.use
    said = [counted(use.events, "event")]
    if use.failed:
        said.append(f"{use.failed:,} failed")
    if use.sensitive:
        said.append(f"{use.sensitive_calls:,} sensitive: {named(use.sensitive)}")
    return said


def proof(began: Began) -> list[str]:
    """Each pair of fields that have the same value; why the link is only likely."""
    said = [f"{left} = {right}" for left, right in began.fields]
    return [*said, f"only likely: {began.lacks}"] if began.likely else said


def everyone(chain: Chain) -> str:
    """The filter that finds the events of all callers of a chain."""
    keys: list[str] = []
    others: list[str] = []
    for _, caller in chain.root.walk():
        field, _, value = caller.filter.partition(":")
        (keys if field == "key" else others).append(value if field == "key" else caller.filter)
    parts = [f"key:{','.join(dict.fromkeys(keys))}"] if keys else []
    return " or ".join(dict.fromkeys([*parts, *filter(None, others)]))


def text_lines(chain: Chain) -> Iterator[str]:
    """The tree for people."""
    yield f"behind it: {chain.behind}"
    yield ""
    for depth, caller in chain.root.walk():
        mark = ">" if caller is chain.here else " "
        indent = f"{mark} {'  ' * depth}"
        yield f"{indent}{' '.join(filter(None, (caller.key, caller.who)))}"
        rest = f"  {'  ' * depth}  "
        if caller.began is not None:
            yield f"{rest}{began_in(caller.began)}: {'; '.join(proof(caller.began))}"
        yield f"{rest}{span(caller.use.first, caller.use.last)}  {', '.join(did(caller))}"
        for values in (caller.use.ips, caller.use.agents):
            if values:
                yield f"{rest}from {named(values)}"
        if caller.unused:
            issued = counted(len(caller.unused), "event")
            yield f"{rest}{issued} issued credentials that no loaded event uses"
        for _, key, reason in caller.refused:
            yield f"{rest}not linked: {key}, {reason}"


def as_data(chain: Chain, table: Table) -> dict[str, Any]:
    """For JSON. A flat list, for a chain may be deeper than readers can nest."""
    numbers = {id(caller): n for n, (_, caller) in enumerate(chain.root.walk())}
    above = {id(b): numbers[id(c)] for _, c in chain.root.walk() for b in c.opened}

    def event(row: int) -> dict[str, Any]:
        return {"id": id_text(*table.ids[row].tolist()), "name": table.text("name", row)}

    def one(caller: Caller) -> dict[str, Any]:
        use, began = caller.use, caller.began
        return {
            "number": numbers[id(caller)],
            "opened_by": above.get(id(caller)),
            "asked": caller is chain.here,
            "key": caller.key or None,
            "who": caller.who,
            "actor": caller.actor,
            "type": caller.idtype,
            "account": caller.account,
            "filter": caller.filter,
            "began": began
            and {
                **event(began.row),
                "time": stamp(began.time),
                "proven": not began.likely,
                "lacks": began.lacks or None,
                "fields": [{"there": there, "here": here} for there, here in began.fields],
                "same_call": [event(row) for row in began.others],
            },
            "events": use.events,
            "failed": use.failed,
            "first": stamp(use.first),
            "last": stamp(use.last),
            "sensitive": dict(use.sensitive),
            "names": dict(use.names),
            "ips": dict(use.ips),
            "regions": dict(use.regions),
            "agents": dict(use.agents),
            "unused": [event(row) for row in caller.unused],
            "refused": [{**event(row), "key": k, "reason": why} for row, k, why in caller.refused],
        }

    callers = [one(caller) for _, caller in chain.root.walk()]
    return {"behind": chain.behind, "loaded": chain.events, "callers": callers}
