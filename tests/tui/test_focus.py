"""Where the focus is can be seen on every pane, in every theme, also without colour."""

from __future__ import annotations

import pytest
from rich.segment import Segment

from ctexplore.tui.theme import load_themes
from tests.tui.explorer import Explorer, SlowSource, opened, trail

THEMES = [theme.name for theme in load_themes()[0]]


def drawn(explorer: Explorer) -> list[list[Segment]]:
    """Every line of the screen, with its styles."""
    compositor = explorer.app.screen._compositor
    return [list(strip) for strip in compositor.render_strips()]


Plain = list[tuple[str, bool, bool, bool]]


def without_colour(line: list[Segment]) -> Plain:
    """A line's characters, each with whether it is bold, reversed, underlined."""
    found: Plain = []
    for text, style, _ in line:
        how = (False, False, False)
        if style is not None:
            how = (bool(style.bold), bool(style.reverse), bool(style.underline))
        found += [(char, *how) for char in text]
    return found


@pytest.mark.parametrize("theme", THEMES)
async def test_the_pane_that_has_the_focus_looks_otherwise(theme: str) -> None:
    async with opened(SlowSource(trail(30)), size=(160, 40)) as explorer:
        explorer.app.theme = theme
        await explorer.press("F", "escape", "j")
        await explorer.settle()
        looks = []
        for _ in range(3):
            pane = explorer.app.focused
            assert pane is not None
            looks.append((pane, drawn(explorer)))
            await explorer.press("tab")
            await explorer.settle()
        assert len({type(pane) for pane, _ in looks}) == 3
        for pane, look in looks:
            region = pane.region
            for other, without in looks:
                if other is pane:
                    continue
                here = [look[y] for y in range(region.y, region.bottom)]
                there = [without[y] for y in range(region.y, region.bottom)]
                same = list(map(without_colour, here)) == list(map(without_colour, there))
                assert not same, f"{theme}: {pane} looks as without the focus, but for colours"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", ["f", "slash"])
async def test_a_line_that_is_typed_into_shows_its_cursor(theme: str, key: str) -> None:
    async with opened(SlowSource(trail(3)), size=(100, 30)) as explorer:
        explorer.app.theme = theme
        await explorer.press(key)
        await explorer.type("xyz")
        await explorer.press("left")
        await explorer.settle()
        focused = explorer.app.focused
        assert focused is not None
        line = drawn(explorer)[focused.region.y]
        looks = {}
        for text, style, _ in line:
            looks |= dict.fromkeys(text, style)
        assert looks["z"] != looks["x"] == looks["y"], f"{theme}: no cursor"
