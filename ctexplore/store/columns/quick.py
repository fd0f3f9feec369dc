"""Plain records to columns by the compiled part, where it was built: in half the time.

It takes what nearly every file holds and numbers JSON as it is written. What it leaves, single
records or a whole file, is read by the careful reader; what JSON means is found out here and there
by the same functions.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from typing import Any, Final, get_args, get_type_hints

import msgspec
import numpy as np
from deflate import crc32

from ctexplore.store.columns import distinct, stamps
from ctexplore.store.columns.batch import Batch, Codes
from ctexplore.store.columns.issued import number_of
from ctexplore.store.columns.numbers import FIELDS, SIGN_INS, TARGETS, Numbers
from ctexplore.store.columns.schema import DIMENSIONS, EMPTY, Entry
from ctexplore.trail.issued import ISSUING, issued_by
from ctexplore.trail.record import Record, value_of

try:
    from ctexplore.store.columns._fields import Fields
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = True

Left = tuple[int, int, int]
"""A record that was not taken: its position in the file, and where it stands in the list."""

# Records after which it pays to find out which of the new values name a target: few enough that
# hardly any value is asked for in vain, enough to stay in one loop.
_FEW: Final = 2000


class Quick:
    """Takes the records of files, one file after the other, and makes columns of most of them."""

    def __init__(self) -> None:
        self._fields = Fields(_SCHEMA, _CHAINS, _STAMPS, crc32, random.getrandbits(64))
        self._files, self._counts = array("I"), array("I")
        self._undecided = 0
        self._texts = Numbers({"": 0})
        # By the number of a value: the number of the text in it, or 0.
        self._targets = {field: array("I") for field in TARGETS}

    def file(self, number: int, records: memoryview) -> tuple[int, list[Left]] | None:
        """Take the records of one file, a JSON list in UTF-8.

        Returns how many were taken and those that were not; None when this is for the careful
        reader as a whole.
        """
        found = self._fields.take(records)
        if found:
            self._files.append(number)
            self._counts.append(found[0])
            self._undecided += found[0]
            if self._undecided >= _FEW:
                self._decide()
        return found

    def batch(self) -> Batch:
        """The columns of all records taken."""
        self._decide()
        times, ids = stamps.event_times(), stamps.event_ids()
        for number, texts in enumerate((times, ids)):
            texts.add_joined(self._fields.strings(number).decode())
        time, unread = stamps.times(times)
        codes = {name: self._codes(name) - np.uint32(1) for name in _PLAIN}
        codes["target"] = self._target_codes()
        codes["oddity"], oddities = _oddities(len(time), unread)
        entries = {name: self._entries(name) for name in _PLAIN}
        entries["target"] = distinct.entries("target", self._texts)
        entries["oddity"] = oddities
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

    def _decide(self) -> None:
        """Find the targets in new values; what comes behind one that has a target is not asked."""
        self._undecided = 0
        texts = self._texts
        for field, read in TARGETS.items():
            known = self._targets[field]
            keys = self._fields.keys(_NAMING[field], len(known))
            found = [texts[distinct.target(read, key)] for key in keys]
            self._fields.decide(_NAMING[field], len(known), bytes(map(bool, found)))
            known.extend(found)

    def _codes(self, name: str) -> Codes:
        return np.frombuffer(self._fields.codes(_NAMING[name]), np.uint32)

    def _target_codes(self) -> Codes:
        target: Codes | None = None
        for field, found in self._targets.items():
            numbers = np.array([0, *found], np.uint32)[self._codes(field)]
            target = numbers if target is None else np.where(target, target, numbers)
        assert target is not None
        return target

    def _entries(self, name: str) -> list[Entry]:
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


def _oddities(count: int, unread: dict[int, str]) -> tuple[Codes, list[Entry]]:
    numbers = Numbers({EMPTY["oddity"]: 0})
    codes = np.zeros(count, np.uint32)
    for row, text in unread.items():
        codes[row] = numbers["", text, ""]
    return codes, distinct.entries("oddity", numbers)


_LEAVE: Final = -1
_GO_ON: Final = 0
_STOP: Final = 1


def _written(names: frozenset[str]) -> frozenset[bytes]:
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
    name: number
    for number, name in enumerate(name for chain in _NAMED for name, _, _ in chain)
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
