"""The calendar of what digests cover, as lines of signs. No screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from ctexplore.investigate.integrity.coverage import Coverage, Region
from ctexplore.investigate.integrity.verdicts import Verdict
from ctexplore.text import clip, fit
from ctexplore.trail.accounts import NAMES

CELL: Final = 3  # cells of a day or an hour, its sign in their middle
_HOURS: Final = range(24)


class Grid(NamedTuple):
    """labels: of the lines. heads: of the columns, two lines. cells: line by line; None where
    nothing is known."""

    labels: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    cells: tuple[tuple[Verdict | None, ...], ...]


def by_day(coverage: Coverage) -> tuple[Grid, list[Region], tuple[date, ...]]:
    """Regions and days."""
    regions, days = coverage.regions, coverage.days
    cells = tuple(tuple(coverage.day(place, day) for day in days) for place in regions)
    heads = tuple(
        (f"{day:%b}" if number == 0 or day.day == 1 else "", f"{day:%d}")
        for number, day in enumerate(days)
    )
    return Grid(_labels(regions), heads, cells), regions, days


def by_hour(coverage: Coverage, day: date) -> Grid:
    """Regions and the hours of one day, UTC."""
    regions = coverage.regions
    found = [coverage.hours(place, day) for place in regions]
    cells = tuple(tuple(hours.get(hour) for hour in _HOURS) for hours in found)
    return Grid(_labels(regions), tuple(("", f"{hour:02}") for hour in _HOURS), cells)


def label_width(grid: Grid, width: int) -> int:
    """Cells for the labels, of ``width`` in all."""
    return min(max((len(label) for label in grid.labels), default=0) + 2, max(12, width // 2))


def cell_text(verdict: Verdict | None, signs: Mapping[str, str], *, here: bool, cursor: str) -> str:
    """``CELL`` cells; the cursor is a sign, too."""
    sign = " " if verdict is None else signs[verdict]
    return f"{cursor if here else ' '}{sign} "


def label_text(label: str, width: int) -> str:
    return fit(clip(label, width - 1), width)


def _labels(regions: Sequence[Region]) -> tuple[str, ...]:
    accounts = {place.account for place in regions}
    if len(accounts) == 1:
        return tuple(place.region or "(no region)" for place in regions)
    named = {account: NAMES.titled(account) for account in accounts}
    return tuple(f"{named[place.account]} {place.region}" for place in regions)
