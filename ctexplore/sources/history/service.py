"""What is asked for events instead of holding files, and how far its answers can be trusted."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from msgspec import Struct

from ctexplore.trail.window import INSIGHT_SLACK

EVENTS: Final = "Events"
INSIGHTS: Final = "Insights"
KINDS: Final = (EVENTS, INSIGHTS)


class Service(Struct, frozen=True):
    """A service that answers questions about a stretch of time.

    name: for people. reach: how far back it can be asked. kinds: of KINDS, what it tells apart.
    settled: what is younger may not be there yet when it is asked for.
    late: for how long after an event it may still be found, where the service's times are those
    of delivery; zero where they are the events' own.
    lacks: what people might expect there and will not find; one line, "" for nothing.
    """

    name: str
    reach: timedelta
    kinds: tuple[str, ...] = KINDS
    settled: timedelta = INSIGHT_SLACK
    late: timedelta = timedelta()
    lacks: str = ""


# AWS CloudTrail API Reference, "LookupEvents".
EVENT_HISTORY: Final = Service("Event history", timedelta(days=90))
