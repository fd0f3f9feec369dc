"""A rule's condition as a tree, and what it says of one record.

The record is what decides; columns only spare the reading of it (``columns.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import orjson
from msgspec import Struct

from ctexplore.investigate.sigma.wanted import Nothing, Wanted, anywhere, tester
from ctexplore.query.record import all_texts, text_of, values_at
from ctexplore.trail.node import Object, dump


class Has(Struct, frozen=True):
    """A field with a value. field: as the rule writes it; members of the record from the top
    down, whatever their case, arrays on the way standing for their elements.

    Of an object its compact JSON is looked at, and each text in it: a policy may be either.
    """

    field: str
    wanted: Wanted

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key.casefold() for key in self.field.split("."))

    def found(self, record: Any) -> str | None:
        """The text that is wanted, "" where no value is; None where it is not there."""
        test, some = tester(self.wanted), False
        for text in texts_at(record, self.keys):
            some = True
            if test(text):
                return text
        return None if some or not isinstance(self.wanted, Nothing) else ""


class Anywhere(Struct, frozen=True):
    """A keyword: a text somewhere in a record's keys and values."""

    wanted: Wanted

    def found(self, record: Any) -> str | None:
        test = tester(anywhere(self.wanted))
        return next((text for text in all_texts(record) if text and test(text)), None)


class Same(Struct, frozen=True):
    """A field whose value is another's. starts, ends: or only starts or ends with it; with both
    it is somewhere in it."""

    field: str
    other: str
    starts: bool = False
    ends: bool = False

    def found(self, record: Any) -> str | None:
        others = [t.casefold() for t in texts_at(record, Has(self.other, Nothing()).keys)]
        for text in texts_at(record, Has(self.field, Nothing()).keys):
            folded = text.casefold()
            for other in others:
                if (
                    folded == other
                    or (self.starts and self.ends and other in folded)
                    or (self.starts and not self.ends and folded.startswith(other))
                    or (self.ends and not self.starts and folded.endswith(other))
                ):
                    return text
        return None


class Every(Struct, frozen=True):
    parts: tuple[Tree, ...]


class Either(Struct, frozen=True):
    parts: tuple[Tree, ...]


class Opposite(Struct, frozen=True):
    part: Tree


class Named(Struct, frozen=True):
    """A selection, by the name that the rule gives it."""

    name: str
    part: Tree


Leaf: TypeAlias = Has | Anywhere | Same
Tree: TypeAlias = Leaf | Every | Either | Opposite | Named


def matches(tree: Tree, record: Any) -> bool:
    """Whether a record, as ``query.record.decode`` gives it, is what the rule describes."""
    match tree:
        case Every(parts):
            return all(matches(part, record) for part in parts)
        case Either(parts):
            return any(matches(part, record) for part in parts)
        case Opposite(part):
            return not matches(part, record)
        case Named(_, part):
            return matches(part, record)
    return tree.found(record) is not None


def texts_at(record: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """What stands at a path, as texts that are not empty."""
    for value in values_at(record, keys):
        if isinstance(value, Mapping):
            yield dump(value) if isinstance(value, Object) else orjson.dumps(value).decode()
            yield from filter(None, all_texts(value))
        elif text := text_of(value):
            yield text
