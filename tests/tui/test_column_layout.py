"""Which columns fit a width."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ctexplore.tui.events.column_layout import GAP, Layout, layout
from ctexplore.tui.events.columns import DEFAULT, column
from ctexplore.tui.events.row_text import GUTTER

PANE = (60, 80, 100, 160)  # terminal widths; the scrollbar takes one cell of each


def shown(width: int, names: tuple[str, ...] = DEFAULT) -> Layout:
    return layout(tuple(map(column, names)), GUTTER, width - 1)


def names(of: Layout) -> list[str]:
    return [place.column.name for place in of]


def test_what_does_not_fit_goes_by_priority() -> None:
    assert names(shown(20)) == ["name"]
    assert names(shown(40)) == ["time", "name"]
    assert names(shown(60)) == ["time", "name", "who", "error"]
    assert names(shown(80)) == ["time", "name", "source", "who", "error"]
    assert names(shown(110)) == ["time", "name", "source", "who", "error", "target"]
    assert names(shown(160)) == list(DEFAULT)


@pytest.mark.parametrize("width", PANE)
def test_columns_fill_the_pane_and_no_more(width: int) -> None:
    places = shown(width)
    assert places[0].start == GUTTER
    assert all(b.start == a.end + GAP for a, b in pairwise(places))
    assert places[-1].end == width - 1


def test_a_wider_pane_never_loses_a_column() -> None:
    before: set[str] = set()
    for width in range(20, 260):
        now = set(names(shown(width)))
        assert before <= now
        before = now
    assert before == set(DEFAULT)


def test_widths_stay_within_their_bounds() -> None:
    for width in range(24, 300):
        for place in shown(width):
            assert place.column.widths[0] <= place.width <= place.column.widths[2]


def test_the_narrowest_pane_has_the_name_and_no_cell_outside() -> None:
    for width in range(12):
        places = shown(width)
        assert names(places) == ["name"]
        assert places[0].width == max(0, width - 1 - GUTTER)


def test_at_80_a_common_error_is_whole_and_names_have_most_of_their_room() -> None:
    cells = {place.column.name: place.width for place in shown(80)}
    assert cells["error"] >= len("AccessDenied")
    assert cells["name"] >= len("DescribeSecurityGroups")
    # Where no error stands, who has its cells, too.
    assert cells["who"] + GAP + cells["error"] >= len("delivery.logs.amazonaws.com")


def test_who_has_room_of_its_own_where_no_error_follows() -> None:
    cells = {p.column.name: p.width for p in shown(80, ("time", "who", "name", "error"))}
    assert cells["who"] >= 25


def test_an_added_column_comes_before_those_nobody_asked_for() -> None:
    added = "requestParameters.bucketName"
    assert names(shown(80, (*DEFAULT, added))) == ["time", "name", "who", "error", added]


def test_the_order_is_the_choosers() -> None:
    assert names(shown(80, ("error", "who", "name"))) == ["error", "who", "name"]
