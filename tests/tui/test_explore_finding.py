"""Search, which moves and hides nothing; going to a time, a day or an event id; time zones."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from ctexplore.tui.prompt import Prompt
from tests.tui.explorer import Explorer, SlowSource, opened, trail


async def ask(explorer: Explorer, key: str, text: str) -> None:
    await explorer.press(key)
    await explorer.type(text)
    await explorer.press("enter")
    await explorer.settle()


def at(explorer: Explorer) -> int | None:
    return explorer.screen.events.cursor_position


async def search(explorer: Explorer, text: str) -> None:
    await ask(explorer, "slash", text)
    await explorer.until(lambda: explorer.notices, "the answer")


async def test_search_moves_and_hides_nothing() -> None:
    async with opened() as explorer:
        await search(explorer, "file-170")
        assert "180 of 180" in explorer.lines[1]
        assert explorer.notices == "match 1 of 1"
        assert at(explorer) == 9
        assert "11:50:00" in explorer.here


async def test_n_goes_round_and_says_so() -> None:
    async with opened() as explorer:
        await search(explorer, "name:CreateUser who:alice error:AccessDenied")
        places = [at(explorer)]
        for _ in range(5):
            await explorer.press("n")
            places.append(at(explorer))
        assert places == [20, 50, 80, 110, 140, 170]
        assert "match 6 of 6" in explorer.notices
        await explorer.press("n")
        assert at(explorer) == 20
        assert "match 1 of 6, from the other end" in explorer.notices
        await explorer.press("N")
        assert at(explorer) == 170
        assert "match 6 of 6, from the other end" in explorer.notices
        await explorer.press("N")
        assert at(explorer) == 140


async def test_a_search_goes_on_from_the_cursor() -> None:
    async with opened() as explorer:
        await explorer.press("G")
        await search(explorer, "file-170")
        assert at(explorer) == 9
        assert "from the other end" in explorer.notices


async def test_search_without_a_match_or_a_search() -> None:
    async with opened() as explorer:
        await explorer.press("n")
        assert "no search yet" in explorer.notices
        await search(explorer, "no such text")
        await explorer.until(lambda: "no event in the list matches" in explorer.notices)
        assert at(explorer) == 0


async def test_a_search_that_cannot_be_read_stays_to_be_mended() -> None:
    async with opened() as explorer:
        await ask(explorer, "slash", "name:")
        assert "expected a value" in explorer.notices
        prompt = explorer.screen.query_one(Prompt)
        assert prompt.display and prompt.has_focus_within
        await explorer.type("DeleteTrail")
        await explorer.press("enter")
        await explorer.until(lambda: "match 1 of 30" in explorer.notices)


async def test_n_searches_a_list_that_has_changed() -> None:
    async with opened() as explorer:
        await search(explorer, "who:alice")
        assert at(explorer) == 2
        await explorer.press("f")
        await explorer.type("error:AccessDenied")
        await explorer.press("enter")
        await explorer.matches(18)
        await explorer.press("g", "n")
        await explorer.until(lambda: "match 2 of 6" in explorer.notices or at(explorer))
        assert "alice" in explorer.here and "AccessDenied" in explorer.here
        await explorer.press("N")
        assert "of 6, from the other end" in explorer.notices


async def test_escape_leaves_the_prompt() -> None:
    async with opened() as explorer:
        await explorer.press("slash")
        assert "esc Back" in explorer.lines[-1]
        await explorer.press("escape")
        assert not explorer.screen.query_one(Prompt).display
        assert explorer.screen.events.has_focus
        assert not explorer.notices


@pytest.mark.parametrize(
    ("text", "position", "time"),
    [
        ("2024-03-06", 60, "03-06 10:59"),
        ("2024-03-06T10:30Z", 89, "03-06 10:30"),
        ("2024-03-06 10:30:30", 89, "03-06 10:30"),
        ("2024-03-06T10:30:00+00:30", 119, "03-06 10:00"),
        ("2024-03-07T00:00Z", 60, "03-06 10:59"),
        ("today", 0, "03-07 11:59"),
        ("00000005-0000-4000-8000-000000000005", 174, "03-05 09:05"),
        ("00000005-0000-4000-8000-00000000000A", None, ""),
        ("2023", None, ""),
        ("01/02/2024", None, ""),
        ("nonsense \x1b[31m", None, ""),
    ],
)
async def test_going_to_a_time_a_day_or_an_id(text: str, position: int | None, time: str) -> None:
    async with opened() as explorer:
        await ask(explorer, "colon", text)
        assert at(explorer) == (position or 0)
        if position is None:
            assert explorer.notices, "why not"
            assert explorer.notices.isprintable()
            assert explorer.screen.query_one(Prompt).display, "to be mended"
        else:
            assert time in explorer.here
            assert not explorer.notices


async def test_going_to_an_event_that_is_filtered_out() -> None:
    async with opened() as explorer:
        await explorer.press("plus")
        await explorer.matches(30)
        await ask(explorer, "colon", "00000006-0000-4000-8000-000000000006")
        assert "the filter hides the event with this id" in explorer.notices


async def test_a_list_that_is_sorted_otherwise_is_searched_too() -> None:
    async with opened() as explorer:
        await explorer.press("l", "s")
        await explorer.until(lambda: (v := explorer.screen.events.view) and v.sort is not None)
        await ask(explorer, "colon", "2024-03-06")
        assert "03-06 10:59" in explorer.here


@pytest.fixture
def in_tokyo() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
async def test_capital_t_shows_local_time_and_reads_it() -> None:
    async with opened(SlowSource(trail(10)), size=(110, 30)) as explorer:
        assert "09:29:00" in explorer.here
        assert explorer.lines[0].endswith(" UTC")
        await explorer.press("T")
        assert "18:29:00" in explorer.here
        assert explorer.lines[0].endswith(" local time")
        await ask(explorer, "colon", "2024-03-06 18:12")
        assert "18:12:00" in explorer.here
        await explorer.press("T")
        assert "09:12:00" in explorer.here
        await ask(explorer, "colon", "2024-03-07 09:25")
        assert "09:25:00" in explorer.here


async def test_what_is_wrong_is_told_beside_what_was_typed() -> None:
    async with opened() as explorer:
        await explorer.press("colon")
        await explorer.type("yesterdax")
        await explorer.press("enter")
        await explorer.shows('"yesterdax" is no time', "go to yesterdax")
        await explorer.press("escape")
        await explorer.until(lambda: "go to" not in explorer.text)


async def test_a_mistake_in_a_search_leaves_the_next_one_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("ours")

    async with opened() as explorer:
        with monkeypatch.context() as context:
            context.setattr("ctexplore.tui.finding.Filter.mask", broken)
            await explorer.press("slash")
            await explorer.type("bob")
            await explorer.press("enter", "n")
            await explorer.until(lambda: "RuntimeError" in explorer.notices, "the mistake")
        await explorer.press("slash")
        await explorer.type("bob")
        await explorer.press("enter", "n")
        await explorer.until(lambda: "match 2 of" in explorer.notices, explorer.notices)
