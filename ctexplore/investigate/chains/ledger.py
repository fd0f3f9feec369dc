"""Every event that issued credentials as a link between two access keys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ctexplore.investigate.chains.caller import Began, Pair
from ctexplore.investigate.chains.use import Array
from ctexplore.store.columns.issued import number_of
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.session import Session
from ctexplore.trail.identity import role_of

# Milliseconds. An event's time is when its request ended, on the host that served it; to the
# second (CloudTrail User Guide, "CloudTrail record contents").
SLACK = 5000
_KEY_IN = {"CreateAccessKey": "responseElements.accessKey.accessKeyId"}
_KEY = "userIdentity.accessKeyId"
_ISSUER = "userIdentity.sessionContext.sessionIssuer.arn"
NEVER = np.iinfo(np.int64).max


class Ledger:
    """Keys are numbered in the order of their first sight.

    rows: uint32[m], the events that issued credentials, without folded copies. child, parent:
    int32[m], the key issued and the caller's, -1 where no loaded event has it. of_entry:
    int32[entries], the key of each identity entry or -1. kept: bool[count], rows that are no
    folded copies. first: int64[keys], milliseconds since 1970 of the first event with a key.
    """

    def __init__(self, session: Session) -> None:
        self.table = table = session.table
        self.count = session.order.count
        # Events may be added meanwhile; what the rows below ``count`` point to is there by now.
        texts = list(table.values("key"))
        self.keys = [key for key in dict.fromkeys(texts) if key]
        self.numbers = {key: n for n, key in enumerate(self.keys)}
        self.of_entry = np.array([self.numbers.get(key, -1) for key in texts], np.int32)
        self.entries: list[list[int]] = [[] for _ in self.keys]
        for entry, key in enumerate(self.of_entry.tolist()):
            if key >= 0:
                self.entries[key].append(entry)
        self.codes = table.codes("identity")[: self.count]
        self.kept = np.ones(self.count, bool)
        copies = session.order.copies.rows
        self.kept[copies[copies < self.count]] = False
        self.first = self._first()
        rows, ids = table.issued.rows, table.issued.ids
        here = np.flatnonzero(rows < self.count)
        here = here[self.kept[rows[here]]]
        self.rows = rows[here]
        self.child = self._numbers_of(ids[here])
        self.parent = self.of_entry[self.codes[self.rows]]
        self.times = table.time[self.rows]
        self._by_child = np.argsort(self.child, kind="stable")
        self._by_parent = np.lexsort((self.times, self.parent))

    def _first(self) -> Array:
        times = self.table.time[: self.count]
        of_entry = np.full(len(self.of_entry), NEVER)
        dated = times != NO_TIME
        np.minimum.at(of_entry, self.codes[dated], times[dated])
        first = np.full(len(self.keys), NEVER)
        named = np.flatnonzero(self.of_entry >= 0)
        np.minimum.at(first, self.of_entry[named], of_entry[named])
        return first

    def _numbers_of(self, ids: Array) -> Array:
        hashes = np.array([number_of(key) for key in self.keys], np.uint64)
        if not len(hashes):
            return np.full(len(ids), -1, np.int32)
        order = np.argsort(hashes)
        at = np.minimum(np.searchsorted(hashes[order], ids), len(order) - 1)
        found = order[at]
        return np.where(hashes[found] == ids, found, -1).astype(np.int32)

    def rows_of(self, key: int) -> Array:
        """The rows of a key's events, ascending."""
        wanted = self.of_entry == key
        return np.flatnonzero(wanted[self.codes] & self.kept)

    def opened(self, key: int) -> Iterator[int]:
        """Places in ``rows`` of what a key issued, in order of time."""
        yield from _equal(self.parent, self._by_parent, key)

    def claims(self, key: int) -> list[int]:
        """Places in ``rows`` of the events that say they issued a key, in order of time; the
        caller's own log first: the one of a role's account only says which account called."""
        found = _equal(self.child, self._by_child, key)
        return sorted(found, key=lambda at: (self.parent[at] < 0, self.times[at], at))

    def refusal(self, at: int) -> str:
        """Why the key at a place of ``rows`` was not issued by that event; "" where it was."""
        key = int(self.child[at])
        if self.first[key] < self.times[at] - SLACK:
            return "the key was used before"
        if not self.agreeing(at):
            return "another identity uses the key"
        return ""

    def began(self, key: int) -> Began | None:
        """Where a key came from, as far as events name it."""
        claims = [at for at in self.claims(key) if not self.refusal(at)]
        if not claims:
            return None
        first, *others = claims
        row = int(self.rows[first])
        name = self.table.text("name", row)
        fields: list[Pair] = [(_KEY_IN.get(name, "responseElements.credentials.accessKeyId"), _KEY)]
        if role_of(self.table.text("target", row)):
            fields.append(("requestParameters.roleArn", _ISSUER))
        rivals = [at for at in others if not self._same_call(first, at)]
        lacks = "another event says that it issued this key" if rivals else ""
        if not lacks and len(self.agreeing(first)) < len(self.entries[key]):
            lacks = "another identity uses this key, too"
        same = tuple(int(self.rows[at]) for at in others if at not in rivals)
        return Began(row, name, int(self.times[first]), tuple(fields), lacks, same)

    def _same_call(self, at: int, other: int) -> bool:
        """Whether two claims are one call as the logs of two accounts tell it."""
        near = abs(int(self.times[at]) - int(self.times[other])) <= SLACK
        return near and int(self.parent[other]) in (-1, int(self.parent[at]))

    def agreeing(self, at: int) -> list[int]:
        """The identity entries that use the issued key as whom it was issued to."""
        row, table = int(self.rows[at]), self.table
        name, target = table.text("name", row), table.text("target", row)
        caller = table.text("actor", row)
        entries = self.entries[self.child[at]]
        return [entry for entry in entries if self._agrees(entry, name, target, caller)]

    def _agrees(self, entry: int, name: str, target: str, caller: str) -> bool:
        actor = self.table.values("actor")[entry]
        if role := role_of(target):
            return role_of(actor) == role
        match name:
            case "GetSessionToken":
                return actor == caller
            case "CreateAccessKey":
                user = self.table.values("user")[entry]
                return not (user and target) or target.rpartition("/")[2] == user
        return True


def _equal(values: Array, order: Array, wanted: int) -> list[int]:
    """The places of a value, in the given order, which sorts the values."""
    low, high = np.searchsorted(values, [wanted, wanted + 1], sorter=order)
    return [int(at) for at in order[low:high]]
