"""One line a measurement, the budget's limits beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from msgspec import Struct

HEAD = ("what", "ctexplore", "beside", "ratio", "cpu", "floor", "goal", "meets")
# The first and the third hold words, the others numbers.
_LEFT = (0, 2, 7)


class Row(NamedTuple):
    """ratio: wall clock beside the peer. cpu: the same of processor time, which says more on a
    busy machine. floor, goal: the limits as the budgets write them. meets: which limit holds."""

    what: str
    ours: str
    beside: str = ""
    ratio: str = ""
    cpu: str = ""
    floor: str = ""
    goal: str = ""
    meets: str = ""


class Limit(Struct, frozen=True):
    """least: bigger is better, else smaller is. None: the budgets name none."""

    floor: float | None = None
    goal: float | None = None
    least: bool = False
    unit: str = ""

    def judge(self, value: float) -> str:
        """ "goal", "floor", "no", or nothing where there is no limit."""
        for name, bound in (("goal", self.goal), ("floor", self.floor)):
            if bound is not None and (value >= bound if self.least else value <= bound):
                return name
        return "no" if self.floor is not None or self.goal is not None else ""

    def shown(self, bound: float | None) -> str:
        return "" if bound is None else f"{'≥' if self.least else '≤'} {bound:g}{self.unit}"


NO_LIMIT: Final = Limit()


def row(
    what: str,
    ours: str,
    value: float | None = None,
    limit: Limit = NO_LIMIT,
    *,
    beside: str = "",
    ratio: str = "",
    cpu: str = "",
) -> Row:
    """value: what the limit is held against."""
    meets = "" if value is None else limit.judge(value)
    floor, goal = limit.shown(limit.floor), limit.shown(limit.goal)
    return Row(what, ours, beside, ratio, cpu, floor, goal, meets)


def render(rows: Iterable[Row]) -> str:
    lines: list[tuple[str, ...]] = [HEAD, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(_line(cells, widths) for cells in lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (
        cell.ljust(width) if at in _LEFT else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()


def seconds(value: float) -> str:
    return f"{value * 1000:.3g} ms" if value < 0.9995 else f"{value:.2f} s"


def times(value: float) -> str:
    return f"{value:.2f}×"
