"""Log files of one account, region and day folder, as bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ctexplore.sources.demo.cast import roster
from ctexplore.sources.demo.clock import DAY, SLOT, SLOTS, file_time
from ctexplore.sources.demo.dice import unique_string
from ctexplore.sources.demo.fleet import HOME, PROD
from ctexplore.sources.demo.noise import Cue, Pen
from ctexplore.sources.demo.plan import Plan, window
from ctexplore.sources.demo.story import REMOVED
from ctexplore.sources.demo.week import Place, Written
from ctexplore.trail.sidecar import Signature

LIMIT = 500
"""Events in one file at most; a busy slot has several files."""

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def gzipped(content: bytes) -> bytes:
    """gzip with no time and no operating system in its header."""
    squeeze = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = squeeze.compress(content) + squeeze.flush()
    tail = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    return b"".join((_HEADER, body, tail))


def envelope(records: Iterable[str]) -> bytes:
    return f'{{"Records":[{",".join(records)}]}}'.encode("ascii")


class Made(Struct, frozen=True):
    """name: without its folder. content: uncompressed. first, last: seconds of its events.

    delivered: the second CloudTrail put it there. events: how many it holds. original: the
    content that was delivered, where somebody changed it since. signature: of a digest.
    """

    name: str
    content: bytes
    delivered: int
    events: int
    first: int = 0
    last: int = 0
    original: bytes = b""
    signature: Signature | None = None


def log_files(plan: Plan, seed: int, place: Place, day: int) -> Iterator[Made]:
    """What was delivered on this day: a slot's files come as it ends."""
    per_day = DAY // SLOT
    for slot in range(max(0, day * per_day - 1), min(SLOTS, (day + 1) * per_day - 1)):
        yield from _slot_files(plan, seed, place, slot)


def _slot_files(plan: Plan, seed: int, place: Place, slot: int) -> Iterator[Made]:
    account, region = place
    notes = plan.notes.get((place, slot), ())
    count = plan.counts[place][slot]
    if not count and not notes:
        return
    pen = Pen(seed, account, region, slot)
    timed = pen.background(roster(account, region), count, *window(account, slot))
    timed += pen.cued([note for note in notes if isinstance(note, Cue)])
    again = []
    for index, note in enumerate(notes):
        if isinstance(note, Written):
            event = (note.second ^ 3, index - 2_000_000, note.write())
            timed.append(event)
            again += [event] * (note.copies - 1)
    timed.sort()
    parts = [timed[start : start + LIMIT] for start in range(0, len(timed), LIMIT)]
    if again:
        parts.append(again)
    for number, part in enumerate(parts):
        yield _made(part, seed, place, slot, number)


def _made(
    part: Sequence[tuple[int, int, str]], seed: int, place: Place, slot: int, number: int
) -> Made:
    account, region = place
    delivered = (slot + 1) * SLOT
    unique = unique_string(seed, account, region, slot, number)
    seconds = [order ^ 3 for order, _, _ in part]
    original = b""
    if number == 0 and (removed := _removed(place, slot)):
        original = envelope(text for _, _, text in sorted([*part, removed]))
    return Made(
        f"{account}_CloudTrail_{region}_{file_time(delivered)}_{unique}.json.gz",
        envelope(text for _, _, text in part),
        delivered,
        len(part),
        min(seconds),
        max(seconds),
        original,
    )


def _removed(place: Place, slot: int) -> tuple[int, int, str] | None:
    """The event that the thief took out of a file of this place and slot."""
    if place != (PROD, HOME) or slot != REMOVED.second // SLOT:
        return None
    return REMOVED.second ^ 3, -3_000_000, REMOVED.write()
