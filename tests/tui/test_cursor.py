"""The cursor's place in a list whose rows come and go, without a screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.order import NO_COPIES, View
from ctexplore.store.schema import NO_TIME
from ctexplore.store.table import Table
from ctexplore.tui.cursor import Cursor, nearest, place_of
from tests.tui.event_views import START, numbered, table, view

PAGE = 5
SECONDS = st.lists(st.integers(0, 12), min_size=1, max_size=30)


def timed(seconds: Sequence[int]) -> Table:
    """Twelve is no time at all."""
    return table(*({"time": NO_TIME if s == 12 else START + 1000 * s} for s in seconds))


def over(shown: View | None) -> Cursor:
    cursor = Cursor()
    cursor.page = PAGE
    cursor.show(shown)
    return cursor


def subsets(of: Table) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(range(of.count)), unique=True, min_size=1)


@given(st.data(), SECONDS)
def test_a_row_is_found_where_it_is_and_nowhere_else(data: st.DataObject, s: list[int]) -> None:
    events = timed(s)
    some = view(events, data.draw(subsets(events)))
    for row in range(events.count):
        where = np.flatnonzero(some.rows == row)
        assert place_of(some, row) == (int(where[0]) if len(where) else None)


@given(st.data(), SECONDS)
def test_nothing_is_nearer_than_the_nearest(data: st.DataObject, s: list[int]) -> None:
    events = timed(s)
    some = view(events, data.draw(subsets(events)))
    for row in range(events.count):
        apart = [abs(int(events.time[r]) - int(events.time[row])) for r in some.rows]
        assert apart[nearest(some, row)] == min(apart)


@given(st.data(), SECONDS)
def test_the_event_and_its_line_stay_whatever_arrives(data: st.DataObject, s: list[int]) -> None:
    events = timed(s)
    few = data.draw(subsets(events))
    cursor = over(view(events, few))
    cursor.move(data.draw(st.integers(0, len(few) - 1)), data.draw(st.integers(0, len(few))))
    row, line = cursor.row, cursor.position - cursor.top
    seen = cursor.in_sight()
    assert cursor.view is not None
    top_row = int(cursor.view.rows[cursor.top])
    cursor.show(view(events))
    assert cursor.row == row
    assert int(cursor.view.rows[cursor.position]) == row
    if seen:
        assert cursor.top == max(0, min(cursor.position - line, cursor.last_top))
        assert cursor.in_sight()
    else:
        where = place_of(cursor.view, top_row)
        assert where is not None
        assert cursor.top == min(where, cursor.last_top)


def test_a_cursor_nobody_moved_stays_on_the_newest() -> None:
    events = table(*numbered(20))
    cursor = over(view(events, range(5)))
    assert cursor.row == 4
    cursor.show(view(events))
    assert (cursor.row, cursor.position, cursor.top) == (19, 0, 0)


def test_a_cursor_that_went_back_to_the_top_keeps_its_event() -> None:
    events = table(*numbered(20))
    cursor = over(view(events, range(10)))
    cursor.move(3)
    cursor.move(0)
    cursor.show(view(events))
    assert (cursor.row, cursor.position, cursor.top) == (9, 10, 10)


def test_an_event_filtered_out_is_remembered() -> None:
    events = table(*numbered(20))
    cursor = over(view(events))
    cursor.move(7)
    assert cursor.row == 12
    cursor.show(view(events, [0, 1, 2, 14, 15]))
    assert cursor.row == 14
    cursor.show(view(events, [0, 1, 2, 13, 14]))  # nearer, but the cursor rests where it is
    assert cursor.row == 14
    cursor.show(view(events))
    assert cursor.row == 12


def test_a_filter_without_an_answer_forgets_nothing() -> None:
    events = table(*numbered(20))
    cursor = over(view(events))
    cursor.move(9, 7)
    cursor.show(View(events, np.empty(0, np.uint32), 20, NO_COPIES))
    assert (cursor.row, cursor.position) == (None, 0)
    cursor.show(view(events))
    assert (cursor.row, cursor.position - cursor.top) == (10, 2)


def test_another_table_starts_anew() -> None:
    cursor = over(view(table(*numbered(20))))
    cursor.move(9, 7)
    other = view(table(*numbered(30)))
    cursor.show(other)
    assert (cursor.row, cursor.position, cursor.top) == (29, 0, 0)
    assert not cursor.steered
    assert cursor.page == PAGE


def test_a_top_line_that_somebody_scrolled_to_stays() -> None:
    events = table(*numbered(40))
    cursor = over(view(events, range(30)))
    cursor.top = 12  # the wheel: the cursor is out of sight on the newest event
    cursor.show(view(events))
    assert (cursor.row, cursor.top) == (29, 22)


def test_a_cursor_that_leaves_the_page_lands_mid_page_or_follows() -> None:
    cursor = over(view(table(*numbered(50))))
    cursor.move(PAGE)
    assert cursor.top == PAGE - PAGE // 2
    cursor = over(view(table(*numbered(50))))
    cursor.move(PAGE, follow=True)
    assert cursor.top == 1
    cursor.move(0, follow=True)
    assert cursor.top == 0
    cursor.move(40, follow=True)  # far away: no use in following
    assert cursor.top == 40 - PAGE // 2
    cursor.move(49)
    assert cursor.top == 45


def test_moves_end_at_the_ends() -> None:
    cursor = over(view(table(*numbered(3))))
    cursor.move(99, 99)
    assert (cursor.position, cursor.top) == (2, 0)
    cursor.move(-4, -4)
    assert (cursor.position, cursor.top) == (0, 0)
    empty = over(None)
    empty.move(3)
    assert (empty.position, empty.row) == (0, None)
