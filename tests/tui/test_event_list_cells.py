"""The cell cursor of the event list: where it is, what it says, what its keys ask for."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.pilot import Pilot

from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.sorting import SortBy, Sorter
from ctexplore.tui.events.columns import DEFAULT
from ctexplore.tui.events.event_list import EventList, next_sort
from ctexplore.tui.events.record_cells import Cell
from tests.tui.event_views import START, numbered, table, view
from tests.tui.listing import SIZE, Listing, listing, note_drawing

EVENT = {
    "time": START,
    "name": "Decrypt",
    "source": "kms.amazonaws.com",
    "who": "web-node/i-0694d352d642696ea",
    "target": "arn:aws:kms:eu-west-1:111122223333:key/1",
    "ip": "10.0.0.7",
    "region": "eu-west-1",
    "account": "111122223333",
}
BUCKET = "requestParameters.bucketName"


def marked(app: Listing) -> tuple[str, str]:
    """The title that is reversed, and the cell that is underlined."""
    title = [s.text for s in app.list.render_line(0) if s.style and s.style.reverse]
    cell = [s.text for s in app.list.render_line(1) if s.style and s.style.underline]
    assert len(title) == len(cell) == 1
    return title[0].strip(), cell[0].strip()


async def walk(pilot: Pilot[None], app: Listing, key: str, times: int) -> list[str]:
    titles = []
    for _ in range(times):
        await pilot.press(key)
        app.lines()
        titles.append(marked(app)[0])
    return titles


async def test_it_begins_on_the_name_and_goes_as_far_as_there_are_cells() -> None:
    app = Listing(view(table(EVENT)))
    async with app.run_test(size=SIZE) as pilot:
        app.lines()
        assert marked(app) == ("EVENT", "Decrypt")
        assert await walk(pilot, app, "right", 2) == ["SOURCE", "WHO"]
        assert await walk(pilot, app, "l", 2) == ["ERROR", "ERROR"]
        assert await walk(pilot, app, "left", 3) == ["WHO", "SOURCE", "EVENT"]
        assert await walk(pilot, app, "h", 2) == ["TIME UTC 2024", "TIME UTC 2024"]


async def test_the_cell_is_told_without_colour() -> None:
    app = Listing(view(table(EVENT, {**EVENT, "time": START - 1})))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("l")
        assert app.lines()[1].count("▸") == 1
        assert "▸kms" in app.lines()[1]
        assert "▸" not in app.lines()[2]


async def test_a_linux_console_has_no_arrows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    events = table(EVENT)
    app = Listing(Sorter(events).sort(view(events), SortBy("name")))
    async with app.run_test(size=SIZE):
        assert app.lines()[1].startswith(">   01-15 09:04:05>Decrypt")
        assert "^EVENT" in app.text(0)


async def test_only_the_titles_and_the_line_are_drawn() -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("j", "j")
        drawn = note_drawing(app)
        await pilot.press("l")
        assert sorted(drawn) == [0, 3]
        drawn.clear()
        await pilot.press("l", "l", "l", "l", "l")
        assert len(drawn) == 4  # two steps, then nothing moves


async def test_it_hides_while_another_pane_has_the_focus() -> None:
    app = Listing(view(table(EVENT)))
    async with app.run_test(size=SIZE) as pilot:
        app.set_focus(None)
        await pilot.pause()
        app.lines()
        assert "▸" not in app.text(1)
        assert app.text(1).startswith("▌")
        assert not [s for s in app.list.render_line(0) if (s.style or Style()).reverse]


async def test_what_a_cell_says() -> None:
    events = table(EVENT, {"time": NO_TIME, "name": "Odd"})
    app = Listing(view(events))
    async with app.run_test(size=(200, 8)) as pilot:
        said = {}
        await pilot.press("h")
        for _ in DEFAULT:
            found = app.list.cursor_value
            assert found is not None
            said[found[0]] = found[1]
            await pilot.press("l")
        assert said == {
            "at": "2024-01-15T09:04:05Z",
            "error": "",
            **{k: v for k, v in EVENT.items() if k != "time"},
        }
        await pilot.press("j", *["h"] * len(DEFAULT))
        assert app.list.column.name == "time"
        assert app.list.cursor_value is None  # no filter finds what has no time
    empty = Listing(None)
    async with empty.run_test(size=SIZE):
        assert empty.list.cursor_value is None


async def test_a_narrower_pane_falls_back_on_the_name_and_remembers() -> None:
    app = Listing(view(table(EVENT)))
    async with app.run_test(size=(200, 8)) as pilot:
        await pilot.press(*["l"] * len(DEFAULT))
        assert app.list.column.name == "account"
        await pilot.resize_terminal(80, 8)
        assert app.list.column.name == "name"
        await pilot.resize_terminal(200, 8)
        assert app.list.column.name == "account"


async def test_a_click_goes_to_the_cell_and_a_title_sorts_by_it() -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        x = app.text(0).index("WHO")
        await pilot.click(EventList, offset=(x + 1, 3))
        assert (app.list.column.name, app.place()) == ("who", (2, 0))
        await pilot.click(EventList, offset=(1, 4))  # left of all columns
        assert (app.list.column.name, app.place()) == ("who", (3, 0))
        x = app.text(0).index("SOURCE")
        await pilot.click(EventList, offset=(x, 0))
        assert (app.list.column.name, app.place()) == ("source", (3, 0))
        assert app.sorts == [SortBy("source")]


def test_s_goes_round() -> None:
    first = next_sort("who", None)
    second = next_sort("who", first)
    assert (first, second) == (SortBy("who"), SortBy("who", descending=True))
    assert next_sort("who", second) is None
    assert next_sort("name", second) == SortBy("name")
    assert next_sort("time", None) == SortBy("time")
    assert next_sort("time", SortBy("time")) is None
    assert next_sort("time", SortBy("who")) is None  # the way back


async def test_the_order_stands_in_the_title() -> None:
    events = table(*numbered(9))
    app, sorter = Listing(view(events)), Sorter(events)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s")
        assert app.sorts == [SortBy("name")]
        app.list.show(sorter.sort(view(events), SortBy("name")))
        await pilot.pause()
        assert " ▲EVENT " in app.text(0)
        assert "Call0000" in app.lines()[1]
        await pilot.press("s")
        assert app.sorts[-1] == SortBy("name", descending=True)
        app.list.show(sorter.sort(view(events), app.sorts[-1]))
        await pilot.pause()
        assert " ▼EVENT " in app.text(0)
        assert "Call0008" in app.lines()[1]
        await pilot.press("s")
        assert app.sorts[-1] is None
        app.list.show(view(events))
        await pilot.pause()
        assert " EVENT " in app.text(0)


async def test_an_order_that_changes_no_line_still_changes_its_title() -> None:
    events = table({**EVENT, "who": "a"}, {**EVENT, "time": START - 1, "who": "b"})
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        drawn = note_drawing(app)
        app.list.show(Sorter(events).sort(view(events), SortBy("who")))
        await pilot.pause()
        assert drawn == [0]
        assert "▲WHO" in app.text(0)


async def test_keys_that_the_screen_carries_out() -> None:
    app = listing(3)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("y", "C")
        assert app.asked == ["copy", "columns"]
        app.list.show(None)
        await pilot.press("y", "s", "C")
        assert app.asked == ["copy", "columns", "columns"]
        assert app.sorts == []


async def test_chosen_columns_are_shown_in_their_order() -> None:
    app = Listing(view(table({**EVENT, "agent": "aws-cli/2"})))
    async with app.run_test(size=SIZE) as pilot:
        app.list.columns = ("name", "agent", "time")
        await pilot.pause()
        assert app.text(0).split() == ["EVENT", "agent", "TIME", "UTC", "2024"]
        assert app.lines()[1].split() == ["▌", "▸Decrypt", "aws-cli/2", "01-15", "09:04:05"]
        assert app.list.would_fit(DEFAULT) == DEFAULT[:5]


async def test_cells_of_records_are_asked_for_and_taken() -> None:
    events = table(*numbered(30))
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        app.list.columns = ("name", BUCKET)
        await pilot.pause()
        await pilot.pause()
        assert (app.wanted[-1].names, app.wanted[-1].rows) == ((BUCKET,), list(range(29, 22, -1)))
        assert app.lines()[1].endswith("…")
        await pilot.press("l")
        assert app.list.cursor_value is None
        shown = view(events)
        drawn = note_drawing(app)
        app.list.take_cells(shown, {29: {BUCKET: Cell("logs", "logs")}, 5: {BUCKET: None}})
        await pilot.pause()
        assert drawn == [1]
        assert app.lines()[1].endswith("▸logs")
        assert app.list.cursor_value == (BUCKET, "logs")
        await pilot.pause()
        assert app.wanted[-1].rows == list(range(28, 22, -1))
        app.list.take_cells(view(table(*numbered(30))), {28: {BUCKET: Cell("other", "other")}})
        await pilot.pause()
        assert "other" not in "".join(app.lines())


async def test_cells_that_could_not_be_read_are_not_asked_for_again() -> None:
    events = table(*numbered(2))
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        app.list.columns = ("name", BUCKET)
        await pilot.pause()
        app.list.take_cells(view(events), {0: {BUCKET: None}, 1: {BUCKET: None}})
        await pilot.pause()
        asked = len(app.wanted)
        assert asked
        await pilot.press("j", "k")
        assert len(app.wanted) == asked
        assert app.lines()[1].endswith("…")


async def test_cells_of_another_table_are_forgotten() -> None:
    app = Listing(view(table(*numbered(2))))
    async with app.run_test(size=SIZE) as pilot:
        app.list.columns = ("name", BUCKET)
        assert app.list.view is not None
        app.list.take_cells(app.list.view, {1: {BUCKET: Cell("logs", "logs")}})
        app.list.show(view(table(*numbered(2))))
        await pilot.pause()
        assert "logs" not in "".join(app.lines())
