"""A column that a room above adds, as the explorer shows it."""

from __future__ import annotations

from pathlib import Path

from ctexplore.store.columns.added import Draft
from tests.tui.exploring import Narrowed, event, exploring

EVENTS = [event(f"15T09:00:{n:02}", f"Get{n}") for n in range(6)]


def put(explorer: Narrowed, *found: tuple[str, ...]) -> None:
    """Values by row, from the first on, as a thread of another room would put them."""
    session = explorer.screen.desk.session
    assert session is not None
    draft = Draft("rule")
    for row, values in enumerate(found):
        draft.set(slice(row, row + 1), values)
    draft.put(session.table)
    explorer.screen.desk.judged()


async def test_a_filter_follows_what_is_found_out(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="rule:a") as explorer:
        await explorer.matches(0)
        await explorer.shows("no rules were asked yet")
        put(explorer, ("b",), ("a", "b"))
        await explorer.matches(1)
        assert explorer.names == ["Get1"]
        assert "no rules were asked yet" not in explorer.text
        put(explorer, ("a",), ("b",), ("a",))
        await explorer.matches(2)
        assert explorer.names == ["Get2", "Get0"]


async def test_facets_and_the_list_show_it(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("F", "tab", "tab", "tab")
        assert "found out" not in explorer.text
        put(explorer, ("b",), ("a", "b"), (), ("b",))
        await explorer.shows("found out")
        await explorer.press("shift+tab")
        await explorer.shows("[found out]", "rule  2")
        lines = [" ".join(line.split()) for line in explorer.drawn("FacetsPane")]
        assert [line.rpartition(" ")[0] for line in lines[2:5]] == ["▌ (none)", "b 3", "a 1"]
        await explorer.press("down", "enter")
        assert explorer.filter == "rule:b"
        await explorer.matches(3)
        explorer.screen.events.columns = ("name", "rule")
        await explorer.shows("Get1", "a, b")
        put(explorer, ("b",), ("b", "c"), (), ("b",))
        await explorer.shows("b, c")
