"""The event list while events arrive and filters change, at any number of them."""

from __future__ import annotations

import numpy as np
import pytest
from textual.message import Message

from ctexplore.store.columns.copies import NO_COPIES, Copies
from ctexplore.store.columns.order import View
from ctexplore.store.columns.table import Table
from ctexplore.tui.events.event_list import EventList
from tests.tui.event_views import START, add, huge, numbered, table, view
from tests.tui.listing import PAGE, SIZE, Listing, everything, listing, note_drawing, press


async def test_newer_events_leave_the_cursor_its_event_and_line() -> None:
    events = table(*numbered(50))
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*["j"] * 4)
        row, before = app.list.cursor_row, app.lines()
        for arrived in range(3):
            add(events, numbered(7, START + 1_000_000 * (arrived + 1), 100 * arrived))
            app.list.show(view(events))
            await pilot.pause()
            assert app.list.cursor_row == row
            assert app.lines() == before
        assert app.place() == (4 + 21, 21)
        assert app.moved[-1] == row


async def test_a_list_nobody_touched_shows_the_newest() -> None:
    events = table(*numbered(50))
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        add(events, numbered(7, START + 1_000_000, 100))
        app.list.show(view(events))
        await pilot.pause()
        assert app.place() == (0, 0)
        assert "Call0106" in app.text(1)
        assert app.moved == [49, 56]
        await pilot.press("enter")  # whoever opened an event has chosen it
        add(events, numbered(1, START + 2_000_000, 200))
        app.list.show(view(events))
        await pilot.pause()
        assert app.list.cursor_row == 56


async def test_older_events_change_nothing_on_screen() -> None:
    events = table(*numbered(50))
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j", "j")
        before = app.lines()
        drawn = note_drawing(app)
        add(events, numbered(500, START - 1_000_000, 100))
        app.list.show(view(events))
        await pilot.pause()
        assert app.lines() == before
        assert drawn == []
        assert app.list.vertical_scrollbar.window_virtual_size == 551
        assert await press(pilot, "G") == (549, 550 - PAGE)


async def test_only_lines_that_changed_are_drawn() -> None:
    events = table(*numbered(4))
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j")
        drawn = note_drawing(app)
        await pilot.press("j")
        assert sorted(drawn) == [2, 3]
        drawn.clear()
        await pilot.press("m")
        assert drawn == [3]
        drawn.clear()
        add(events, numbered(2, START - 60_000))
        app.list.show(view(events))
        await pilot.pause()
        assert sorted(drawn) == [5, 6]
        drawn.clear()
        copies = Copies(np.array([99], np.uint32), np.array([2], np.uint32))
        app.list.show(view(events, copies=copies))
        await pilot.pause()
        assert drawn == [2]
        assert " ×2 " in app.text(2)


async def test_rows_that_arrive_among_those_in_sight() -> None:
    events = table(*numbered(8, START), *numbered(8, START + 500, 100))
    app = Listing(view(events, range(8)))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j", "j", "j")
        assert app.list.cursor_row == 4
        app.list.show(view(events))
        await pilot.pause()
        assert app.list.cursor_row == 4
        assert "▌" in app.text(4)
        assert "Call0004" in app.text(4)
        assert "Call0104" in app.text(3)
        assert "Call0103" in app.text(5)


async def test_a_filter_moves_the_cursor_to_what_is_near_and_back() -> None:
    events = table(*numbered(60))
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        app.list.go_to(20)
        assert app.list.cursor_row == 39
        line = app.place()[0] - app.place()[1]  # type: ignore[operator]
        app.list.show(view(events, range(0, 60, 10)))
        await pilot.pause()
        assert app.list.cursor_row == 40
        app.list.show(View(events, np.empty(0, np.uint32), 60, NO_COPIES))
        await pilot.pause()
        assert app.list.cursor_row is None
        app.list.show(view(events))
        await pilot.pause()
        assert app.list.cursor_row == 39
        assert app.place() == (20, 20 - line)
        assert app.moved[-3:] == [40, None, 39]


async def test_another_table_with_the_same_row_numbers_is_drawn_and_told() -> None:
    app = listing(5)
    async with app.run_test(size=SIZE) as pilot:
        app.list.show(view(table(*numbered(5, START, 700))))
        await pilot.pause()
        assert "Call0704" in app.lines()[1]
        assert app.moved == [4, 4]


def test_of_a_burst_of_moves_only_the_last_counts() -> None:
    first: Message = EventList.Moved(1)
    assert first.can_replace(EventList.Moved(2))
    assert not first.can_replace(EventList.Opened(2))


async def test_going_to_a_row_or_position() -> None:
    app = listing()
    async with app.run_test(size=SIZE):
        app.list.go_to(50)
        assert app.place() == (50, 50 - PAGE // 2)
        app.list.go_to(52)
        assert app.place() == (52, 50 - PAGE // 2)
        assert app.list.select(99)
        assert app.place() == (0, 0)
        app.list.show(view(app.list.view.table, range(50)))  # type: ignore[union-attr]
        assert not app.list.select(99)


async def test_ten_million_rows() -> None:
    events = huge()
    app = Listing(everything(events))
    async with app.run_test(size=SIZE) as pilot:
        drawn = note_drawing(app)
        assert await press(pilot, "G") == (9_999_999, 10_000_000 - PAGE)
        assert "01-15 09:04:05" in app.text(PAGE)
        assert await press(pilot, "pageup", "k") == (9_999_991, 9_999_986)
        app.list.go_to(5_000_000)
        await pilot.press("j")
        assert app.list.cursor_row == 4_999_998
        odd = View(events, np.arange(9_999_999, 0, -2, dtype=np.uint32), 10_000_000, NO_COPIES)
        app.list.show(odd)
        await pilot.pause()
        assert app.list.cursor_row == 4_999_999
        assert len(drawn) <= 6 * (PAGE + 1)
        await pilot.press("m")
        app.list.go_to(10)
        await pilot.press("apostrophe")
        assert app.list.cursor_row == 4_999_999


async def test_the_scrollbar_is_drawn_when_its_thumb_moves_and_not_before() -> None:
    events = huge(100_000)
    app = Listing(View(events, everything(events).rows[50_000:], 100_000, NO_COPIES))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j")
        bar, drawn = app.list.vertical_scrollbar, []
        draw = bar.render
        bar.render = lambda: drawn.append(1) or draw()  # type: ignore[method-assign,func-returns-value]
        app.list.show(View(events, everything(events).rows[49_990:], 100_000, NO_COPIES))
        await pilot.pause()
        assert (drawn, bar.position) == ([], 10)
        app.list.show(everything(events))
        await pilot.pause()
        assert (len(drawn), bar.position, bar.window_virtual_size) == (1, 50_000, 100_001)


async def test_nothing_runs_over_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    events = huge(1_000_000)
    app = Listing(everything(events))
    read: list[int] = []
    text = Table.text

    def noting(self: Table, field: str, row: int) -> str:
        read.append(row)
        return text(self, field, row)

    monkeypatch.setattr(Table, "text", noting)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("G", "pageup", "g", "j", "m")
        app.list.show(everything(events))
        await pilot.pause()
    assert len(set(read)) <= 4 * PAGE


async def test_a_key_touches_no_more_rows_than_a_page_at_any_depth_while_loading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten million rows, every tenth folded into the one before it, filtered by half."""
    events = huge()
    folded = np.arange(9, events.count, 10, dtype=np.uint32)
    copies = Copies(folded, folded - 1)
    wanted = np.arange(events.count - 2, 0, -2, dtype=np.uint32)

    def arrived(count: int) -> View:
        return View(events, wanted[-count:], 2 * count, copies)

    app = Listing(arrived(4_000_000))
    read: set[int] = set()
    text = Table.text

    def noting(self: Table, field: str, row: int) -> str:
        read.add(row)
        return text(self, field, row)

    monkeypatch.setattr(Table, "text", noting)
    async with app.run_test(size=SIZE) as pilot:
        drawn = note_drawing(app)
        count = 4_000_000
        for depth in (0, 2_000_000, 3_999_999):
            app.list.go_to(depth)
            await pilot.pause()
            for key in ("j", "k", "pagedown", "pageup", "m", "j"):
                read.clear()
                drawn.clear()
                await pilot.press(key)
                first, last = app.list.visible_rows
                shown = app.list.view
                assert shown is not None
                assert read <= set(shown.rows[first : last + 1].tolist()), (depth, key)
                assert len(drawn) <= PAGE + 1, (depth, key)
                # More of a load comes between any two keys, newer than all that is there.
                row, count = app.list.cursor_row, count + 10_000
                before = app.lines()
                read.clear()
                drawn.clear()
                app.list.show(arrived(count))
                await pilot.pause()
                assert app.list.cursor_row == row
                assert app.lines() == before
                assert len(read) <= PAGE
                assert drawn == [], "the lines that stood there still do"
        assert any(" ×2 " in line for line in app.lines())
