"""One caller in a chain, and how it came by its credentials."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from ctexplore.investigate.chains.use import Use

Pair = tuple[str, str]


class Began(Struct, frozen=True):
    """The event that credentials came from.

    row: of the table. name: of the event. time: milliseconds since 1970. fields: what proves it,
    a field of this event and the field of later events that has the same value; of a likely link
    what speaks for it. lacks: why it is only likely, "" where it is proven. others: rows that
    tell of the same call in other accounts' logs.
    """

    row: int
    name: str
    time: int
    fields: tuple[Pair, ...]
    lacks: str = ""
    others: tuple[int, ...] = ()

    @property
    def likely(self) -> bool:
        return bool(self.lacks)


class Caller(Struct):
    """Somebody who calls with one set of credentials, or without a key of their own.

    key: access key id, "" where the log names none. row: the event that stands for a caller
    without a key. who, actor, idtype, account: as in the table's columns. began: where the
    credentials came from, None where that is not loaded. opened: whose credentials it issued.
    unused: rows that issued credentials which no loaded event uses. refused: (row, key, reason) of
    credentials that it says it issued and that others' use proves otherwise. filter: finds its
    events.
    """

    key: str
    who: str
    actor: str
    idtype: str
    account: str
    row: int | None = None
    began: Began | None = None
    opened: list[Caller] = field(default_factory=list)
    unused: list[int] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    filter: str = ""
    use: Use = field(default_factory=Use)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Caller]]:
        """(depth, caller), this one first, all below in the order of their beginning."""
        todo = [(depth, self)]
        while todo:
            at, caller = todo.pop()
            yield at, caller
            todo.extend((at + 1, below) for below in reversed(caller.opened))


class Chain(Struct, frozen=True):
    """root: the first caller known. here: the one that was asked for, on the way or below.

    behind: who is behind it all, and the field that says so. events: how many were loaded.
    """

    root: Caller
    here: Caller
    behind: str
    events: int
