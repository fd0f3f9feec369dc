"""The chain of credentials that one key or event belongs to."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from ctexplore.investigate.chains.caller import Began, Caller, Chain
from ctexplore.investigate.chains.ledger import Ledger
from ctexplore.investigate.chains.likely import Likely
from ctexplore.investigate.chains.said import behind, read_facts
from ctexplore.investigate.chains.use import uses
from ctexplore.query.canonical import value_text
from ctexplore.store.columns.stamps import id_text
from ctexplore.store.session import Session

# Callers below one another that are told; a machine may issue more in a day than anybody reads.
MOST = 5000


class NoChain(LookupError):
    """Nothing to follow; says why."""


def follow(session: Session, asked: str | int) -> Chain:
    """The chain of a key, by its text, or of an event, by its row.

    Reads a few records: not for the screen's thread. Raises NoChain.
    """
    return _Building(session).chain(asked)


class _Building:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.ledger = Ledger(session)
        self.likely = Likely(session, self.ledger)
        self.seen: set[int] = set()
        self.left = MOST

    def chain(self, asked: str | int) -> Chain:
        ledger, table = self.ledger, self.session.table
        if isinstance(asked, str):
            if asked not in ledger.numbers:
                raise NoChain(f"no loaded event uses the key {asked}")
            here = self._of_key(ledger.numbers[asked])
        elif key := table.text("key", asked):
            here = self._of_key(ledger.numbers[key])
        else:
            asked = self.likely.own_copy(asked)
            key = table.text("key", asked)
            here = self._of_key(ledger.numbers[key]) if key else self._of_row(asked)
        root = self._upstream(here)
        self._downstream(here)
        if isinstance(asked, int):
            # Of an event that issued credentials, what was issued is asked about.
            here = next((c for c in here.opened if c.began and c.began.row == asked), here)
        self._count(root)
        facts = read_facts(
            self.session,
            here.began.row if not here.use.events and here.began else self._first_row(here),
        )
        return Chain(root, here, behind(root, here, facts), ledger.count)

    # -- callers

    def _of_key(self, key: int, entry: int | None = None) -> Caller:
        self.seen.add(key)
        entry = self.ledger.entries[key][0] if entry is None else entry
        text = self.ledger.keys[key]
        return replace(self._of_entry(entry), key=text, filter=f"key:{value_text(text)}")

    def _of_row(self, row: int) -> Caller:
        made = self._of_entry(int(self.ledger.codes[row]))
        return replace(made, row=row, filter=f"id:{id_text(*self.session.table.ids[row].tolist())}")

    def _of_entry(self, entry: int) -> Caller:
        values = self.session.table.values
        fields = ("who", "actor", "idtype", "idaccount")
        who, actor, idtype, account = (values(field)[entry] for field in fields)
        return Caller("", who, actor, idtype, account)

    # -- up and down

    def _upstream(self, here: Caller) -> Caller:
        """The first caller known on the way up; each has the next one below it."""
        caller = here
        while True:
            caller.began = self._began(caller)
            if caller.began is None:
                return caller
            row = caller.began.row
            key = int(self.ledger.of_entry[self.ledger.codes[row]])
            if key in self.seen:  # a log that says so is forged; no chain is a ring
                caller.began = None
                return caller
            above = self._of_key(key) if key >= 0 else self._of_row(row)
            above.opened = [caller]
            caller = above

    def _began(self, caller: Caller) -> Began | None:
        if caller.key:
            key = self.ledger.numbers[caller.key]
            return self.ledger.began(key) or self.likely.began(key)
        return self.likely.before(caller.row) if caller.row is not None else None

    def _downstream(self, here: Caller) -> None:
        todo = [here]
        while todo and self.left > 0:
            caller = todo.pop()
            self._open(caller)
            todo.extend(reversed(caller.opened))

    def _open(self, caller: Caller) -> None:
        ledger = self.ledger
        if caller.key:
            key = ledger.numbers[caller.key]
            places = list(ledger.opened(key))
            likely = self.likely.opened(key)
        else:
            places = np.flatnonzero(ledger.rows == caller.row).tolist()
            likely = self.likely.after(caller.row) if caller.row is not None else []
        for at in places:
            self._issued(caller, at)
        for key, began in likely:
            if key not in self.seen and self.left > 0:
                self._add(caller, replace(self._of_key(key), began=began))
        caller.opened.sort(key=lambda c: c.began.time if c.began else 0)

    def _issued(self, caller: Caller, at: int) -> None:
        ledger = self.ledger
        key, row = int(ledger.child[at]), int(ledger.rows[at])
        if key < 0:
            caller.unused.append(row)
            return
        if reason := ledger.refusal(at):
            caller.refused.append((row, ledger.keys[key], reason))
            return
        began = ledger.began(key)
        if began is None or row not in (began.row, *began.others) or key in self.seen:
            return
        if self.left > 0:
            self._add(caller, replace(self._of_key(key, ledger.agreeing(at)[0]), began=began))

    def _add(self, caller: Caller, below: Caller) -> None:
        self.left -= 1
        caller.opened.append(below)

    # -- what they did

    def _count(self, root: Caller) -> None:
        ledger, table = self.ledger, self.session.table
        callers = [caller for _, caller in root.walk()]
        group = np.full(len(ledger.of_entry), -1, np.int32)
        alone: list[tuple[int, int]] = []
        for number, caller in enumerate(callers):
            if caller.key:
                group[ledger.entries[ledger.numbers[caller.key]]] = number
            elif caller.row is not None:
                alone.append((caller.row, number))
        of_row = group[ledger.codes]
        rows = np.flatnonzero((of_row >= 0) & ledger.kept)
        groups = of_row[rows]
        if alone:
            more, theirs = zip(*alone, strict=True)
            rows, groups = np.r_[rows, more], np.r_[groups, theirs]
        for caller, use in zip(callers, uses(table, rows, groups, len(callers)), strict=True):
            caller.use = use

    def _first_row(self, caller: Caller) -> int:
        if not caller.key:
            return caller.row or 0
        rows = self.ledger.rows_of(self.ledger.numbers[caller.key])
        return int(rows[np.argmin(self.session.table.time[rows])])
