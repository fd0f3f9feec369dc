"""The cursor's place in a list whose rows come and go, without a screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.columns.copies import NO_COPIES
from ctexplore.store.columns.order import View
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.sorting import SortBy, Sorter
from ctexplore.store.columns.table import Table
from ctexplore.tui.events.cursor import Cursor, first_at, nearest, place_of
from tests.tui.event_views import START, add, numbered, table, view

PAGE = 5
SECONDS = st.lists(st.integers(0, 12), min_size=1, max_size=30)
ORDERS = st.sampled_from((None, SortBy("time"), SortBy("who"), SortBy("who", descending=True)))


def timed(seconds: Sequence[int]) -> Table:
    """Twelve is no time at all. Every event is one of four people's, or nobody's."""
    return table(
        *(
            {
                "time": NO_TIME if s == 12 else START + 1000 * s,
                "who": ("", "a", "b", "c")[n * s % 4],
            }
            for n, s in enumerate(seconds)
        )
    )


def ordered(of: Table, rows: Sequence[int] | None, by: SortBy | None) -> View:
    return Sorter(of).sort(view(of, rows), by)


def over(shown: View | None) -> Cursor:
    cursor = Cursor()
    cursor.page = PAGE
    cursor.show(shown)
    return cursor


def subsets(of: Table) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(range(of.count)), unique=True, min_size=1)


@given(st.data(), SECONDS, ORDERS)
def test_a_row_is_found_where_it_is_and_nowhere_else(
    data: st.DataObject, s: list[int], by: SortBy | None
) -> None:
    events = timed(s)
    some = ordered(events, data.draw(subsets(events)), by)
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


@given(st.data(), SECONDS, ORDERS, st.integers(-1, 13))
def test_a_time_is_found_in_any_order(
    data: st.DataObject, s: list[int], by: SortBy | None, second: int
) -> None:
    events = timed(s)
    some = ordered(events, data.draw(subsets(events)), by)
    times = some.table.time[some.rows].tolist()
    for older in (False, True):
        fitting = [t for t in times if t < START + 1000 * second + (not older)]
        at = first_at(some, START + 1000 * second, older=older)
        assert at == (times.index(max(fitting)) if fitting else len(some)) or (
            by == SortBy("time") and times[at] == max(fitting)
        )


@given(st.data(), SECONDS, ORDERS)
def test_the_event_and_its_line_stay_whatever_arrives(
    data: st.DataObject, s: list[int], by: SortBy | None
) -> None:
    events = timed(s)
    few = data.draw(subsets(events))
    cursor = over(ordered(events, few, by))
    cursor.move(data.draw(st.integers(0, len(few) - 1)), data.draw(st.integers(0, len(few))))
    row, line = cursor.row, cursor.position - cursor.top
    seen = cursor.in_sight()
    assert cursor.view is not None
    top_row = int(cursor.view.rows[cursor.top])
    cursor.show(ordered(events, None, by))
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


def test_another_order_is_shown_from_its_first_row() -> None:
    events = table(*numbered(40))
    cursor = over(view(events))
    cursor.move(20, 18)
    cursor.show(ordered(events, None, SortBy("time")))
    assert (cursor.row, cursor.position, cursor.top) == (0, 0, 0)
    add(events, numbered(3, START - 60_000, 100))  # what sorts before it
    cursor.show(ordered(events, None, SortBy("time")))
    assert (cursor.row, cursor.position, cursor.top) == (40, 0, 0)


def test_newest_first_again_goes_back_to_the_event_chosen_last() -> None:
    events = table(*numbered(40))
    cursor = over(view(events))
    cursor.move(20, 18)
    assert cursor.row == 19
    cursor.show(ordered(events, None, SortBy("time")))
    cursor.show(view(events))
    assert (cursor.row, cursor.position, cursor.top) == (19, 20, 18)
    cursor.show(ordered(events, None, SortBy("who")))
    cursor.move(3)
    chosen = cursor.row
    cursor.show(ordered(events, None, SortBy("who", descending=True)))
    cursor.show(view(events))
    assert cursor.row == chosen


def test_a_filter_in_another_order_keeps_the_event_or_waits_beside_it() -> None:
    people = ("ann", "bob", "cid", "dan", "eve")
    events = table(*({"time": START + n, "who": who} for n, who in enumerate(people)))
    cursor = over(ordered(events, None, SortBy("who")))
    cursor.move(2)
    cursor.show(ordered(events, [0, 1, 3], SortBy("who")))
    assert cursor.row == 3  # dan comes next
    cursor.show(ordered(events, None, SortBy("who")))
    assert cursor.row == 2


def test_nobody_steered_and_newest_first_again_is_the_newest() -> None:
    events = table(*numbered(10))
    cursor = over(view(events))
    cursor.show(ordered(events, None, SortBy("time")))
    cursor.show(view(events))
    add(events, numbered(1, START + 1_000_000, 100))
    cursor.show(view(events))
    assert (cursor.row, cursor.position) == (10, 0)
