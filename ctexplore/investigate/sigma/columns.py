"""A rule's tree over columns: which events it matches, and which only their record can decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import numpy as np

from ctexplore.investigate.sigma.tree import (
    Anywhere,
    Either,
    Every,
    Has,
    Named,
    Opposite,
    Same,
    Tree,
)
from ctexplore.investigate.sigma.wanted import Like, Nothing, Wanted, tester
from ctexplore.query.fields import OWN
from ctexplore.query.lookup import Mask
from ctexplore.query.plan import Answer, Part, Rows, all_parts, any_part, no_part, sure
from ctexplore.query.raw import AnyTest, RawTest, holds

# The columns that hold what a record has at a path. Ids are kept as bits.
_OWN: Final = {path.casefold(): column for path, column in OWN.items() if column != "id"}
# Where the record has a value at the path, the column has the same one.
_IMPLIED: Final = {"errorcode": "error", "useridentity.accountid": "idaccount"}
# Where the record has a value at the path, the column has one, too.
_PRESENT: Final = {"errormessage": "error"}
# What lies within one text or number of JSON and is written in one way only.
_SURE: Final = re.compile(r"[\w.=+@-]+")


def part_of(tree: Tree) -> Part:
    """What the columns say."""
    match tree:
        case Every(parts):
            return all_parts([part_of(part) for part in parts])
        case Either(parts):
            return any_part([part_of(part) for part in parts])
        case Opposite(part):
            return no_part(part_of(part))
        case Named(_, part):
            return part_of(part)
        case Has(field, wanted):
            return _by_field(field.casefold(), wanted)
    return _unknown(None)


def _by_field(path: str, wanted: Wanted) -> Part:
    if own := _OWN.get(path):
        return lambda rows: sure(_judged(rows, own, wanted))
    implied = _IMPLIED.get(path)
    present = implied or _PRESENT.get(path)
    if isinstance(wanted, Nothing):
        # Without a value in the column there is none in the record.
        return no_part(_unknown(_has_any(present)))
    if implied:
        return _unknown(lambda rows: _judged(rows, implied, wanted))
    return _unknown(_has_any(present))


_Implied: TypeAlias = Callable[[Rows], Mask]


def _has_any(column: str | None) -> _Implied | None:
    if column is None:
        return None
    return lambda rows: ~_judged(rows, column, Nothing())


def _unknown(implied: _Implied | None) -> Part:
    """What a record has to be asked. implied: where it can be true at all."""

    def answer(rows: Rows) -> Answer:
        nothing = np.zeros(len(rows), np.bool_)
        return nothing, ~nothing if implied is None else implied(rows)

    return answer


def _judged(rows: Rows, column: str, wanted: Wanted) -> Mask:
    missing = isinstance(wanted, Nothing)
    return rows.lookups.judged(
        (column, wanted), (column,), lambda: tester(wanted), missing, rows.start, rows.stop
    )


def needed(tree: Tree) -> RawTest | AnyTest | None:
    """What the bytes of a record must have so that the rule can match it; None where that may
    be anything."""
    match tree:
        case Named(_, part):
            return needed(part)
        case Every(parts):
            tests = [test for part in parts if (test := needed(part))]
            groups = [g for test in tests if isinstance(test, RawTest) for g in test.groups]
            if groups:
                return RawTest(tuple(dict.fromkeys(groups)))
            return tests[0] if tests else None
        case Either(parts):
            return _either([needed(part) for part in parts])
        case Has(field, wanted) if not isinstance(wanted, Nothing):
            # A column answers, and may have its text from elsewhere.
            if field.casefold() in _OWN:
                return None
            return holds([*([key] for key in field.split(".")), *_literals(wanted)])
        case Anywhere(wanted):
            return _or_none(holds(_literals(wanted)))
        case Same(field, other):
            return holds([[key] for key in (*field.split("."), *other.split("."))])
    return None


def _either(tests: Iterable[RawTest | AnyTest | None]) -> AnyTest | None:
    found: list[RawTest] = []
    for test in tests:
        if test is None:
            return None
        found += test.tests if isinstance(test, AnyTest) else [test]
    return AnyTest(tuple(found))


def any_of(trees: Iterable[Tree]) -> AnyTest | None:
    """What the bytes of a record must have so that one of the rules can match it."""
    return _either(map(needed, trees))


def _literals(wanted: Wanted) -> list[list[str]]:
    if not isinstance(wanted, Like):
        return []
    runs = [run for literal in wanted.literals for run in _SURE.findall(literal)]
    return [[max(runs, key=len)]] if runs else []


def _or_none(test: RawTest) -> RawTest | None:
    return test if test.groups else None
