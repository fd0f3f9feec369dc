"""The event list's keys and mouse."""

from __future__ import annotations

import pytest
from textual.binding import Binding
from textual.events import MouseScrollDown, MouseScrollUp

from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.events.event_moves import EventMoves
from ctexplore.tui.events.marks import MOST_AT_ONCE
from tests.tui.event_views import huge, numbered, table, view
from tests.tui.listing import PAGE, SIZE, Listing, everything, listing, press


async def test_every_moving_key() -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        assert await press(pilot) == (0, 0)
        assert await press(pilot, "down", "j") == (2, 0)
        assert await press(pilot, "up", "k", "k") == (0, 0)
        assert await press(pilot, "pagedown") == (PAGE, PAGE)
        assert await press(pilot, "space") == (2 * PAGE, 2 * PAGE)
        assert await press(pilot, "pageup") == (PAGE, PAGE)
        assert await press(pilot, "b") == (0, 0)
        assert await press(pilot, "ctrl+d") == (PAGE // 2, PAGE // 2)
        assert await press(pilot, "ctrl+d", "ctrl+u") == (PAGE // 2, PAGE // 2)
        assert await press(pilot, "G") == (99, 100 - PAGE)
        assert await press(pilot, "g") == (0, 0)
        assert await press(pilot, "end") == (99, 100 - PAGE)
        assert await press(pilot, "home") == (0, 0)
        assert app.list.cursor_row == 99
        assert app.moved[-1] == 99


async def test_at_an_edge_the_list_follows_line_by_line() -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *["down"] * (PAGE - 1))
        assert app.place() == (PAGE - 1, 0)
        assert await press(pilot, "down") == (PAGE, 1)
        assert await press(pilot, *["up"] * PAGE) == (0, 0)


async def test_over_a_slow_line_it_jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    app = listing(jump_scroll=None)
    async with app.run_test(size=SIZE) as pilot:
        assert await press(pilot, *["down"] * PAGE) == (PAGE, PAGE - PAGE // 2)
        # Half a page of keys then scrolls nothing.
        assert await press(pilot, *["down"] * (PAGE // 2)) == (PAGE + PAGE // 2, PAGE - PAGE // 2)
    monkeypatch.delenv("SSH_CONNECTION")
    assert not EventList().jump_scroll


async def test_enter_opens() -> None:
    app = listing(5)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j", "enter")
        assert app.opened == [3]


async def test_marks() -> None:
    app = listing(30)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j", "m")
        assert app.text(2).startswith("▌*")
        assert app.list.marked == {28}
        await pilot.press("j", "j", "M")
        assert app.list.marked == {28, 27, 26}
        await pilot.press("j", "m", "m")
        assert [set(rows) for rows in app.marks] == [
            {28}, {28, 27, 26}, {28, 27, 26, 25}, {28, 27, 26}
        ]  # fmt: skip
        assert await press(pilot, "apostrophe") == (1, 0)
        assert await press(pilot, "apostrophe") == (2, 0)
        assert await press(pilot, "apostrophe", "apostrophe") == (1, 0)
        app.list.show(view(app.list.view.table, range(10)))  # type: ignore[union-attr]
        await pilot.press("apostrophe")
        assert app.list.marked == {28, 27, 26}
        app.list.show(view(table(*numbered(5))))
        await pilot.pause()
        assert app.list.marked == set()
        assert app.marks[-1] == frozenset()


async def test_too_many_rows_are_not_marked_at_once() -> None:
    events = huge(MOST_AT_ONCE + 2)
    app = Listing(everything(events))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("m", "G", "M")
        assert len(app.list.marked) == 1
        assert "100,002 events" in next(iter(app._notifications)).message
        await pilot.press("k", "k", "M")
        assert len(app.list.marked) == MOST_AT_ONCE


async def test_keys_do_nothing_to_an_empty_list() -> None:
    app = Listing(None)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*all_keys())
        assert (app.list.cursor_row, app.list.cursor_position) == (None, None)
        assert app.list.visible_rows == (0, -1)
        assert (app.opened, app.marks) == ([], [])


def declared() -> list[Binding]:
    both = (*EventMoves.BINDINGS, *EventList.BINDINGS)
    return [b for b in both if isinstance(b, Binding)]


def all_keys() -> list[str]:
    return [key for b in declared() for key in b.key.split(",")]


def test_bindings_can_be_remapped_and_leave_other_keys_alone() -> None:
    bindings = declared()
    ids = [b.id for b in bindings]
    assert len(ids) == len(set(ids))
    assert all(i and i.startswith("list.") for i in ids)
    assert all(b.description for b in bindings)
    others = "f / slash t D O W T E r R L plus minus equals_sign F H S left_square_bracket "
    others += "right_square_bracket z Z u ctrl+r P e i colon question_mark q tab c o a w d v"
    assert not set(all_keys()) & set(others.split())
    assert len(all_keys()) == len(set(all_keys()))


async def test_the_mouse() -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(EventList, offset=(10, 4))
        assert app.place() == (3, 0)
        assert app.opened == []
        await pilot.click(EventList, offset=(10, 6), times=2)
        assert app.opened == [94]
        await pilot.click(EventList, offset=(10, 0))  # the titles
        assert app.place() == (5, 0)
        for _ in range(2):
            await pilot._post_mouse_events([MouseScrollDown], widget=EventList, offset=(5, 5))
        assert app.place() == (5, 6)
        await pilot._post_mouse_events([MouseScrollUp], widget=EventList, offset=(5, 5))
        assert app.place() == (5, 3)
        assert app.list.cursor_row == 94


async def test_a_click_below_the_last_event_is_no_event() -> None:
    app = listing(2)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(EventList, offset=(10, 7), times=2)
        assert app.place() == (0, 0)
        assert app.opened == []
