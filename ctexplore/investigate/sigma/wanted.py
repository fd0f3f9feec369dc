"""What a rule wants of one value: tests of a text, each of which can say itself.

Texts are compared whatever their case unless ``cased``, as the specification has it; numbers and
booleans as they are written in JSON. A value that is absent, null or an empty text is no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeAlias

from msgspec import Struct

from ctexplore.query.match import Test, in_network, wild
from ctexplore.query.values import compiled, number
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.stamps import one_time

STAR: Final = "*"
ONE: Final = "?"

_UNITS: Final[dict[str, Callable[[datetime], int]]] = {
    "minute": lambda at: at.minute,
    "hour": lambda at: at.hour,
    "day": lambda at: at.day,
    "week": lambda at: at.isocalendar().week,
    "month": lambda at: at.month,
    "year": lambda at: at.year,
}


class Like(Struct, frozen=True):
    """The whole text, with wildcards. pieces: literal texts at even positions, STAR or ONE
    between them; a literal may be empty."""

    pieces: tuple[str, ...]
    cased: bool = False

    def __str__(self) -> str:
        return "".join(self.pieces)

    @property
    def literals(self) -> tuple[str, ...]:
        return self.pieces[::2]

    def test(self) -> Test:
        marks, literals = self.pieces[1::2], self.literals
        if set(marks) == {STAR} and not any(literals):
            return bool
        if not marks and not self.cased:
            whole = literals[0].casefold()
            return lambda text: text.casefold() == whole
        if not marks:
            return lambda text: text == literals[0]
        if ONE not in marks and not self.cased:
            return wild(literals)
        pattern = [re2_quoted(literals[0])]
        for mark, literal in zip(marks, literals[1:], strict=True):
            pattern += [".*" if mark == STAR else ".", re2_quoted(literal)]
        return Matching(f"(?s)^(?:{''.join(pattern)})$", fold=not self.cased).test()


class Matching(Struct, frozen=True):
    """An RE2 expression found anywhere in the text. fold: whatever its case."""

    pattern: str
    fold: bool = False

    def __str__(self) -> str:
        return f"/{self.pattern}/{'i' * self.fold}"

    @property
    def literals(self) -> tuple[str, ...]:
        return ()

    def test(self) -> Test:
        search = compiled(self.pattern, self.fold).search
        return lambda text: search(text.encode("utf-8", "surrogatepass")) is not None


class Within(Struct, frozen=True):
    """An address of a block, as 10.0.0.0/8."""

    network: str

    def __str__(self) -> str:
        return self.network

    @property
    def literals(self) -> tuple[str, ...]:
        return ()

    def test(self) -> Test:
        return in_network(self.network)


class Beside(Struct, frozen=True):
    """A number on one side of another. op: < <= > >= or !=, which any other number is."""

    op: str
    bound: int | float

    def __str__(self) -> str:
        return f"{self.op} {self.bound}"

    @property
    def literals(self) -> tuple[str, ...]:
        return ()

    def test(self) -> Test:
        op, bound = self.op, self.bound

        def test(text: str) -> bool:
            found = number(text)
            if found is None:
                return False
            match op:
                case "<":
                    return found < bound
                case "<=":
                    return found <= bound
                case ">":
                    return found > bound
                case ">=":
                    return found >= bound
            return found != bound

        return test


class TimePart(Struct, frozen=True):
    """A part of a time, in UTC. unit: minute, hour, day, week (ISO 8601), month or year."""

    unit: str
    value: int

    def __str__(self) -> str:
        return f"{self.unit} {self.value}"

    @property
    def literals(self) -> tuple[str, ...]:
        return ()

    def test(self) -> Test:
        read, value = _UNITS[self.unit], self.value

        def test(text: str) -> bool:
            at = one_time(text)
            if at is None or at == NO_TIME:
                return False
            try:
                return read(datetime.fromtimestamp(at / 1000, UTC)) == value
            except (OverflowError, ValueError, OSError):
                return False

        return test


class Nothing(Struct, frozen=True):
    """No value at all."""

    def __str__(self) -> str:
        return "no value"

    @property
    def literals(self) -> tuple[str, ...]:
        return ()

    def test(self) -> Test:
        return lambda _text: False


Wanted: TypeAlias = Like | Matching | Within | Beside | TimePart | Nothing
ANYTHING: Final = Like(("", STAR, ""))


@lru_cache(4096)
def tester(wanted: Wanted) -> Test:
    """The test of a text that is not empty."""
    return wanted.test()


def anywhere(wanted: Wanted) -> Wanted:
    """What a keyword, which no field is named for, wants of each text of a record: that it is
    somewhere in it."""
    if not isinstance(wanted, Like):
        return wanted
    pieces = wanted.pieces
    if pieces[0]:
        pieces = ("", STAR, *pieces)
    if pieces[-1]:
        pieces = (*pieces, STAR, "")
    return Like(pieces, wanted.cased)


def re2_quoted(text: str) -> str:
    """The text as an RE2 expression that means just it."""
    return re.sub(r"([^\w])", lambda found: _quoted(found[1]), text)


def _quoted(char: str) -> str:
    return "\\" + char if char.isascii() and char.isprintable() else f"\\x{{{ord(char):x}}}"
