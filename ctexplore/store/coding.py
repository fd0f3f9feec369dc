"""From records to columns: the one place where every event is looked at in Python.

Each column is a loop inside the interpreter (``map`` over a C function), a tenth of a microsecond
an event; what takes real work is done once for each distinct value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from isal import isal_zlib

from ctexplore.store import stamps
from ctexplore.store.batch import Batch, Codes
from ctexplore.store.schema import DIMENSIONS, EMPTY, Entry
from ctexplore.store.split import Bytes
from ctexplore.trail import record as trail
from ctexplore.trail import target
from ctexplore.trail.record import Record

# Records are coded while they are still in the processor's cache: some hundred of them.
_FEW = 250


class Coder:
    """Takes the records of files, one file after the other, and makes columns of them."""

    def __init__(self) -> None:
        self._rows: list[Record] = []
        self._raw: list[Bytes] = []
        self._count = 0
        self._numbers = {name: _Numbers() for name in DIMENSIONS}
        self._numbers["target"][""] = 0
        self._targets = [
            (where, _Memo(read, self._numbers["target"]))
            for where, read in (
                (attrgetter("resources"), target.from_resources),
                (attrgetter("requestParameters"), target.from_request),
                (attrgetter("responseElements"), target.from_anything),
                (attrgetter("serviceEventDetails"), target.from_anything),
            )
        ]
        self._codes: dict[str, list[Codes]] = {name: [] for name in DIMENSIONS}
        self._times: list[str] = []
        self._ids: list[str] = []
        self._crc: list[int] = []
        self._index: list[int] = []
        self._per_file: list[int] = []
        self._odd: dict[int, str] = {}

    def file(
        self,
        records: Sequence[Record],
        raw: Sequence[Bytes],
        index: Sequence[int],
        odd: dict[int, str],
    ) -> None:
        """Take the records of one file, with their bytes and their positions in it.

        odd: what is odd about some of them, by position in ``records``.
        """
        start = self._count + len(self._rows)
        self._odd.update((start + row, oddity) for row, oddity in odd.items())
        self._rows += records
        self._raw += raw
        self._crc += map(isal_zlib.crc32, raw)
        self._index += index
        self._per_file.append(len(records))
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
            np.repeat(np.arange(len(self._per_file), dtype=np.uint32), self._per_file),
            np.array(self._index, np.uint32),
            codes,
            {
                name: [tuple(map(_plain, _ENTRY[name](key))) for key in numbers]
                for name, numbers in self._numbers.items()
            },
        )

    def _code(self) -> None:
        rows = self._rows
        mfa = self._complete()
        for name, keys in _KEYS.items():
            self._codes[name].append(self._numbers[name].of(map(keys, rows), len(rows)))
        identities = self._numbers["identity"]
        codes = identities.of(map(bytes, map(_IDENTITY, rows)), len(rows))
        for row, used in mfa.items():
            codes[row] = identities[bytes(rows[row].userIdentity), used]
        self._codes["identity"].append(codes)
        self._codes["target"].append(self._target_codes())
        self._times += map(_TIME, rows)
        self._ids += map(_ID, rows)
        self._count += len(rows)
        self._rows, self._raw = [], []

    def _target_codes(self) -> Codes:
        rows = self._rows
        (where, memo), *others = self._targets
        codes = memo.of(map(bytes, map(where, rows)), len(rows))
        for where, memo in others:
            missing = np.flatnonzero(codes == 0)
            some = map(rows.__getitem__, missing.tolist())
            codes[missing] = memo.of(map(bytes, map(where, some)), len(missing))
        return codes

    def _complete(self) -> dict[int, str]:
        """Fill in what stands elsewhere; by row whether a sign-in that tells so used MFA."""
        mfa: dict[int, str] = {}
        rows = self._rows
        for row, name in enumerate(map(_NAME, rows)):
            if name not in _LOOKED_AT:
                continue
            record = rows[row]
            if name:
                if not record.errorCode and not record.errorMessage:
                    record.errorMessage = trail.sign_in_failure(record)
                if used := trail.sign_in_mfa(self._raw[row]):
                    mfa[row] = used
            else:
                trail.complete(record, self._raw[row])
                if not (record.eventName or record.eventTime or record.eventID):
                    self._note(row, "neither name, time nor id")
        unknown = {v for v in set(map(_VERSION, rows)) if v and not v.startswith("1.")}
        for row, version in enumerate(map(_VERSION, rows)) if unknown else ():
            if version in unknown:
                self._note(row, f"eventVersion {version}")
        return mfa

    def _note(self, row: int, oddity: str) -> None:
        before = self._odd.get(self._count + row)
        self._odd[self._count + row] = f"{before}, {oddity}" if before else oddity

    def _oddities(self, unread: dict[int, str]) -> Codes:
        numbers, odd = self._numbers["oddity"], self._odd
        codes = np.full(self._count, numbers[EMPTY["oddity"]], np.uint32)
        for row in {**odd, **unread}:
            codes[row] = numbers[odd.get(row, ""), unread.get(row, "")]
        return codes


class _Numbers(dict[Any, int]):
    """Numbers keys in order of first sight; a look-up of a known key costs one C call."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number

    def of(self, keys: Iterable[Any], count: int) -> Codes:
        return np.fromiter(map(self.__getitem__, keys), np.uint32, count)


class _Memo(_Numbers):
    """Gives JSON the number of the text that is found in its value."""

    def __init__(self, read: Callable[[object], str], numbers: _Numbers) -> None:
        self._read = read
        self._of_text = numbers

    def __missing__(self, key: bytes) -> int:
        self[key] = number = self._of_text[self._read(trail.value_of(key))]
        return number


def _joined(parts: list[Codes]) -> Codes:
    return np.concatenate(parts) if parts else np.empty(0, np.uint32)


# Sign-ins that tell their failure in the response, each under its own name (CloudTrail User
# Guide, "AWS Management Console sign-in events").
_SIGN_INS = frozenset(("ConsoleLogin", "CheckMfa", "SwitchRole"))
_LOOKED_AT = _SIGN_INS | {""}

_NAME = attrgetter("eventName")
_VERSION = attrgetter("eventVersion")
_IDENTITY = attrgetter("userIdentity")
_TIME = attrgetter("eventTime")
_ID = attrgetter("eventID")
# What tells the entries of a dimension apart.
_KEYS = {
    "kind": attrgetter(
        "eventSource",
        "eventName",
        "eventType",
        "eventCategory",
        "readOnly",
        "sessionCredentialFromConsole",
    ),
    "ip": attrgetter("sourceIPAddress"),
    "region": attrgetter("awsRegion"),
    "account": attrgetter("recipientAccountId"),
    "error": attrgetter("errorCode", "errorMessage"),
    "agent": attrgetter("userAgent"),
}


def _single(value: str | None) -> Entry:
    return (value or "",)


def _either(values: tuple[str | None, str | None]) -> Entry:
    return (values[0] or values[1] or "",)


def _kind(values: tuple[Any, ...]) -> Entry:
    source, name, event_type, category, read_only, console = values
    return source, name, event_type, category, _boolean(read_only), _boolean(console)


def _boolean(value: bool | str | None) -> str:
    """Booleans come as booleans in log files and as text in lookup-events output."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (value or "").lower()


def _identity(key: bytes | tuple[bytes, str]) -> Entry:
    if isinstance(key, bytes):
        return trail.identity_of(key)
    raw, mfa = key
    return trail.identity_of(raw)._replace(mfa=mfa)


_ENTRY: dict[str, Callable[[Any], Entry]] = {
    "kind": _kind,
    "identity": _identity,
    "target": _single,
    "ip": _single,
    "region": _single,
    "account": _single,
    "error": _either,
    "agent": _single,
    "oddity": tuple,
}


def _plain(text: str) -> str:
    """Text that any encoding can take: undecodable bytes as ``\\xff``, half pairs as ``\\ud800``.

    Such a record is marked as odd; its bytes stay what they are.
    """
    text = str(text)  # exact reading gives texts that also know how they were written
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(map(_shown, text))
    return text


def _shown(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return f"\\u{ord(char):04x}" if "\ud800" <= char <= "\udfff" else char
