"""Terms that only the record itself can answer: words anywhere in it, and values at a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from ctexplore.query.match import tester
from ctexplore.query.raw import RawTest, holds
from ctexplore.query.record import all_texts, text_of, values_at
from ctexplore.query.syntax import Path, Present, Term, Text, Value, Wild
from ctexplore.trail.node import Number

# With at most so many digits that Python makes a number of them.
_FRACTION = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?", re.ASCII)


class ByWord:
    """A text anywhere in the record. raw: rules records out by their bytes."""

    def __init__(self, word: str) -> None:
        self.word = word.casefold()
        self.raw = holds([[word]])
        # No match may reach from one text into the next.
        self._between = next(c for c in map(chr, range(0x110000)) if c not in self.word)

    def matches(self, record: Any) -> bool:
        return self.word in self._between.join(all_texts(record)).casefold()


class ByPath:
    """Any of a term's values, the empty one left out, at a path of the record."""

    def __init__(self, path: Path, term: Term) -> None:
        self.keys = tuple(k.casefold() for k in path.keys)
        self.present = any(isinstance(v, Present) for v in term.values)
        values = (*term.values, *_shorter(term.values))
        self._test = tester(path, values)
        self.raw = _raw(path, values)

    def matches(self, record: Any) -> bool:
        for value in values_at(record, self.keys):
            if isinstance(value, Mapping):
                if self.present:
                    return True
            elif (text := text_of(value)) and self._test(text):
                return True
        return False


def _shorter(values: Iterable[Value]) -> Iterator[Text]:
    """Numbers typed another way than ``text_of`` writes them, as 1.50 or 5242880.0, its way."""
    for value in values:
        if isinstance(value, Text) and _FRACTION.fullmatch(value.value):
            yield Text(text_of(Number(value.value)))


def _raw(path: Path, values: Iterable[Value]) -> RawTest:
    literals = [_literal(v) for v in values]
    known = [text for text in literals if text is not None]
    groups = [[key] for key in path.keys]
    if len(known) == len(literals):
        groups.append(known)
    return holds(groups)


def _literal(value: object) -> str | None:
    """A text that whatever has this value must hold."""
    match value:
        case Text(text):
            return text
        case Wild(parts):
            return max(parts, key=len)
    return None


ByRecord: TypeAlias = ByWord | ByPath
