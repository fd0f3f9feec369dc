"""Plain records to columns by the compiled part, where it was built: in a third of the time.

It takes what nearly every file holds and numbers JSON as it is written. What it leaves, single
records or a whole file, is read by the careful reader, and so is everything that has a meaning.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterable
from typing import Any, Final, get_args, get_type_hints

import msgspec
import numpy as np
from deflate import crc32

from ctexplore.store.columns import distinct, stamps
from ctexplore.store.columns.batch import Batch, Codes
from ctexplore.store.columns.issued import number_of
from ctexplore.store.columns.numbers import FIELDS, SIGN_INS, Numbers, targets
from ctexplore.store.columns.schema import DIMENSIONS, EMPTY
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


class Quick:
    """Takes the records of files, one file after the other, and makes columns of most of them."""

    def __init__(self) -> None:
        self._numbers = {name: Numbers() for name in DIMENSIONS}
        self._issued: list[int] = []
        columns = {
            name: [(fields, self._numbers[name].__getitem__)] for name, fields in FIELDS.items()
        }
        # The first two number nothing: 0 leads on to the next.
        columns["kind"] = [
            (("eventVersion",), _usual_version),
            (("addendum",), _absent),
            (FIELDS["kind"], self._kind),
        ]
        columns["identity"] = [(("userIdentity",), self._numbers["identity"].__getitem__)]
        columns["target"] = [
            ((field,), memo.__getitem__) for field, memo in targets(self._numbers["target"])
        ]
        columns["issued"] = [(("eventName",), _issues_nothing), (("responseElements",), self._key)]
        self._columns = {name: number for number, name in enumerate(columns)}
        self._fields = Fields(
            _SCHEMA,
            tuple(
                tuple((tuple(map(_NAMES.index, fields)), number) for fields, number in chain)
                for chain in columns.values()
            ),
            _STAMPS,
            crc32,
            random.getrandbits(64),
        )
        self._files, self._counts = array("I"), array("I")

    def file(self, number: int, records: memoryview) -> tuple[int, list[Left]] | None:
        """Take the records of one file, a JSON list in UTF-8.

        Returns how many were taken and those that were not; None when this is for the careful
        reader as a whole.
        """
        found = self._fields.take(records)
        if found:
            self._files.append(number)
            self._counts.append(found[0])
        return found

    def batch(self) -> Batch:
        """The columns of all records taken."""
        times, ids = stamps.event_times(), stamps.event_ids()
        for number, texts in enumerate((times, ids)):
            texts.add_joined(self._fields.stamp(number).decode())
        time, unread = stamps.times(times)
        oddities = self._numbers["oddity"]
        odd = np.full(len(time), oddities[EMPTY["oddity"]], np.uint32)
        for row, text in unread.items():
            odd[row] = oddities["", text, ""]
        issued = self._codes("issued")
        issuing = np.flatnonzero(issued >= _ISSUED).astype(np.uint32)
        return Batch(
            time,
            stamps.ids(ids),
            _codes(self._fields.sums()),
            np.repeat(np.array(self._files, np.uint32), self._counts),
            _codes(self._fields.positions()),
            {name: odd if name == "oddity" else self._codes(name) for name in DIMENSIONS},
            {
                name: distinct.entries(name, _read(name, keys))
                for name, keys in self._numbers.items()
            },
            issuing,
            np.array(self._issued, np.uint64)[issued[issuing] - _ISSUED],
        )

    def _codes(self, name: str) -> Codes:
        return _codes(self._fields.column(self._columns[name]))

    def _kind(self, key: bytes) -> int:
        name = key.split(b"\0", 2)[1]
        return _LEAVE if name in _LOOKED_AT or b"\\" in name else self._numbers["kind"][key]

    def _key(self, response: bytes) -> int:
        key = issued_by(response)
        if not key:
            return _ISSUES_NOTHING
        self._issued.append(number_of(key))
        return _ISSUED + len(self._issued) - 1


_LEAVE: Final = -1
_ISSUES_NOTHING: Final = 1
_ISSUED: Final = 2

_NAMES: Final = Record.__struct_fields__
_STAMPS: Final = ((_NAMES.index("eventTime"), 20), (_NAMES.index("eventID"), 36))


def _written(names: frozenset[str]) -> frozenset[bytes]:
    return frozenset(msgspec.json.encode(name) for name in names)


# Careful reading looks for more in these.
_LOOKED_AT: Final = _written(SIGN_INS) | {b"", b'""'}
_ISSUING: Final = _written(ISSUING)


def _usual_version(version: bytes) -> int:
    return 0 if version in (b"", b'""') or version.startswith(b'"1.') else _LEAVE


def _absent(addendum: bytes) -> int:
    return _LEAVE if addendum else 0


def _issues_nothing(name: bytes) -> int:
    return 0 if name in _ISSUING or b"\\" in name else _ISSUES_NOTHING


def _kind_of(annotation: Any) -> int:
    """What the compiled part calls a type."""
    if annotation is msgspec.Raw:
        return 0
    return 1 if annotation is str else 3 if bool in get_args(annotation) else 2


_SCHEMA: Final = tuple((name.encode(), _kind_of(get_type_hints(Record)[name])) for name in _NAMES)


def _read(dimension: str, keys: Iterable[Any]) -> list[Any]:
    """Keys as the careful reader has them."""
    fields = FIELDS.get(dimension, ())
    if not fields:
        return list(keys)
    if len(fields) == 1:
        return [value_of(key) for key in keys]
    return [tuple(map(value_of, key.split(b"\0")[:-1])) for key in keys]


def _codes(data: bytearray) -> Codes:
    return np.frombuffer(data, np.uint32)
