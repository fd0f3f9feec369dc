"""A filter's text with whole terms more or less: presets switched, times and columns taken out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from ctexplore.query.canonical import canonical
from ctexplore.query.match import Test, tester
from ctexplore.query.parse import parse
from ctexplore.query.syntax import (
    And,
    Column,
    Node,
    Not,
    Or,
    Present,
    Term,
    Text,
    Time,
    Value,
    all_of,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parts_of(node: Node) -> tuple[Node, ...]:
    """What a filter asks for together."""
    return node.parts if isinstance(node, And) else (node,)


def has_all(text: str, more: str) -> bool:
    """Whether the filter ``text`` asks for everything that ``more`` does."""
    return set(_parts(more)) <= set(_parts(text))


def is_among(text: str, more: str) -> bool:
    """Whether the filter ``text`` asks for everything that ``more``, or one of its alternatives
    does: then ``more`` finds all that ``text`` does."""
    wanted = parse(more, datetime.now(UTC))
    asked = set(_parts(text))
    alternatives = wanted.parts if isinstance(wanted, Or) else ()
    return any(asked.issuperset(parts_of(one)) for one in (wanted, *alternatives))


def switched(text: str, more: str, *, first: bool = False) -> str:
    """The filter without the terms of ``more`` if it has them all, else with them behind the
    others, or before them where they come ``first``."""
    parts, others = _parts(text), _parts(more)
    if has_all(text, more):
        return canonical(all_of(p for p in parts if p not in others))
    added = [o for o in others if o not in parts]
    return canonical(all_of([*added, *parts] if first else [*parts, *added]))


def between(text: str, since: int | None, until: int | None) -> str:
    """The filter with these times in place of its own; milliseconds since 1970 UTC, None is open.

    A time inside parentheses stays. One outside the calendar is open.
    """
    return _timed(text, (_time("since", since), _time("until", until)))


def timed_like(text: str, other: str) -> str:
    """The filter with the times of another in place of its own."""
    return _timed(text, (p for p in _parts(other) if isinstance(p, Time)))


def has_times(text: str) -> bool:
    """Whether ``between`` would take a time away."""
    return any(isinstance(p, Time) for p in _parts(text))


def without(node: Node, column: str) -> Node:
    """The filter without the terms on a column that it asks for together with the rest."""
    return all_of(p for p in parts_of(node) if _about(p, column) is None)


def let_go(text: str, column: str, value: str) -> str:
    """The filter without this value among those it asks for; "" is no value.

    With its last value a term goes. A pattern that matches the value stays as it is.
    """
    kept: list[Node] = []
    for part in _parts(text):
        term = _about(part, column)
        if term is None:
            kept.append(part)
        elif isinstance(part, Not):
            if value or term.values != (Present(),):
                kept.append(part)
        elif left := tuple(v for v in term.values if not _is(term, v, value)):
            kept.append(Term(term.field, left))
    return canonical(all_of(kept))


class Asked(Struct, frozen=True):
    """What a filter says about the values of one column.

    wanted, unwanted: tests of a value, "" included; None where there is no such term.
    """

    wanted: Test | None
    unwanted: Test | None

    @classmethod
    def of(cls, node: Node, column: str) -> Asked:
        wanted: list[Test] = []
        unwanted: list[Test] = []
        for part in parts_of(node):
            term = _about(part, column)
            if term is None:
                continue
            if isinstance(part, Not) and term.values == (Present(),):
                wanted.append(lambda text: not text)  # without a value is what is wanted
            else:
                (unwanted if isinstance(part, Not) else wanted).append(_test(term))
        return cls(_every(wanted), _some(unwanted))


def _parts(text: str) -> tuple[Node, ...]:
    return parts_of(parse(text, datetime.now(UTC)))


def _timed(text: str, times: Iterable[Time | None]) -> str:
    rest = [p for p in _parts(text) if not isinstance(p, Time)]
    return canonical(all_of([*rest, *filter(None, times)]))


def _about(part: Node, column: str) -> Term | None:
    term = part.part if isinstance(part, Not) else part
    return term if isinstance(term, Term) and term.field == Column(column) else None


def _is(term: Term, wanted: Value, value: str) -> bool:
    """Whether a value of a term is this one literally."""
    if not isinstance(wanted, Text):
        return False
    return tester(term.field, (wanted,))(value) if value else not wanted.value


def _time(name: str, at: int | None) -> Time | None:
    if at is None:
        return None
    try:
        moment = _EPOCH + timedelta(milliseconds=at)
    except OverflowError:
        return None
    precise = "milliseconds" if at % 1000 else "seconds"
    text = moment.isoformat(timespec=precise).replace("+00:00", "Z")
    return Time(name, "", text, at if name == "since" else None, at if name == "until" else None)


def _test(term: Term) -> Test:
    test = tester(term.field, term.values)
    empty = any(v == Text("") for v in term.values)
    return lambda text: test(text) if text else empty


def _every(tests: Iterable[Test]) -> Test | None:
    found = list(tests)
    return (lambda text: all(test(text) for test in found)) if found else None


def _some(tests: Iterable[Test]) -> Test | None:
    found = list(tests)
    return (lambda text: any(test(text) for test in found)) if found else None
