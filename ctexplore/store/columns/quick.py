"""Plain records to columns by the compiled part, where it was built: in half the time.

It takes what nearly every file holds and numbers JSON as it is written. What it leaves, single
records or a whole file, is read by the careful reader; what JSON means is found out here and there
by the same functions.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final, get_args, get_type_hints

import msgspec
import numpy as np
from deflate import crc32

from ctexplore.store.columns import distinct, stamps
from ctexplore.store.columns.batch import Batch, Codes
from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.issued import number_of
from ctexplore.store.columns.numbers import FIELDS, TARGETS, Numbers
from ctexplore.store.columns.schema import DIMENSIONS, EMPTY
from ctexplore.trail.issued import ISSUING, issued_by
from ctexplore.trail.record import SIGN_INS, Record, value_of

try:
    from ctexplore.store.columns._fields import Fields
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = True

Left = tuple[int, int, int]
"""A record that was not taken: its position in the file, and where it stands in the list."""


class Quick:
    """Takes the records of files, one file after the other, and makes columns of most of them."""

    def __init__(self) -> None:
        self._fields = Fields(_SCHEMA, _CHAINS, _STAMPS, crc32, random.getrandbits(64))
        self._files, self._counts = array("I"), array("I")
        self._targets = _Targets(self._fields)

    def file(self, number: int, records: memoryview) -> tuple[int, list[Left]] | None:
        """Take the records of one file, a JSON list in UTF-8.

        Returns how many were taken and those that were not; None when this is for the careful
        reader as a whole.
        """
        found = self._fields.take(records)
        if found:
            self._files.append(number)
            self._counts.append(found[0])
            self._targets.look(found[0])
        return found

    def batch(self) -> Batch:
        """The columns of all records taken."""
        times, ids = stamps.event_times(), stamps.event_ids()
        for number, texts in enumerate((times, ids)):
            texts.add_joined(self._fields.strings(number).decode())
        time, unread = stamps.times(times)
        codes = {name: self._codes(name) - np.uint32(1) for name in _PLAIN}
        entries = {name: self._entries(name) for name in _PLAIN}
        codes["target"], entries["target"] = self._targets.codes(), self._targets.entries()
        codes["oddity"], entries["oddity"] = _oddities(len(time), unread)
        return Batch(
            time,
            stamps.ids(ids),
            np.frombuffer(self._fields.checksums(), np.uint32),
            np.repeat(np.array(self._files, np.uint32), self._counts),
            np.frombuffer(self._fields.positions(), np.uint32),
            codes,
            entries,
            *self._issued(),
        )

    def _codes(self, name: str) -> Codes:
        return np.frombuffer(self._fields.codes(_NAMING[name]), np.uint32)

    def _entries(self, name: str) -> Entries:
        """What the keys of a dimension stand for; they are read as the careful reader reads."""
        keys: Sequence[Any] = self._fields.keys(_NAMING[name])
        fields = FIELDS.get(name, ())
        if len(fields) == 1:
            keys = list(map(value_of, keys))
        elif fields:
            keys = [tuple(map(value_of, key.split(b"\0")[: len(fields)])) for key in keys]
        return distinct.entries(name, keys)

    def _issued(self) -> tuple[Codes, np.ndarray[Any, np.dtype[np.uint64]]]:
        """Which records issued credentials, and which."""
        ids = [issued_by(response) for response in self._fields.keys(_NAMING["issued"])]
        has_id = np.array([False, *map(bool, ids)])
        numbers = np.array([0, *(number_of(key) if key else 0 for key in ids)], np.uint64)
        codes = self._codes("issued")
        rows = np.flatnonzero(has_id[codes])
        return rows.astype(np.uint32), numbers[codes[rows]]


# Records after which new values are asked for a target: enough to stay in one loop, and few enough
# that hardly any value of the next place is numbered in vain.
_FEW: Final = 2000
_NOT_ASKED: Final = 2**32 - 1


class _Targets:
    """The target of each record: the first that a value names, in the order of ``TARGETS``."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._texts = Numbers({"": 0})
        # By a value's code: the number of the text that it names.
        self._found = {field: np.zeros(1, np.uint32) for field in TARGETS}
        self._parts: list[Codes] = []
        self._start, self._new = 0, 0

    def look(self, records: int) -> None:
        """So many more records were taken."""
        self._new += records
        if self._new >= _FEW:
            self._look()

    def codes(self) -> Codes:
        self._look()
        return np.concatenate(self._parts)

    def entries(self) -> Entries:
        return distinct.entries("target", self._texts)

    def _look(self) -> None:
        targets = np.zeros(self._new, np.uint32)
        rows = np.arange(self._new)
        for field in TARGETS:
            codes = np.frombuffer(self._fields.codes(_NAMING[field], self._start), np.uint32)[rows]
            targets[rows] = found = self._of(field, codes)
            rows = rows[found == 0]
            if not len(rows):
                break
        self._parts.append(targets)
        self._start, self._new = self._start + self._new, 0

    def _of(self, field: str, codes: Codes) -> Codes:
        """The texts' numbers that values name, 0 for none."""
        found, naming, read = self._found[field], _NAMING[field], TARGETS[field]
        more = int(codes.max(initial=0)) + 1 - len(found)
        if more > 0:
            fresh = np.full(more, _NOT_ASKED, np.uint32)
            self._found[field] = found = np.concatenate([found, fresh])
        numbers = found[codes]
        for code in set(codes[numbers == _NOT_ASKED].tolist()):
            key = self._fields.key(naming, code - 1)
            number = self._texts[distinct.target(read, key)]
            found[code] = number
            if number:
                self._fields.stop(naming, code - 1)
        return found[codes]


def _oddities(count: int, unread: dict[int, str]) -> tuple[Codes, Entries]:
    numbers = Numbers({EMPTY["oddity"]: 0})
    codes = np.zeros(count, np.uint32)
    for row, text in unread.items():
        codes[row] = numbers["", text, ""]
    return codes, distinct.entries("oddity", numbers)


_LEAVE: Final = -1
_GO_ON: Final = 0
_STOP: Final = 1


def _written(names: Iterable[str]) -> frozenset[bytes]:
    return frozenset(map(msgspec.json.encode, names))


# Careful reading looks for more in these.
_LOOKED_AT: Final = _written(SIGN_INS) | {b"", b'""'}
_ISSUING: Final = _written(ISSUING)
_KIND: Final = (*FIELDS["kind"], "eventVersion", "addendum")


def _judge_kind(key: bytes) -> int:
    values = dict(zip(_KIND, key.split(b"\0"), strict=False))
    name, version = values["eventName"], values["eventVersion"]
    usual = version in (b"", b'""') or version.startswith(b'"1.')
    if name in _LOOKED_AT or b"\\" in name or not usual or values["addendum"]:
        return _LEAVE
    return _GO_ON if name in _ISSUING else _STOP


_NAMES: Final = Record.__struct_fields__
# Dimensions that are read off one key; target is the first that is found, oddity is no field.
_PLAIN: Final = tuple(name for name in DIMENSIONS if name not in ("target", "oddity"))
_STAMPS: Final = ((_NAMES.index("eventTime"), 20), (_NAMES.index("eventID"), 36))
_NAMED: Final = (
    (("kind", _KIND, _judge_kind), ("issued", ("responseElements",), _STOP)),
    (("identity", ("userIdentity",), _STOP),),
    *(((name, fields, _STOP),) for name, fields in FIELDS.items() if name != "kind"),
    tuple((field, (field,), _GO_ON) for field in TARGETS),
)
_NAMING: Final = {
    name: number for number, name in enumerate(name for chain in _NAMED for name, _, _ in chain)
}
_CHAINS: Final = tuple(
    tuple((tuple(map(_NAMES.index, fields)), judge) for _, fields, judge in chain)
    for chain in _NAMED
)


def _kind_of(annotation: Any) -> int:
    """What the compiled part calls a type."""
    if annotation is msgspec.Raw:
        return 0
    return 1 if annotation is str else 3 if bool in get_args(annotation) else 2


_HINTS: Final = get_type_hints(Record)
_SCHEMA: Final = tuple((name.encode(), _kind_of(_HINTS[name])) for name in _NAMES)
