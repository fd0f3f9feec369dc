"""Records as CloudTrail wrote them, in the forms that files of records have.

The bytes of a record are never written anew: digits, escapes, the order of keys and keys that
are there twice stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from isal import isal_zlib

from ctexplore.engines.answer import Answer
from ctexplore.store.containers.unpack import LIMIT


class TooLarge(Exception):
    """More records than one log file may have and be opened again."""

    def __init__(self) -> None:
        super().__init__(
            f"more than {LIMIT >> 20:,} MB of records, which is too much for one log file "
            "to be opened again: export fewer of them, or as jsonl"
        )


_GZIP: Final = 31  # window bits that mean a gzip header, which then has no name and no time


def jsonl(answers: Iterable[Answer]) -> Iterator[bytes]:
    """One record a line."""
    for record in records(answers):
        yield one_line(record) + b"\n"


def json_array(answers: Iterable[Answer]) -> Iterator[bytes]:
    """One JSON array of all records."""
    return _joined(records(answers), b"[\n", b",\n", b"\n]\n")


def raw(answers: Iterable[Answer]) -> Iterator[bytes]:
    """Records byte for byte, a newline behind each; there may be others inside."""
    for record in records(answers):
        yield record + b"\n"


def cloudtrail(answers: Iterable[Answer]) -> Iterator[bytes]:
    """A log file as CloudTrail delivers it: ``{"Records":[…]}``, compressed with gzip.

    Raises TooLarge.
    """
    return _gzipped(_joined(records(answers), b'{"Records":[', b",", b"]}"))


def one_line(record: bytes) -> bytes:
    """The record without line breaks.

    JSON allows them between tokens only, so in a valid record each stands for a blank; in a
    damaged one, a raw break inside a string becomes a blank too.
    """
    return record.replace(b"\r", b" ").replace(b"\n", b" ")


def records(answers: Iterable[Answer]) -> Iterator[bytes]:
    """The bytes of each record in the order of the rows, but for those that cannot be read."""
    for answer in answers:
        found = dict(answer.records.read(answer.rows))
        for row in answer.rows.tolist():
            if row in found:
                yield found[row]


def _joined(
    pieces: Iterable[bytes], before: bytes, between: bytes, after: bytes
) -> Iterator[bytes]:
    yield before
    first = True
    for piece in pieces:
        yield piece if first else between + piece
        first = False
    yield after


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    # Level 2 is seven times as fast as zlib's 6 and takes a seventh more room.
    packer = isal_zlib.compressobj(2, isal_zlib.DEFLATED, _GZIP)
    room = LIMIT
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            raise TooLarge
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
