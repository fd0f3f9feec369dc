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


def marked(line: list[Segment]) -> bool:
    """Whether a line stands out from its pane by more than colour: a bar, bold or reversed."""
    return any(
        piece.style is not None and (piece.style.reverse or piece.style.bold or piece.style.bgcolor)
        for piece in line
    )


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
                changed = [a for a, b in zip(here, there, strict=True) if a != b]
                assert any(map(marked, changed)), f"{theme}: {pane} as without the focus"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", ["f", "slash", "C", "e"])
async def test_a_line_that_is_typed_into_shows_its_cursor(theme: str, key: str) -> None:
    async with opened(SlowSource(trail(3)), size=(100, 30)) as explorer:
        explorer.app.theme = theme
        await explorer.press(key)
        await explorer.settle()
        focused = explorer.app.focused
        assert focused is not None
        region = focused.region
        lines = drawn(explorer)[region.y : region.bottom]
        assert any(map(marked, lines)), f"{theme}: nothing tells of {focused}"
