"""From records to columns: the one place where every event is looked at in Python.

Each column is a loop inside the interpreter (``map`` over a C function), a tenth of a microsecond
an event; what takes real work is done once for each distinct value.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any

import numpy as np
from deflate import crc32
from msgspec.structs import astuple

from ctexplore.store.columns import distinct, stamps
from ctexplore.store.columns.batch import Batch, Codes
from ctexplore.store.columns.issued import number_of
from ctexplore.store.columns.numbers import FIELDS, TARGETS, Memo, Numbers
from ctexplore.store.columns.schema import DIMENSIONS, EMPTY
from ctexplore.store.containers.split import Bytes
from ctexplore.trail import record as trail
from ctexplore.trail.issued import ISSUING, issued_by
from ctexplore.trail.record import Record

# Records are coded while they are still in the processor's cache: some hundred of them.
_FEW = 250


class Coder:
    """Takes the records of files, one file after the other, and makes columns of them."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._raw: list[Bytes] = []
        self._count = 0
        self._numbers = {name: Numbers() for name in DIMENSIONS}
        texts = self._numbers["target"]
        texts[""] = 0
        self._targets = [(field, Memo(read, texts)) for field, read in TARGETS.items()]
        self._codes: dict[str, list[Codes]] = {name: [] for name in DIMENSIONS}
        self._times, self._ids = stamps.event_times(), stamps.event_ids()
        self._crc, self._index = array("I"), array("I")
        self._files, self._counts = array("I"), array("I")
        self._odd: dict[int, str] = {}
        self._links: dict[int, str] = {}
        self._issued: dict[int, int] = {}

    def __len__(self) -> int:
        """Records taken."""
        return self._count + len(self._rows)

    def file(
        self,
        number: int,
        rows: Sequence[Row],
        raw: Sequence[Bytes],
        index: Sequence[int],
        odd: dict[int, str],
    ) -> None:
        """Take the records of one file: their fields, their bytes, their positions in it.

        odd: what is odd about some of them, by position in ``rows``.
        """
        start = len(self)
        self._odd.update((start + row, oddity) for row, oddity in odd.items())
        self._rows += rows
        self._raw += raw
        self._crc.extend(map(crc32, raw))
        self._index.extend(index)
        self._files.append(number)
        self._counts.append(len(rows))
        if len(self._rows) >= _FEW:
            self._code()

    def batch(self) -> Batch:
        """The columns of all records taken."""
        self._code()
        time, unread = stamps.times(self._times)
        codes = {name: _joined(parts) for name, parts in self._codes.items()}
        codes["oddity"] = self._oddities(unread)
        return Batch(
            time,
            stamps.ids(self._ids),
            np.array(self._crc, np.uint32),
            np.repeat(np.array(self._files, np.uint32), self._counts),
            np.array(self._index, np.uint32),
            codes,
            {name: distinct.entries(name, keys) for name, keys in self._numbers.items()},
            np.fromiter(self._issued.keys(), np.uint32, len(self._issued)),
            np.fromiter(self._issued.values(), np.uint64, len(self._issued)),
        )

    def _code(self) -> None:
        rows = self._rows
        if not rows:
            return
        columns = _columns(rows)
        mfa: dict[int, str] = {}
        if not _LOOKED_AT.isdisjoint(columns["eventName"]):
            mfa = self._complete(columns["eventName"])
            columns = _columns(rows)
        self._look_at_versions(columns["eventVersion"])
        self._look_at_addenda(columns["addendum"])
        self._look_at_issued(columns["eventName"], columns["responseElements"])
        for name, fields in FIELDS.items():
            keys: Iterable[Any] = columns[fields[0]]
            if len(fields) > 1:
                keys = zip(*map(columns.__getitem__, fields), strict=True)
            self._codes[name].append(self._numbers[name].of(keys, len(rows)))
        identities = self._numbers["identity"]
        codes = identities.of(map(bytes, columns["userIdentity"]), len(rows))
        for row, used in mfa.items():
            codes[row] = identities[bytes(columns["userIdentity"][row]), used]
        self._codes["identity"].append(codes)
        self._codes["target"].append(self._target_codes(columns))
        self._times.add(columns["eventTime"])
        self._ids.add(columns["eventID"])
        self._count += len(rows)
        self._rows, self._raw = [], []

    def _target_codes(self, columns: Columns) -> Codes:
        (where, memo), *others = self._targets
        codes = memo.of(map(bytes, columns[where]), len(columns[where]))
        for where, memo in others:
            missing = codes == 0
            some = compress(columns[where], missing.tolist())
            codes[missing] = memo.of(map(bytes, some), int(np.count_nonzero(missing)))
        return codes

    def _complete(self, names: Sequence[str]) -> dict[int, str]:
        """Fill in what stands elsewhere; by row whether a sign-in that tells so used MFA."""
        mfa: dict[int, str] = {}
        for row, name in enumerate(names):
            if name not in _LOOKED_AT:
                continue
            record = Record(*self._rows[row])
            if name:
                if not record.errorCode and not record.errorMessage:
                    record.errorMessage = trail.sign_in_failure(record)
                if used := trail.sign_in_mfa(self._raw[row]):
                    mfa[row] = used
            else:
                if link := trail.complete(record, self._raw[row]):
                    self._links[self._count + row] = link
                if not (record.eventName or record.eventTime or record.eventID):
                    self._note(row, "neither name, time nor id")
            self._rows[row] = astuple(record)
        return mfa

    def _look_at_versions(self, versions: Sequence[str]) -> None:
        unknown = {v for v in set(versions) if v and not v.startswith("1.")}
        for row, version in enumerate(versions) if unknown else ():
            if version in unknown:
                self._note(row, f"eventVersion {version}")

    def _look_at_addenda(self, addenda: Sequence[Bytes]) -> None:
        # Identity decides for all but the rare ones.
        if addenda.count(trail.ABSENT) == len(addenda):
            return
        for row, addendum in enumerate(addenda):
            if addendum is not trail.ABSENT and (link := trail.corrected(addendum)):
                self._links[self._count + row] = link

    def _look_at_issued(self, names: Sequence[str], responses: Sequence[Bytes]) -> None:
        for row in compress(range(len(names)), map(ISSUING.__contains__, names)):
            if key := issued_by(responses[row]):
                self._issued[self._count + row] = number_of(key)

    def _note(self, row: int, oddity: str) -> None:
        before = self._odd.get(self._count + row)
        self._odd[self._count + row] = f"{before}, {oddity}" if before else oddity

    def _oddities(self, unread: dict[int, str]) -> Codes:
        numbers, odd, links = self._numbers["oddity"], self._odd, self._links
        codes = np.full(self._count, numbers[EMPTY["oddity"]], np.uint32)
        for row in {**odd, **unread, **links}:
            codes[row] = numbers[odd.get(row, ""), unread.get(row, ""), links.get(row, "")]
        return codes


def _joined(parts: list[Codes]) -> Codes:
    return np.concatenate(parts) if parts else np.empty(0, np.uint32)


_LOOKED_AT = frozenset((*trail.SIGN_INS, ""))

Row = tuple[Any, ...]
"""A Record's fields, in their order."""
Columns = dict[str, tuple[Any, ...]]


def _columns(rows: Sequence[Row]) -> Columns:
    return dict(zip(Record.__struct_fields__, zip(*rows, strict=True), strict=True))
