"""From files' bytes to columns: the one place where every event is looked at in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
import numpy as np
from isal import isal_zlib

from ctexplore.store import stamps
from ctexplore.store.batch import Batch, Codes
from ctexplore.store.problem import Outcome, Problem
from ctexplore.store.schema import EMPTY, Entry
from ctexplore.store.split import Bytes, split
from ctexplore.store.tolerant import Unreadable, read_record
from ctexplore.store.unpack import UnpackError, unpack
from ctexplore.trail import record as trail
from ctexplore.trail.record import Record

K = TypeVar("K")


@dataclass(slots=True)
class Decoded:
    """The batch, and what happened to each file.

    read: per file whether it counts as read. problems: with their file's key.
    unpacked: bytes of JSON. rejected: records that could not be read.
    """

    batch: Batch
    read: list[bool]
    problems: list[Problem] = field(default_factory=list)
    unpacked: int = 0
    rejected: int = 0


class _Numbers(dict[Any, int]):
    """Numbers keys in order of first sight; a look-up of a known key costs one C call."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


def decode(files: Iterable[tuple[str, bytes]]) -> Decoded:
    """Decode (key, stored bytes) pairs. Raises nothing: what cannot be read is in ``problems``."""
    return _Decoding().run(files)


class _Decoding:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.crc: list[int] = []
        self.index: list[Codes] = []
        self.per_file: list[int] = []
        self.odd: dict[int, str] = {}
        self.read: list[bool] = []
        self.problems: list[Problem] = []
        self.unpacked = 0
        self.rejected = 0

    def run(self, files: Iterable[tuple[str, bytes]]) -> Decoded:
        for key, data in files:
            before = len(self.records)
            self.read.append(self._file(key, data))
            self.per_file.append(len(self.records) - before)
        batch = self._batch()
        return Decoded(batch, self.read, self.problems, self.unpacked, self.rejected)

    def _file(self, key: str, data: bytes) -> bool:
        try:
            unpacked = unpack(data)
        except UnpackError as error:
            outcome = Outcome.SKIPPED if str(error) == "empty file" else Outcome.FAILED
            self.problems.append(Problem(key, outcome, str(error)))
            return False
        self.unpacked += len(unpacked.data)
        for note in unpacked.notes:
            self.problems.append(Problem(key, Outcome.NOTED, note))
        if unpacked.cut and not unpacked.data:
            self.problems.append(Problem(key, Outcome.FAILED, unpacked.cut))
            return False
        records, problems = split(unpacked.data)
        if unpacked.cut:
            self.problems.append(Problem(key, Outcome.PARTIAL, unpacked.cut))
        for problem in problems:
            self.rejected += problem.records
            self.problems.append(replace(problem, key=key))
        kept = self._records(key, records)
        unread = (Outcome.FAILED, Outcome.SKIPPED)
        return bool(kept) or not any(p.outcome in unread for p in problems)

    def _records(self, key: str, records: Sequence[Bytes | None]) -> int:
        decode_record, append = trail.decode_record, self.records.append
        before = len(self.records)
        lost: set[int] = set()
        for position, raw in enumerate(records):
            if raw is None:
                lost.add(position)
                continue
            try:
                append(decode_record(raw))
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                if not self._odd_record(key, position, raw):
                    lost.add(position)
        positions = np.arange(len(records), dtype=np.uint32)
        if lost:
            kept = [p for p in range(len(records)) if p not in lost]
            positions = positions[kept]
            records = [records[p] for p in kept]
        self.index.append(positions)
        self.crc.extend(map(_crc, records))
        return len(self.records) - before

    def _odd_record(self, key: str, position: int, raw: Bytes) -> bool:
        """A record that does not fit the typed structure; false when it is no record at all."""
        try:
            record, oddity = read_record(bytes(raw))
        except Unreadable as error:
            self.rejected += 1
            place = f"record {position + 1}"
            self.problems.append(Problem(key, Outcome.PARTIAL, str(error), place, records=1))
            return False
        if oddity:
            self.odd[len(self.records)] = oddity
        self.records.append(record)
        return True

    def _batch(self) -> Batch:
        records = self.records
        n = len(records)
        codes: dict[str, Codes] = {}
        entries: dict[str, list[Entry]] = {}

        def number(name: str, keys: Iterable[K], entry: Callable[[K], Entry]) -> None:
            numbers = _Numbers()
            codes[name] = np.fromiter(map(numbers.__getitem__, keys), np.uint32, n)
            entries[name] = [entry(key) for key in numbers]

        mfa = self._adjust()
        number("kind", map(_KIND, records), _kind)
        number("identity", map(bytes, map(_IDENTITY, records)), trail.identity_of)
        number("target", map(trail.target_of, records), _single)
        number("ip", map(_IP, records), _single)
        number("region", map(_REGION, records), _single)
        number("account", map(_ACCOUNT, records), _single)
        number("error", map(_ERROR, records), _either)
        number("agent", map(_AGENT, records), _single)
        time, unread = stamps.times(list(map(_TIME, records)))
        number("oddity", self._oddities(unread), tuple)
        _set_mfa(codes["identity"], entries["identity"], mfa)
        return Batch(
            time,
            stamps.ids(list(map(_ID, records))),
            np.array(self.crc, np.uint32),
            np.repeat(np.arange(len(self.per_file), dtype=np.uint32), self.per_file),
            np.concatenate(self.index) if self.index else np.empty(0, np.uint32),
            codes,
            entries,
        )

    def _adjust(self) -> dict[int, str]:
        """Complete the records whose columns stand elsewhere; rows whose login tells of MFA."""
        mfa: dict[int, str] = {}
        for row, name in enumerate(map(_NAME, self.records)):
            if name == "ConsoleLogin":
                record = self.records[row]
                record.errorMessage = trail.failure_of(record)
                if used := trail.login_mfa(record):
                    mfa[row] = used
            elif not name:
                trail.complete(self.records[row])
        return mfa

    def _oddities(self, unread: dict[int, str]) -> Iterable[Entry]:
        plain = EMPTY["oddity"]
        if not self.odd and not unread:
            return repeat(plain, len(self.records))
        return ((self.odd.get(row, ""), unread.get(row, "")) for row in range(len(self.records)))


_KIND = attrgetter(
    "eventSource",
    "eventName",
    "eventType",
    "eventCategory",
    "readOnly",
    "sessionCredentialFromConsole",
)
_NAME = attrgetter("eventName")
_IDENTITY = attrgetter("userIdentity")
_IP = attrgetter("sourceIPAddress")
_REGION = attrgetter("awsRegion")
_ACCOUNT = attrgetter("recipientAccountId")
_ERROR = attrgetter("errorCode", "errorMessage")
_AGENT = attrgetter("userAgent")
_TIME = attrgetter("eventTime")
_ID = attrgetter("eventID")
_crc = isal_zlib.crc32


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


def _set_mfa(codes: Codes, entries: list[Entry], mfa: dict[int, str]) -> None:
    """Give rows an identity that differs in whether the login used MFA, which it tells itself."""
    numbers: dict[Entry, int] = {}
    for row, used in mfa.items():
        entry = (*entries[codes[row]][:-1], used)
        number = numbers.get(entry)
        if number is None:
            number = numbers[entry] = len(entries)
            entries.append(entry)
        codes[row] = number
