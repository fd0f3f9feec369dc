"""How many events each file holds, and which are not left to chance.

Files are made one at a time, in any order; the plan is what they must agree on beforehand:
the notes of the week and the story, and how the rest of an exact number of events spreads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from msgspec.structs import replace

from ctexplore.sources.demo.clock import DAY, SLOT, SLOTS
from ctexplore.sources.demo.clues import STARTED, STOPPED
from ctexplore.sources.demo.dice import dice
from ctexplore.sources.demo.fleet import PROD, REGIONS, SECURITY, STAGES, STAGING
from ctexplore.sources.demo.oddities import oddities
from ctexplore.sources.demo.story_crowd import crowd
from ctexplore.sources.demo.week import Note, Place, Written, week

PLACES: tuple[Place, ...] = tuple((account, region) for account in STAGES for region in REGIONS)

_VOLUME = {
    PROD: (560, 130, 190, 40),
    STAGING: (110, 20, 20, 8),
    SECURITY: (60, 10, 12, 6),
}
_EVERY = {PROD: (1, 3, 3, 6), STAGING: (3, 12, 6, 12), SECURITY: (6, 12, 12, 12)}
"""Quiet places speak in every n-th slot only: services there poll by the half hour or hour."""

_HOURS = (60, 55, 52, 50, 50, 55, 62, 72, 84, 92, 96, 98, 100, 104, 110, 112, 110, 106, 100, 92,
          84, 76, 70, 64)  # fmt: skip
_WEEKEND = 60, 100


def window(account: str, slot: int) -> tuple[int, int]:
    """The seconds of a slot in which something was logged; equal when nothing was."""
    first, last = slot * SLOT, (slot + 1) * SLOT
    if account != PROD or last <= STOPPED or first >= STARTED:
        return first, last
    if first <= STOPPED:
        return first, STOPPED
    return max(first, min(STARTED, last)), last


class Plan:
    """notes: by place and slot. counts: events of the background, by place and slot.

    whole: false when there are too few events for the story, let alone for other kinds.
    """

    def __init__(self, seed: int, events: int, apart: int) -> None:
        """``apart``: events that lie in other folders (Insights, network activity)."""
        told = [*crowd(seed), *oddities()]
        lived = [(place, note) for place, note in week(seed) if _logged(place, note)]
        self.whole = events >= sum(_copies(note) for _, note in told) + apart
        left = events - apart if self.whole else events
        chosen, left = _first(told, left)
        spread = min(len(lived), left // 3)
        chosen += [
            each
            for index, each in enumerate(lived)
            if (index + 1) * spread // len(lived) > index * spread // len(lived)
        ]
        self.notes: dict[tuple[Place, int], list[Note]] = defaultdict(list)
        for place, note in chosen:
            self.notes[place, _slot(note)].append(note)
        self.counts = _spread(seed, left - spread)


def _copies(note: Note) -> int:
    return note.copies if isinstance(note, Written) else 1


def _slot(note: Note) -> int:
    if isinstance(note, Written) and note.delivered >= 0:
        return note.delivered // SLOT
    return note.second // SLOT


def _logged(place: Place, note: Note) -> bool:
    silent = place[0] == PROD and STOPPED < note.second < STARTED
    return note.second >= 0 and _slot(note) < SLOTS and not silent


def _first(notes: Iterable[tuple[Place, Note]], limit: int) -> tuple[list[tuple[Place, Note]], int]:
    """As many of the notes as fit, and what is left of the limit."""
    out: list[tuple[Place, Note]] = []
    for place, note in notes:
        if not limit:
            break
        if isinstance(note, Written) and note.copies > limit:
            note = replace(note, copies=limit)
        out.append((place, note))
        limit -= _copies(note)
    return out, limit


def _spread(seed: int, events: int) -> dict[Place, Sequence[int]]:
    """Exactly this many events over all slots, by the hour, the day and the place."""
    weights = [weight for place in PLACES for weight in _weights(seed, place)]
    total = sum(weights) or 1
    ends = [end * events // total for end in accumulate(weights)]
    counts = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    return {
        place: counts[index * SLOTS : (index + 1) * SLOTS] for index, place in enumerate(PLACES)
    }


def _weights(seed: int, place: Place) -> list[int]:
    account, region = place
    index = REGIONS.index(region)
    volume, every = _VOLUME[account][index], _EVERY[account][index]
    random = dice(seed, "weight", *place).random
    out = []
    for slot in range(SLOTS):
        chance = random()
        first, last = window(account, slot)
        if slot % every or first == last:
            out.append(0)
            continue
        day, second = divmod(first, DAY)
        share = _HOURS[second // 3600] * (_WEEKEND[0] if day >= 5 else _WEEKEND[1])
        out.append(volume * every * share * (60 + int(chance * 80)) * (last - first) // SLOT)
    return out
