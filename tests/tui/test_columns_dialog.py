"""The dialog that chooses the list's columns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Static

from ctexplore.tui.events.columns import DEFAULT
from ctexplore.tui.events.columns_dialog import ColumnChoices, ColumnField, ColumnsDialog
from tests.tui.listing import Listing, listing

BUCKET = "requestParameters.bucketName"


class Asking(Listing):
    """Notes what the dialog was left with: [] while it is open."""

    answers: list[tuple[str, ...] | None]

    @property
    def dialog(self) -> ColumnsDialog:
        assert isinstance(self.screen, ColumnsDialog)
        return self.screen

    @property
    def choices(self) -> list[str]:
        options = self.dialog.query_one(ColumnChoices).options
        return [str(option.prompt) for option in options]

    @property
    def note(self) -> str:
        return str(self.dialog.query_one("#columns-note", Static).content)


@asynccontextmanager
async def asking(
    chosen: tuple[str, ...] = DEFAULT, *, width: int = 80
) -> AsyncIterator[tuple[Asking, Pilot[None]]]:
    app = Asking(listing(3).shown)
    app.answers = []
    async with app.run_test(size=(width, 24)) as pilot:
        app.push_screen(ColumnsDialog(chosen, app.list.would_fit), app.answers.append)
        await pilot.pause()
        yield app, pilot


async def test_it_shows_what_is_chosen_and_what_has_no_room() -> None:
    async with asking() as (app, _):
        assert app.choices[:3] == ["[x] time", "[x] name", "[x] source"]
        assert app.choices[-1] == "[x] account  no room now"
    async with asking(("name", "ip", BUCKET)) as (app, _):
        assert app.choices[:3] == ["[x] name", "[x] ip", f"[x] {BUCKET}  read from records"]
        assert "[ ] time" in app.choices
        assert len(app.choices) == len(DEFAULT) + 1


async def test_space_shows_and_hides_and_room_is_told_at_once() -> None:
    async with asking() as (app, pilot):
        await pilot.press("j", "j", "space")
        assert app.choices[2] == "[ ] source"
        await pilot.press("down", "space", "j", "space")
        assert app.choices[5] == "[x] target"  # now it has room
        await pilot.press("k", "up", "space", "enter")
        assert app.answers == [("time", "name", "source", "target", "ip", "region", "account")]


async def test_the_name_stays() -> None:
    async with asking() as (app, pilot):
        await pilot.press("j", "space")
        assert app.choices[1] == "[x] name"
        assert "always stays" in app.note


async def test_moving_keeps_the_highlight_and_ends_at_the_ends() -> None:
    async with asking() as (app, pilot):
        await pilot.press("K", "J", "J", "J")
        assert [c.split()[1] for c in app.choices[:4]] == ["name", "source", "who", "time"]
        await pilot.press("K", "enter")
        assert app.answers == [("name", "source", "time", *DEFAULT[3:])]


async def test_a_field_is_added_below_the_highlight() -> None:
    async with asking() as (app, pilot):
        await pilot.press("j", "a", *"userAgent", "enter")
        assert app.choices[2].startswith("[x] agent")
        await pilot.press("a", *"requestParameters", "full_stop", *"bucketName", "enter")
        assert app.choices[3].startswith(f"[x] {BUCKET}")
        assert not app.dialog.query_one(ColumnField).display
        await pilot.press("enter")
        assert app.answers == [("time", "name", "agent", BUCKET, *DEFAULT[2:])]


async def test_a_field_that_is_there_is_shown_and_not_twice() -> None:
    async with asking(("time", "name")) as (app, pilot):
        await pilot.press("a", *"sourceIPAddress", "enter", "enter")
        assert app.answers == [("time", "name", "ip")]


async def test_a_field_that_nobody_knows_is_explained_and_the_line_stays() -> None:
    async with asking() as (app, pilot):
        await pilot.press("a", *"nmae", "enter")
        assert "did you mean name?" in app.note
        field = app.dialog.query_one(ColumnField)
        assert field.has_focus
        assert field.value == "nmae"
        await pilot.press("escape")
        assert not field.display
        assert app.answers == []
        await pilot.press("a", "enter")  # nothing typed
        assert not field.display


async def test_as_at_first() -> None:
    async with asking(("name", BUCKET)) as (app, pilot):
        await pilot.press("0", "enter")
        assert app.answers == [DEFAULT]


async def test_leaving_changes_nothing() -> None:
    for key in ("escape", "q", "C"):
        async with asking() as (app, pilot):
            await pilot.press("space", key)
            assert app.answers == [None]


async def test_a_click_is_like_space() -> None:
    async with asking() as (app, pilot):
        await pilot.click(ColumnChoices, offset=(5, 2))
        assert app.choices[2] == "[ ] source"


async def test_it_fits_small_screens_and_many_columns() -> None:
    many = ("name", *(f"requestParameters.p{n}" for n in range(40)))
    async with asking(many, width=40) as (app, pilot):
        assert app.dialog.query_one("#columns-note").region.bottom <= 24
        await pilot.press("end", "space", "enter")
        assert app.answers
