"""What the bytes of a record must have so that a filter can match it.

Only words and paths say so for sure: a column may have been put together from several members,
and its text need not stand in the record.
"""

from __future__ import annotations

from ctexplore.query.by_record import ByPath, ByWord
from ctexplore.query.raw import AnyTest, RawTest
from ctexplore.query.syntax import And, Node, Not, Or, Path, Term, Text, Time, Word
from ctexplore.store.search.thin import Sieve


def sieve(node: Node) -> Sieve | None:
    """None where the filter can match whatever the bytes are."""
    test = _test(node)
    return Sieve(test, alone=_only_records(node)) if test else None


def _test(node: Node) -> RawTest | AnyTest | None:
    match node:
        case Word(text):
            return _or_none(ByWord(text).raw)
        case Term(Path() as path, values) if Text("") not in values:
            return _or_none(ByPath(path, node).raw)
        case And(parts):
            tests = [test for part in parts if (test := _test(part))]
            plain = [group for test in tests if isinstance(test, RawTest) for group in test.groups]
            if plain:
                return RawTest(tuple(dict.fromkeys(plain)))
            return tests[0] if tests else None
        case Or(parts):
            each = [_test(part) for part in parts]
            found: list[RawTest] = []
            for test in each:
                if test is None:
                    return None
                found += test.tests if isinstance(test, AnyTest) else [test]
            return AnyTest(tuple(found))
    return None


def _or_none(test: RawTest) -> RawTest | None:
    return test if test.groups else None


def _only_records(node: Node) -> bool:
    """Whether no column can rule out anything but by its time."""
    match node:
        case And(parts) | Or(parts):
            return all(map(_only_records, parts))
        case Not(part):
            return _only_records(part)
        case Term(field):
            return isinstance(field, Path)
    return isinstance(node, (Word, Time))
