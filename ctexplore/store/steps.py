"""What a load yields: events, how far it is, and where somebody has to decide."""

from __future__ import annotations

from datetime import date
from enum import Enum

from msgspec import Struct

from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.columns.batch import Batch
from ctexplore.store.scope import Estimate


class Loaded(Struct, frozen=True):
    """Events to append; ``batch.file`` points into ``files``."""

    batch: Batch
    files: tuple[LogFile, ...]


class Progress(Struct, frozen=True):
    """Nothing new to show but the tally."""


class Ask(Struct, frozen=True):
    """The load is wide; to go on is to say yes."""

    estimate: Estimate


class Halt(Struct, frozen=True):
    """Every further request would fail alike; to go on is to try again."""

    error: SourceError


class Day(Struct, frozen=True):
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
