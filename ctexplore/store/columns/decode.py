"""From files' bytes to columns, with everything that could not be read by its place and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct, field
from msgspec.structs import astuple, replace

from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.coding import Coder, Row
from ctexplore.store.columns.quick import AVAILABLE, Quick
from ctexplore.store.containers.split import Bytes, array, split
from ctexplore.store.containers.tolerant import Unreadable, is_utf8, read_record
from ctexplore.store.containers.unpack import LIMIT, Unpacked, UnpackError, unpack
from ctexplore.store.problem import Outcome, Problem
from ctexplore.trail.record import Record, decode_record

# A file of a million broken records is told by its first ones and a number.
_TOLD = 20


class Decoded(Struct):
    """The batch, and what happened to each file.

    read: per file whether it counts as read. problems: with their file's key.
    unpacked: bytes of JSON. rejected: records that could not be read.
    """

    batch: Batch
    read: list[bool]
    problems: list[Problem] = field(default_factory=list)
    unpacked: int = 0
    rejected: int = 0

    def pack(self) -> bytes:
        """Bytes for the cache; what went wrong is kept with the columns, or it would be lost."""
        # A local file's name may be no text, which JSON could not hold.
        keys = [p.key.encode("utf-8", "surrogatepass") for p in self.problems]
        problems = [replace(p, key="") for p in self.problems]
        head = msgspec.json.encode(_Head(self.read, keys, problems, self.unpacked, self.rejected))
        return b"".join((len(head).to_bytes(8, "little"), head, self.batch.pack()))

    @classmethod
    def unpack(cls, data: bytes) -> Decoded:
        """What ``pack`` wrote. Raises ValueError when the bytes are not whole."""
        head, end = _head(data)
        problems = [
            replace(p, key=key.decode("utf-8", "surrogatepass"))
            for p, key in zip(head.problems, head.keys, strict=True)
        ]
        batch = Batch.unpack(memoryview(data)[end:])
        return cls(batch, head.read, problems, head.unpacked, head.rejected)


class _Head(msgspec.Struct, array_like=True):
    read: list[bool]
    keys: list[bytes]
    problems: list[Problem]
    unpacked: int
    rejected: int


def is_sound(data: bytes) -> bool:
    """Whether ``pack`` wrote the bytes of files in which nothing was wrong or odd. Raises
    ValueError when they are not whole."""
    head, _ = _head(data)
    return all(head.read) and not head.problems


def _head(data: bytes) -> tuple[_Head, int]:
    end = 8 + int.from_bytes(data[:8], "little")
    try:
        return msgspec.json.decode(data[8:end], type=_Head), end
    except msgspec.DecodeError as error:
        raise ValueError(f"packed columns are not whole: {error}") from None


def decode(files: Iterable[tuple[str, bytes]], limit: int = LIMIT) -> Decoded:
    """Decode (key, stored bytes) pairs. Raises nothing: what cannot be read is in ``problems``.

    limit: bytes that one file may unpack to.
    """
    reading = _Reading(limit)
    read = [reading.file(key, data) for key, data in files]
    return Decoded(reading.batch(), read, reading.problems, reading.unpacked, reading.rejected)


class _Reading:
    """Collects the records of files, one file after the other."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.files = 0
        self.quick = Quick() if AVAILABLE else None
        self.careful = Coder()
        self.problems: list[Problem] = []
        self.unpacked = 0
        self.rejected = 0

    def file(self, key: str, data: bytes) -> bool:
        """Whether the file counts as read: it gave records, or it holds none and says so."""
        taken = _Taken()
        try:
            problems = self._contents(unpack(data, self.limit), taken)
        except UnpackError as error:
            outcome = Outcome.SKIPPED if error.skipped else Outcome.FAILED
            problems = [Problem("", outcome, str(error))]
        if taken.rows:
            self.careful.file(self.files, taken.rows, taken.raw, taken.index, taken.odd)
        self.files += 1
        kept = taken.quickly + len(taken.rows)
        self.rejected += sum(p.records for p in problems)
        problems = [replace(p, key=key, outcome=_weigh(p.outcome, kept)) for p in problems]
        self.problems += problems
        return bool(kept) or all(p.outcome is Outcome.NOTED for p in problems)

    def _contents(self, unpacked: Unpacked, taken: _Taken) -> list[Problem]:
        self.unpacked += len(unpacked.data)
        problems = [Problem("", Outcome.NOTED, note) for note in unpacked.notes]
        if unpacked.cut:
            problems.append(Problem("", Outcome.PARTIAL, unpacked.cut))
            if not unpacked.data:
                return problems
        # Whoever skips text without a look at it must know that it is some.
        utf8 = is_utf8(unpacked.data)
        if utf8 and (left := self._quickly(unpacked.data, taken)) is not None:
            if not taken.all(list(left.values()), list(left)):
                problems += taken.each(left, {})
            return problems
        records, found, places = split(unpacked.data)
        if not (utf8 and taken.all(records, range(len(records)))):
            problems += taken.each(dict(enumerate(records)), places)
        return [*problems, *found]

    def _quickly(self, data: bytes, taken: _Taken) -> dict[int, bytes] | None:
        """Take what the compiled part can, and return the other records by their positions; None
        when it takes nothing of this."""
        records = array(data) if self.quick else None
        if self.quick is None or records is None:
            return None
        found = self.quick.file(self.files, records)
        if found is None:
            return None
        taken.quickly, left = found
        return {position: bytes(records[start:end]) for position, start, end in left}

    def batch(self) -> Batch:
        """The columns of what was read either way."""
        if self.quick is None:
            return self.careful.batch()
        quickly = self.quick.batch()
        return quickly.merged(self.careful.batch()) if len(self.careful) else quickly


class _Taken:
    """The records of one file. quickly: how many the compiled part took. rows: the fields of the
    others. raw, index: their bytes and their positions in the file."""

    def __init__(self) -> None:
        self.quickly = 0
        self.rows: list[Row] = []
        self.raw: Sequence[Bytes] = []
        self.index: Sequence[int] = []
        self.odd: dict[int, str] = {}

    def all(self, pieces: Sequence[Bytes], index: Sequence[int]) -> bool:
        """Take all at once; False, and none taken, when one of them is odd."""
        try:
            # Each structure is given up at once for its fields, so that the next takes its place
            # in the processor's cache.
            self.rows = list(map(astuple, map(decode_record, pieces)))
        except (msgspec.DecodeError, RecursionError):
            return False
        self.raw, self.index = pieces, index
        return True

    def each(self, pieces: Mapping[int, Bytes], places: Mapping[int, str]) -> list[Problem]:
        """Take what can be read; the problems of what cannot."""
        problems: list[Problem] = []
        untold = 0
        index: list[int] = []
        for position, piece in pieces.items():
            try:
                record, oddity = _read(bytes(piece))
            except Unreadable as error:
                if len(problems) == _TOLD:
                    untold += 1
                else:
                    place = places.get(position, f"record {position + 1:,}")
                    problems.append(Problem("", Outcome.PARTIAL, str(error), place, records=1))
                continue
            if oddity:
                self.odd[len(index)] = oddity
            self.rows.append(astuple(record))
            index.append(position)
        self.raw, self.index = [pieces[position] for position in index], index
        if untold:
            reason = f"{untold:,} more records that cannot be read"
            problems.append(Problem("", Outcome.PARTIAL, reason, records=untold))
        return problems


def _read(raw: bytes) -> tuple[Record, str]:
    if is_utf8(raw):
        try:
            return decode_record(raw), ""
        except (msgspec.DecodeError, RecursionError):
            pass
    return read_record(raw)


def _weigh(outcome: Outcome, kept: int) -> Outcome:
    """An outcome in view of whether the file gave records after all."""
    match outcome:
        case Outcome.FAILED if kept:
            return Outcome.PARTIAL
        case Outcome.SKIPPED if kept:
            return Outcome.NOTED
        case Outcome.PARTIAL if not kept:
            return Outcome.FAILED
    return outcome
