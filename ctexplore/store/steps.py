"""What a load yields: events, how far it is, and where somebody has to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.columns.batch import Batch
from ctexplore.store.scope import Estimate


@dataclass(frozen=True, slots=True)
class Loaded:
    """Events to append; ``batch.file`` points into ``files``."""

    batch: Batch
    files: tuple[LogFile, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Nothing new to show but the tally."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The load is wide; to go on is to say yes."""

    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Halt:
    """Every further request would fail alike; to go on is to try again."""

    error: SourceError


@dataclass(frozen=True, slots=True)
class Day:
    """All files that come from here on were delivered on this date (UTC) or before it.

    Where nothing tells when files were delivered, it is the first date of the calendar.
    """

    date: date


Step = Loaded | Progress | Ask | Halt | Day


class Pace(Enum):
    """What is listed before something is read."""

    # All where listing costs requests; where it is cheap, each folder is read when it is listed.
    USUAL = "usual"
    # All, so that the price is known first.
    PRICED = "priced"
    # The steps may be left early: nothing of a date is listed or read before all of the dates
    # after it has been taken.
    THRIFTY = "thrifty"
