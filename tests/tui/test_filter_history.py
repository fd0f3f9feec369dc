"""The filters of earlier, in the filter bar."""

from __future__ import annotations

from pathlib import Path

from ctexplore.config import state_dir
from ctexplore.tui.filter.filter_hints import Completions
from ctexplore.tui.filter.history import History
from tests.tui.exploring import Narrowed, event, exploring

EVENTS = [event("15T09:00:00", "GetObject"), event("15T09:01:00", "PutObject", who="bob")]


def offered(explorer: Narrowed) -> list[str]:
    shown = explorer.screen.query_one(Completions)
    return [str(o.prompt).strip() for o in shown.options] if shown.display else []


async def test_filters_outlast_the_run(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("plus", "f", *" who:bob", "enter", "u", "2")
    assert History(state_dir() / "filters").texts == [
        "name:PutObject is:failed",
        "name:PutObject who:bob",
        "name:PutObject",
    ]


async def test_up_in_an_empty_bar_offers_them(tmp_path: Path) -> None:
    for text in ("name:Get*", "who:bob"):
        History(state_dir() / "filters").add(text)
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("f", "up")
        assert offered(explorer) == ["who:bob", "name:Get*"]
        await explorer.press("down", "enter")
        assert explorer.filter == "name:Get*"
        await explorer.until(lambda: explorer.names == ["GetObject"])
        await explorer.press("enter")
        assert explorer.screen.events.has_focus


async def test_ctrl_up_and_down_go_through_them(tmp_path: Path) -> None:
    for text in ("name:Get*", "who:bob"):
        History(state_dir() / "filters").add(text)
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("f")
        for key, text in (
            ("ctrl+up", "who:bob"),
            ("ctrl+up", "name:Get*"),
            ("ctrl+up", "name:Get*"),
            ("ctrl+down", "who:bob"),
            ("ctrl+down", ""),
        ):
            await explorer.press(key)
            assert explorer.screen.bar.input.value == text
            assert explorer.filter == text


async def test_a_place_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    state_dir().parent.mkdir(parents=True, exist_ok=True)
    state_dir().write_text("a file where the folder should be")
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("1", "2")
        assert explorer.notices.count("filters are not kept for later: ") == 1
        assert explorer.filter == "is:write is:failed"
