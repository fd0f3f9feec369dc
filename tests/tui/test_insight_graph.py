"""The rates of an Insights event as bars, whatever its record says."""

from __future__ import annotations

import pytest

from ctexplore.text import cell_width
from ctexplore.trail.insight import Attribution, Insight, Value
from ctexplore.tui.detail.insight_graph import insight_graph
from ctexplore.tui.glyphs import BLOCKS


def drawn(insight: Insight, width: int = 60) -> list[str]:
    return insight_graph(insight, width, 20, BLOCKS).plain.split("\n")


def test_the_longest_bar_is_the_highest_rate() -> None:
    usual, unusual = drawn(Insight(baseline="1", rate="10"))
    assert (usual.count("█"), unusual.count("█")) == (1, 19)  # what the words leave of 60 cells


def test_without_rates_there_are_no_bars() -> None:
    assert drawn(Insight("End")) == [""]


@pytest.mark.parametrize("rate", ["1e308", "-1", "0", "nan", "9" * 5000, "", "\x1b[31m", "多" * 99])
def test_any_rate_is_drawn_in_the_width(rate: str) -> None:
    values = (Value("\x1b]0;x\x07" * 99, rate), Value("", "1e-320"))
    whom = Attribution("[b]\u202e", insight=values, baseline=values[:1])
    lines = drawn(Insight(baseline=rate, rate="1.5", attributions=(whom,)))
    assert len(lines) >= 4
    assert max(map(cell_width, lines)) <= 60
    assert "\x1b" not in "".join(lines) and "\u202e" not in "".join(lines)
