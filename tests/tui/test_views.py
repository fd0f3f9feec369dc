"""Views in the explorer: saved by a key, loaded by the palette and the filter bar, deleted."""

from __future__ import annotations

import stat
from pathlib import Path

from textual.widgets import Input

from ctexplore.config import View, config_file, read_settings
from ctexplore.tui.filter.filter_hints import Completions
from tests.tui.exploring import Narrowed, exploring
from tests.tui.test_presets import EVENTS, choose


def views() -> dict[str, View]:
    return dict(read_settings(config_file()).views)


async def save(explorer: Narrowed, name: str) -> None:
    await explorer.press("V")
    line = explorer.app.focused
    assert isinstance(line, Input)
    line.value = name
    await explorer.press("enter")


async def test_named_views_come_from_the_configuration_file(tmp_path: Path) -> None:
    config = config_file()
    config.parent.mkdir(parents=True)
    config.write_text("[views]\n'on call' = 'is:denied since:2024-01-15'\nbad = 'nmae:x'\n")
    async with exploring(tmp_path, EVENTS) as explorer:
        await choose(explorer, "on call")
        assert explorer.filter == "is:denied since:2024-01-15"
        await choose(explorer, "w: bad")
        assert explorer.filter == "is:denied since:2024-01-15"
        assert "view bad: column 1" in explorer.notices


async def test_a_mistake_in_the_configuration_file_is_said(tmp_path: Path) -> None:
    config = config_file()
    config.parent.mkdir(parents=True)
    config.write_text("[views]\nbad = 3\n")
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("ctrl+p")
        await explorer.until(lambda: explorer.notices)
        assert explorer.notices == (
            f"{config}, line 2: views.bad: must be a filter in quotes, such as "
            "'is:denied who:alice', or a table of filter = '…' and columns = ['…']"
        )


async def test_a_filter_is_saved_by_name_and_found_again(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="is:denied") as explorer:
        await save(explorer, "on call")
        assert views() == {"on call": View("is:denied")}
        assert stat.S_IMODE(config_file().stat().st_mode) == 0o600
        assert f"view on call is saved: {config_file()}" in explorer.notices
        await explorer.press("2")
        await choose(explorer, "view: on")
        assert explorer.filter == "is:denied"
        await explorer.press("u")
        assert explorer.filter == "is:denied is:failed"


async def test_without_a_filter_there_is_nothing_to_name(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("V")
        assert "f types a filter" in explorer.notices
        assert explorer.screen.events.has_focus


async def test_a_name_that_is_taken_is_asked_about(tmp_path: Path) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("# mine\n[views]\nx = 'is:root' # why\n")
    async with exploring(tmp_path, EVENTS, text="is:denied") as explorer:
        await save(explorer, "x")
        assert "view x is there already: enter again replaces it" in explorer.notices
        assert views() == {"x": View("is:root")}
        await explorer.press("enter")
        assert config_file().read_text() == '# mine\n[views]\n"x" = "is:denied" # why\n'
        await explorer.until(lambda: explorer.screen.events.has_focus)
        await explorer.press("V")
        await explorer.until(lambda: isinstance(explorer.app.focused, Input))
        assert explorer.app.focused.value == "x"  # type: ignore[union-attr]
        await explorer.press("escape")


async def test_a_broken_file_is_named_and_stays(tmp_path: Path) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("[views]\nx = 3\n")
    async with exploring(tmp_path, EVENTS, text="is:denied") as explorer:
        await explorer.press("V")
        assert f"{config_file()}, line 2: views.x" in explorer.notices
        assert config_file().read_text() == "[views]\nx = 3\n"


async def test_a_view_is_deleted_from_the_palette(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="is:denied") as explorer:
        await save(explorer, "x")
        await choose(explorer, "delete view: x")
        assert views() == {}
        assert "view x is deleted; it was is:denied" in explorer.notices
        assert explorer.filter == "is:denied"


async def test_a_view_brings_its_columns_while_its_filter_is_in_force(tmp_path: Path) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text(
        "[views]\nx = {filter = 'is:failed', columns = ['ip', 'userAgent', 'nmae']}\n"
    )
    async with exploring(tmp_path, EVENTS) as explorer:
        usual = explorer.screen.events.columns
        await choose(explorer, "view: x")
        assert explorer.screen.events.columns == ("name", "ip", "agent")
        assert 'view x, column 3: there is no field "nmae"' in explorer.notices
        await explorer.press("H")
        assert explorer.screen.events.columns == usual
        await explorer.press("u")
        assert explorer.screen.events.columns == ("name", "ip", "agent")
        await explorer.press("C", "down", "space", "enter")
        assert explorer.screen.events.columns == ("name", "agent")
        await save(explorer, "y")
        assert views()["y"] == View("is:failed", ("name", "agent"))


async def test_the_filter_bar_completes_the_names_of_views(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="is:denied or is:root") as explorer:
        await save(explorer, "on call")
        await explorer.press("f", "ctrl+u")
        await explorer.type("who:alice on c")
        shown = explorer.screen.query_one(Completions)
        assert "on call · is:denied or is:root" in str(shown.options[0].prompt)
        await explorer.press("tab")
        assert explorer.filter == "who:alice (is:denied or is:root)"
