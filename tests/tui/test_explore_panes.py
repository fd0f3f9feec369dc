"""Panes: which are on the screen at which width, and the keys that show, hide and leave them."""

from __future__ import annotations

import pytest

from ctexplore.tui.counts.facets_pane import FacetsPane
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.too_small import TooSmall
from ctexplore.tui.tree.trail_tree import TrailTree
from tests.tui.explorer import Explorer, opened, started
from tests.tui.test_explore_loading import SECOND, stopped

SIZES = [(80, 24), (110, 30), (160, 48)]


def panes(explorer: Explorer) -> str:
    """T, L and D for tree, list and detail as far as they are to be seen."""
    kinds = {"T": TrailTree, "L": EventList, "D": EventDetail}
    shown = ""
    for sign, kind in kinds.items():
        pane = explorer.screen.query_one(kind)
        if pane.display and pane.region:
            shown += sign
    return shown


def focused(explorer: Explorer) -> str:
    kinds = {"T": TrailTree, "L": EventList, "D": EventDetail}
    return "".join(s for s, k in kinds.items() if explorer.screen.query_one(k).has_focus_within)


def side_by_side(explorer: Explorer) -> bool:
    listed = explorer.screen.query_one(EventList).region
    return explorer.screen.query_one(EventDetail).region.x >= listed.right


async def detail_shows(explorer: Explorer, name: str) -> None:
    await explorer.until(lambda: name in "\n".join(detail_lines(explorer)), f"{name} in the detail")


def detail_lines(explorer: Explorer) -> list[str]:
    region = explorer.screen.query_one(EventDetail).region
    lines = explorer.lines[region.y : region.bottom]
    return [line[region.x : region.right] for line in lines]


@pytest.mark.parametrize(
    ("size", "shown", "beside"),
    [(SIZES[0], "L", False), (SIZES[1], "TLD", False), (SIZES[2], "TLD", True)],
)
async def test_three_layouts(size: tuple[int, int], shown: str, beside: bool) -> None:
    async with opened(size=size) as explorer:
        assert panes(explorer) == shown
        assert focused(explorer) == "L"
        if "D" in shown:
            assert side_by_side(explorer) is beside
            await detail_shows(explorer, "DeleteTrail")


async def test_t_shows_the_tree_as_a_drawer_or_hides_its_column() -> None:
    async with opened(size=(80, 24)) as explorer:
        await explorer.press("t")
        assert (panes(explorer), focused(explorer)) == ("TL", "T")
        await explorer.press("t")
        assert (panes(explorer), focused(explorer)) == ("L", "L")
        await explorer.press("t", "escape")
        assert (panes(explorer), focused(explorer)) == ("L", "L")
    async with opened(size=(110, 30)) as explorer:
        await explorer.press("t")
        assert (panes(explorer), focused(explorer)) == ("LD", "L")
        await explorer.press("t")
        assert (panes(explorer), focused(explorer)) == ("TLD", "T")


async def test_of_two_drawers_the_later_one_is_open() -> None:
    async with opened(size=(60, 15)) as explorer:
        facets = explorer.screen.query_one(FacetsPane)
        await explorer.press("t", "F")
        assert (panes(explorer), facets.region.width) == ("L", 60)
        await explorer.press("t")
        assert (panes(explorer), focused(explorer), facets.display) == ("TL", "T", False)
        await explorer.press("q")
        assert panes(explorer) == "L"


async def test_the_keys_line_says_whether_q_goes_back_or_quits() -> None:
    async with opened(size=(80, 24)) as explorer:
        for keys in (("t",), ("enter",), ("D",), ("O",), ("F",)):
            assert explorer.lines[-1].endswith("q Quit")
            await explorer.press(*keys)
            assert explorer.lines[-1].endswith("q Back"), keys
            await explorer.press("q")


async def test_the_keys_line_offers_what_does_something_here() -> None:
    async with opened(size=(160, 48)) as explorer:
        keys = lambda: explorer.lines[-1]  # noqa: E731
        assert "+ Only this" in keys()
        assert not any(word in keys() for word in ("Undo", "Problems", "Next", "List again"))
        await explorer.press("plus", "m")
        await explorer.matches(30)
        assert "u Undo" in keys()
        assert "' Next mark" in keys()
        await explorer.press("tab", "tab")
        assert focused(explorer) == "T"
        assert "m Mark" in keys()
        assert "R List again" in keys()
        assert "Only this" not in keys()
        await explorer.press("plus")
        assert "a value is needed" in explorer.notices
        assert explorer.screen.bar.text == "name:DeleteTrail"


async def test_capital_d_moves_the_detail_or_shows_it() -> None:
    async with opened(size=(80, 24)) as explorer:
        await explorer.press("D")
        assert panes(explorer) == "LD"
        await detail_shows(explorer, "AccessDenied: not authorized")
        await explorer.press("D")
        assert panes(explorer) == "L"
    for size, beside in (((110, 30), False), ((160, 48), True)):
        async with opened(size=size) as explorer:
            await explorer.press("D")
            assert side_by_side(explorer) is not beside
            await explorer.press("D")
            assert side_by_side(explorer) is beside


@pytest.mark.parametrize("size", SIZES)
async def test_capital_o_leaves_only_one_pane(size: tuple[int, int]) -> None:
    async with opened(size=size) as explorer:
        before = panes(explorer)
        await explorer.press("O")
        assert panes(explorer) == "L"
        await explorer.press("O")
        assert panes(explorer) == before
        await explorer.press("enter", "O")
        assert (panes(explorer), focused(explorer)) == ("D", "D")
        await explorer.press("q")
        assert panes(explorer) == before
        assert focused(explorer) == "L"


async def test_tab_goes_round_the_panes_that_are_there() -> None:
    async with opened(size=(160, 48)) as explorer:
        seen = []
        for _ in range(3):
            await explorer.press("tab")
            seen.append(focused(explorer))
        assert seen == ["D", "T", "L"]
        await explorer.press("shift+tab")
        assert focused(explorer) == "T"
    async with opened(size=(80, 24)) as explorer:
        await explorer.press("tab")
        assert focused(explorer) == "L"


async def test_q_goes_back_and_then_quits() -> None:
    async with opened() as explorer:
        await explorer.press("enter")
        assert (panes(explorer), focused(explorer)) == ("LD", "D")
        await explorer.press("q")
        assert (panes(explorer), focused(explorer)) == ("L", "L")
        assert explorer.app.is_running
        await explorer.press("q")
        await explorer.until(lambda: explorer.app._exit, "the end")
    assert explorer.app.return_code == 0


async def test_the_detail_follows_the_cursor() -> None:
    async with opened(size=(160, 48)) as explorer:
        await detail_shows(explorer, "eventName: DeleteTrail")
        await explorer.press("down", "down")
        await detail_shows(explorer, "eventName: CreateUser")
        await explorer.press("f")
        await explorer.type("name:GetObject")
        await explorer.press("enter")
        await detail_shows(explorer, "eventName: GetObject")
        await explorer.press("f", "ctrl+u")
        await explorer.type("name:nothing")
        await explorer.press("enter")
        await detail_shows(explorer, "No event to show")


async def test_a_detail_that_comes_on_the_screen_has_the_event_of_the_cursor() -> None:
    async with opened(size=(80, 24)) as explorer:
        await explorer.press("down", "down")
        await explorer.pilot.resize_terminal(160, 48)
        await explorer.settle()
        await detail_shows(explorer, "eventName: CreateUser")


async def test_resizing_while_loading_keeps_the_event_and_the_focus() -> None:
    source = stopped()
    async with started(source) as explorer:
        await explorer.shows("60 of 60")
        await explorer.press("down", "down", "down")
        event = explorer.here.split()[:4]
        for size in ((110, 30), (160, 48), (20, 5), (1, 1), (80, 24)):
            await explorer.pilot.resize_terminal(*size)
            await explorer.settle()
            assert focused(explorer) == "L", size
        source.gates[SECOND].set()
        await explorer.loaded()
        assert explorer.here.split()[:4] == event
        assert panes(explorer) == "L"


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (39, 24), (80, 9)])
async def test_a_terminal_too_small_says_so_and_recovers(size: tuple[int, int]) -> None:
    async with opened(size=size) as explorer:
        assert explorer.screen.query_one(TooSmall).region.size == size
        width, height = size
        if width >= 20:
            assert f"too small: {width}×{height}" in explorer.text
            assert "needs 40×10" in explorer.text
        await explorer.press("down")
        await explorer.pilot.resize_terminal(80, 24)
        await explorer.settle()
        assert "too small" not in explorer.text
        assert "AssumeRole" in explorer.here, "keys went on working"


@pytest.mark.parametrize("pane", ["T", "D"])
async def test_panes_fold_when_it_gets_narrow_and_the_focus_with_them(pane: str) -> None:
    async with opened(size=(160, 48)) as explorer:
        while focused(explorer) != pane:
            await explorer.press("tab")
        await explorer.pilot.resize_terminal(80, 24)
        await explorer.settle()
        assert (panes(explorer), focused(explorer)) == ("L", "L")
        await explorer.press("j")
        assert explorer.screen.events.cursor_position == 1
        await explorer.pilot.resize_terminal(160, 48)
        await explorer.settle()
        assert panes(explorer) == "TLD"


async def test_opening_a_folder_of_the_tree() -> None:
    async with opened(size=(160, 48)) as explorer:
        tree = explorer.screen.query_one(TrailTree)
        tree.reveal("AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/06/")
        await explorer.until(lambda: tree.cursor_folder and tree.cursor_folder.endswith("/06/"))
        await explorer.press("shift+tab")
        assert focused(explorer) == "T"
        await explorer.press("enter")
        await explorer.loaded()
        await explorer.matches(60)
        assert focused(explorer) == "L"
        assert all("03-06" in row for row in explorer.rows)


async def test_the_tree_shows_the_newest_day_of_a_whole_trail() -> None:
    async with opened(size=(160, 48)) as explorer:
        tree = explorer.screen.query_one(TrailTree)
        await explorer.until(lambda: tree.cursor_folder and tree.cursor_folder.endswith("/07/"))
        assert focused(explorer) == "L"
        column = [line[: tree.region.right] for line in explorer.lines]
        assert [line.split()[-2:] for line in column if " 60▕" in line] == [
            ["Thu", "60▕"],
            ["Wed", "60▕"],
            ["Tue", "60▕"],
        ]


async def test_filters_of_the_detail_narrow_the_list() -> None:
    async with opened(size=(160, 48)) as explorer:
        await detail_shows(explorer, "eventName: DeleteTrail")
        await explorer.press("enter", "slash")
        await explorer.type("AKIAEXAMPLECI")
        await explorer.press("enter", "plus")
        await explorer.matches(60)
        assert "AKIAEXAMPLECI-DEPLOY" in explorer.lines[1]
        await explorer.press("u")
        await explorer.matches(180)


async def test_copying_says_how() -> None:
    async with opened() as explorer:
        await explorer.press("enter")
        await detail_shows(explorer, "AccessDenied: not authorized")
        await explorer.press("y", "e")
        await explorer.until(lambda: "sent to the terminal's clipboard" in explorer.notices)
        assert '"eventName":"DeleteTrail"' in explorer.app.clipboard


async def test_while_the_copy_line_waits_no_other_key_is_offered() -> None:
    async with opened() as explorer:
        await explorer.press("enter")
        await detail_shows(explorer, "eventVersion")
        await explorer.press("y")
        await explorer.shows("copy  v value")
        assert explorer.lines[-1].split() == ["esc", "Back"]
