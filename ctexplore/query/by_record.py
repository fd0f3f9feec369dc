"""Terms that only the record itself can answer: words anywhere in it, and values at a path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ctexplore.query.match import tester
from ctexplore.query.raw import RawTest, holds
from ctexplore.query.record import all_texts, text_of, values_at
from ctexplore.query.syntax import Path, Present, Term, Text, Wild


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
        self._test = tester(path, term.values)
        self.raw = _raw(path, term)

    def matches(self, record: Any) -> bool:
        for value in values_at(record, self.keys):
            if isinstance(value, Mapping):
                if self.present:
                    return True
            elif (text := text_of(value)) and self._test(text):
                return True
        return False


def _raw(path: Path, term: Term) -> RawTest:
    literals = [_literal(v) for v in term.values]
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
