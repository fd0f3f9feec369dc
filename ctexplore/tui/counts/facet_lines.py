"""Facets as lines of text: fields, and below each its values with counts and bars. No screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ctexplore.query.match import DOMAIN
from ctexplore.text import fit, safe
from ctexplore.trail.accounts import NAMES
from ctexplore.tui.counts.facet import Facet, FacetValue
from ctexplore.tui.glyphs import lying_bar

_COUNT = 10  # cells
_LONGEST_BAR = 12


class Line(NamedTuple):
    """A field's name when it has no value, and an empty line when it has no text either.

    peak: what the longest bar of the field stands for.
    """

    column: str = ""
    value: FacetValue | None = None
    text: str = ""
    peak: int = 0


def lines_of(facets: Sequence[Facet]) -> list[Line]:
    lines: list[Line] = []
    for facet in facets:
        if lines:
            lines.append(Line())
        shown = sum(1 for v in facet.values if v.value)
        many = f"{facet.distinct:,}"
        if shown < facet.distinct:
            many = f"{shown:,} of {many}"
        lines.append(Line(facet.column, text=f" {facet.column}  {many}"))
        # Most events lack an error; beside a bar for that, those of the errors would vanish.
        peak = max((v.events for v in facet.values if v.value), default=0)
        lines += [Line(facet.column, value, peak=peak) for value in facet.values]
    return lines


def line_text(line: Line, width: int, sign: str, pieces: str) -> str:
    """``width`` cells. sign: the cursor's, one cell. pieces: of bars, see Glyphs.lying."""
    value = line.value
    if value is None:
        return fit(line.text, width)
    mark = f"[{value.mark}]" if value.mark else "   "
    cells = max(4, min(_LONGEST_BAR, width // 6))
    bar = lying_bar(value.events, line.peak, cells, pieces) if value.value else ""
    name = value.value
    if line.column == "source":
        name = name.removesuffix(DOMAIN)
    elif line.column == "account":
        name = NAMES.titled(name)
    room = max(1, width - 1 - len(mark) - _COUNT - 1 - cells)
    said = fit(safe(name) if name else "(none)", room)
    return fit(f"{sign}{mark}{said}{value.events:>{_COUNT},} {bar}", width)
