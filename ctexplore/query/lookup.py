"""Terms over columns: judged once for each distinct value, then looked up for each event."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np
import numpy.typing as npt

from ctexplore.query.fields import ADDED, COLUMNS
from ctexplore.query.match import Test, tester
from ctexplore.query.syntax import Column, Term, Text
from ctexplore.store.columns.schema import DIMENSIONS, FIELDS
from ctexplore.store.columns.table import Table

Mask = npt.NDArray[np.bool_]

_KEPT = 256


class Lookups:
    """The answers of terms by entry number, kept and extended as the table's dimensions grow.

    Shared by the filters over one table, so that a changed filter judges its new terms only.
    """

    def __init__(self, table: Table, kept: int = _KEPT) -> None:
        """kept: questions whose answers are remembered."""
        self.table = table
        self._kept = kept
        self._answers: OrderedDict[Hashable, Mask] = OrderedDict()
        self._accounts: dict[str, int] = {"": 0}
        self._numbers: dict[str, npt.NDArray[np.int64]] = {}

    def mask(self, term: Term, start: int, stop: int) -> Mask:
        """bool[stop - start]: which of the rows have one of the term's values in its column."""
        assert isinstance(term.field, Column)
        if term.field.name in ADDED:
            return self._added(term, term.field.name, start, stop)
        field, values = term.field, term.values
        missing = any(isinstance(v, Text) and not v.value for v in values)
        return self.judged(
            term, COLUMNS[field.name], lambda: tester(field, values), missing, start, stop
        )

    def judged(
        self,
        key: Hashable,
        fields: tuple[str, ...],
        test: Callable[[], Test],
        missing: bool,
        start: int,
        stop: int,
    ) -> Mask:
        """bool[stop - start]: which of the rows pass in one of some fields of one dimension.

        key: stands for the question, whose answers are kept. test: makes the test of a text.
        missing: the answer where no field has one.
        """
        dimension = FIELDS[fields[0]][0]
        # Codes first: whatever they point to is in the values by then.
        codes = self.table.codes(dimension)[start:stop]
        answers = self._of(key, fields, test, missing)
        if not answers.any():
            return np.zeros(len(codes), np.bool_)
        mask: Mask = np.take(answers, codes)
        return mask

    def crossing(self, start: int, stop: int) -> Mask:
        """Where the caller's account and the account of the event are both known and differ."""
        callers, accounts = (
            np.take(self._account_numbers(field), self.table.codes(dimension)[start:stop])
            for field, dimension in (("idaccount", "identity"), ("account", "account"))
        )
        mask: Mask = (callers != accounts) & (callers > 0) & (accounts > 0)
        return mask

    def _added(self, term: Term, name: str, start: int, stop: int) -> Mask:
        """By a column that a room above adds. Judged anew each time: it may be another one by
        now, and has few entries."""
        missing = any(v == Text("") for v in term.values)
        column = self.table.added.get(name)
        if column is None:
            return np.full(stop - start, missing)
        once = _remembering(tester(term.field, term.values))
        answers = [any(map(once, values)) if values else missing for values in column.entries]
        mask: Mask = np.take(np.array(answers, np.bool_), column.codes(start, stop))
        return mask

    def _of(
        self, key: Hashable, fields: tuple[str, ...], test: Callable[[], Test], missing: bool
    ) -> Mask:
        columns = [self.table.values(f) for f in fields]
        known = self._answers.get(key)
        done = 0 if known is None else len(known)
        count = min(map(len, columns))
        if known is None or done < count:
            alone = len(DIMENSIONS[FIELDS[fields[0]][0]]) == 1
            judged = _judge([c[done:count] for c in columns], test(), missing, alone)
            known = judged if known is None else np.concatenate([known, judged])
            self._answers[key] = known
        self._answers.move_to_end(key)
        while len(self._answers) > self._kept:
            self._answers.popitem(last=False)
        return known

    def _account_numbers(self, field: str) -> npt.NDArray[np.int64]:
        """A number for each entry's account, the same wherever the account is the same."""
        values = self.table.values(field)
        known = self._numbers.get(field, np.empty(0, np.int64))
        if len(known) < len(values):
            accounts = self._accounts
            fresh = [accounts.setdefault(v, len(accounts)) for v in values[len(known) :]]
            known = np.concatenate([known, np.array(fresh, np.int64)])
            self._numbers[field] = known
        return known


def _judge(columns: list[list[str]], test: Test, missing: bool, alone: bool) -> Mask:
    """Entries of which a value passes, or, if that is wanted, all are empty.

    alone: the dimension has this one field, so no text comes twice.
    """
    if alone:
        return np.array([test(v) if v else missing for v in columns[0]], np.bool_)
    once = _remembering(test)
    return np.array(
        [
            any(once(v) for v in entry if v) if any(entry) else missing
            for entry in zip(*columns, strict=True)
        ],
        np.bool_,
    )


def _remembering(test: Test) -> Callable[[str], bool]:
    """The test, run once for each text: entries of a dimension repeat their fields' values."""
    seen: dict[str, bool] = {}

    def once(text: str) -> bool:
        answer = seen.get(text)
        if answer is None:
            answer = seen[text] = test(text)
        return answer

    return once
