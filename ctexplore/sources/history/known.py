"""What of Event history is known already, day by day, so that only the rest is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec import Struct, field

from ctexplore.sources.source import LogFile


class Stretch(Struct, frozen=True):
    """All events with start <= time < stop, seconds since 1970, are in ``files``."""

    start: int
    stop: int
    files: tuple[LogFile, ...] = ()


class Known(Struct):
    """Of one day: stretches that nothing can be added to any more, newest first, none touching
    another; and ``recent``, files of the time after, which are asked for again. asked: false of
    a day of which nothing is known, not even that it had no events.
    """

    stretches: list[Stretch] = field(default_factory=list)
    recent: tuple[LogFile, ...] = ()
    asked: bool = False

    def add(self, more: Stretch) -> None:
        """Know ``more``, joined with what it touches."""
        kept: list[Stretch] = []
        start, stop, files = more.start, more.stop, [*more.files]
        for other in self.stretches:
            if other.stop < start or other.start > stop:
                kept.append(other)
                continue
            start, stop = min(start, other.start), max(stop, other.stop)
            files += [file for file in other.files if file not in files]
        kept.append(Stretch(start, stop, tuple(files)))
        self.stretches = sorted(kept, key=lambda stretch: -stretch.start)

    def parts(self, start: int, stop: int) -> Iterator[tuple[int, int, Stretch | None]]:
        """start to stop in parts, newest first: within a stretch that is known, or None."""
        for stretch in self.stretches:
            low, high = max(start, stretch.start), min(stop, stretch.stop)
            if low >= high:
                continue
            if high < stop:
                yield high, stop, None
            yield low, high, stretch
            stop = low
        if start < stop:
            yield start, stop, None


class Shelf(Protocol):
    """Keeps what is known between runs, by the source's identity and the day's folder."""

    def get(self, identity: str, folder: str) -> Known: ...

    def put(self, identity: str, folder: str, known: Known) -> None: ...

    def days(self, identity: str) -> Sequence[str]:
        """The folders of which anything is known."""
        ...
