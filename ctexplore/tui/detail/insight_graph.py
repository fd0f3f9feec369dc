"""The rates of an Insights event as bars: the usual one, the unusual one, whose calls they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from textual.content import Content

from ctexplore.text import cell_width, clip, clip_middle, safe
from ctexplore.trail.insight import Attribution, Insight, lasting, number, rate
from ctexplore.trail.secrets import veil
from ctexplore.trail.target import short
from ctexplore.tui.glyphs import Glyphs, lying_bar

_MOST_AMOUNT = 16  # cells
LEAST = 2  # lines: the usual rate and the unusual one
_LEAST_BAR, _WIDEST = 8, 48  # cells; what is said behind the bars gives way to the fewest
_TITLES = {"userIdentityArn": "by whom", "userAgent": "with what", "errorCode": "which error"}


class _Bar(NamedTuple):
    """One line. amount: digits as written; "" draws no bar. note: said behind the bar."""

    name: str
    amount: str
    note: str = ""
    style: str = ""
    indent: str = ""


def insight_graph(insight: Insight, width: int, height: int, glyphs: Glyphs) -> Content:
    """At most ``height`` lines of ``width`` cells, the two rates first; averages a minute."""
    bars = list(_bars(insight))[: max(0, height)]
    if not bars:
        return Content("")
    peak = max((number(bar.amount) or 0 for bar in bars), default=0)
    named = min(max(cell_width(bar.indent + _name(bar)) for bar in bars), max(8, width // 3))
    amounts = max(cell_width(_amount(bar)) for bar in bars)
    notes = max(cell_width(safe(bar.note)) for bar in bars)
    left = width - named - amounts - 2
    room = min(left, _WIDEST, max(_LEAST_BAR, left - notes - 2))
    lines = []
    for bar in bars:
        name = clip_middle(bar.indent + _name(bar), named)
        amount = _amount(bar)
        gap = named + amounts - cell_width(name) - cell_width(amount)
        start = f"{name}{' ' * (gap + 1)}{amount} "
        drawn = lying_bar(number(bar.amount) or 0, peak, room, glyphs.lying)
        note = clip(f"  {safe(bar.note)}", max(0, width - cell_width(start + drawn)))
        lines.append(
            Content.assemble((clip(start, width), bar.style), (drawn, "$primary"), (note, "dim"))
        )
    return Content("\n").join(lines)


def _bars(insight: Insight) -> Iterator[_Bar]:
    before, during = lasting(insight.baseline_minutes), lasting(insight.minutes)
    often = f", {rate(str(insight.factor))} times the usual" if insight.factor else ""
    before, during = f", over {before} before" if before else "", f" for {during}" if during else ""
    if insight.baseline:
        yield _Bar("usual", insight.baseline, f"a minute{before}")
    if insight.rate:
        yield _Bar("unusual", insight.rate, f"a minute{during}{often}")
    for attribution in insight.attributions:
        yield _Bar(_TITLES.get(attribution.attribute, attribution.attribute), "", "", "dim")
        yield from _attributed(attribution)


def _attributed(attribution: Attribution) -> Iterator[_Bar]:
    for each in attribution.insight:
        usual = attribution.usual(each.value)
        note = f"usually {rate(usual)}" if usual else "not among the usual"
        yield _Bar(_said(each.value), each.average, note, indent="  ")
    seen = {each.value for each in attribution.insight}
    for each in attribution.baseline:
        if each.value not in seen:
            yield _Bar(_said(each.value), "", f"usually {rate(each.average)}, not now", indent="  ")


def _said(value: str) -> str:
    # CloudTrail writes the text "null" for calls without an error.
    return "no error" if value == "null" else short(veil(value))


def _name(bar: _Bar) -> str:
    return safe(bar.name)


def _amount(bar: _Bar) -> str:
    # A rate that is no number is shown as it was written.
    return clip(safe(rate(bar.amount)), _MOST_AMOUNT)
