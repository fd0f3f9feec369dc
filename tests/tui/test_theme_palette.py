"""The palette of themes shows one before it is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.config import config_dir, config_file, read_settings
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.scope import Limits, Scope
from ctexplore.tui.app import ExplorerApp, UnknownTheme
from ctexplore.tui.preferences import Preferences
from ctexplore.tui.theme import DARK, LIGHT
from ctexplore.tui.theme_palette import keep_theme
from tests.tui.explorer import Explorer, SlowSource, opened, trail


async def choosing(explorer: Explorer) -> None:
    explorer.app.action_change_theme()
    await explorer.shows("enter takes it", "high-contrast")
    assert explorer.app.theme == DARK


async def test_the_screen_shows_the_theme_under_the_cursor() -> None:
    async with opened() as explorer:
        await choosing(explorer)
        ground = explorer.screen.events.rich_style.bgcolor
        await explorer.press("down")
        await explorer.until(lambda: explorer.app.theme != DARK)
        await explorer.until(lambda: explorer.screen.events.rich_style.bgcolor != ground)
        await explorer.press("escape")
        await explorer.until(lambda: explorer.app.theme == DARK)
        await explorer.until(lambda: explorer.screen.events.rich_style.bgcolor == ground)


async def test_what_is_typed_is_shown_and_enter_takes_it() -> None:
    async with opened() as explorer:
        await choosing(explorer)
        await explorer.type("light")
        await explorer.until(lambda: explorer.app.theme == LIGHT)
        palette = explorer.app.screen.query_one("CommandInput")
        await explorer.until(lambda: palette.rich_style.bgcolor.name == "#f1f4f7", "its own too")
        await explorer.press("enter")
        await explorer.until(lambda: explorer.app.screen is explorer.screen)
        await explorer.settle()
        assert explorer.app.theme == LIGHT


async def test_themes_of_a_person_are_offered(tmp_path: Path) -> None:
    folder = config_dir() / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('name = "sepia"\nprimary = "#704214"\n')
    async with opened() as explorer:
        await choosing(explorer)
        await explorer.type("sepia")
        await explorer.until(lambda: explorer.app.theme == "sepia")


def app(theme: str) -> ExplorerApp:
    return ExplorerApp(SlowSource(trail(1)), NoCache(""), Scope(("",)), Limits(), theme=theme)


def test_our_themes_have_short_names() -> None:
    assert app("light").theme == LIGHT
    assert app(LIGHT).theme == LIGHT
    assert app("nord").theme == "nord"
    with pytest.raises(UnknownTheme, match=r"no theme 'ligth'; known are .*high-contrast, light,"):
        app("ligth")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ('name = "sepia"\nprimary = "brownish"\n', "sepia"),
        ('primary = "#704214"\n', "mine"),
        ("primary\n", "mine"),
    ],
)
async def test_in_the_place_of_a_broken_theme_comes_another(text: str, asked: str) -> None:
    folder = config_dir() / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(text)
    started = app(asked)
    assert started.theme == DARK
    async with started.run_test(notifications=True) as pilot:
        await pilot.pause()
        said = "\n".join(notice.message for notice in started._notifications)
        assert str(folder / "mine.toml") in said
        assert "primary" in said or "name" in said or "not TOML" in said


KEPT = {
    "": '[defaults]\ntheme = "light"\n',
    "# mine\n[defaults] # all\nprofile = 'x'\n\n[views]\na = 'b'\n": (
        "# mine\n[defaults] # all\nprofile = 'x'\ntheme = \"light\"\n\n[views]\na = 'b'\n"
    ),
    "[defaults]\ntheme = 'mono' # at night\nlast = '1h'\n": (
        "[defaults]\ntheme = \"light\" # at night\nlast = '1h'\n"
    ),
    "defaults.theme = 'mono'\n": 'defaults.theme = "light"\n',
}


@pytest.mark.parametrize("before", KEPT)
def test_a_theme_is_kept_and_all_else_stays(before: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    if before:
        file.write_text(before)
    keep_theme(file, "light")
    assert file.read_text() == KEPT[before]


async def test_a_kept_theme_is_that_of_the_next_start() -> None:
    own = Preferences(file=config_file())
    started = ExplorerApp(
        SlowSource(trail(1)), NoCache(""), Scope(("",)), Limits(), preferences=own
    )
    async with started.run_test(notifications=True) as pilot:
        offered = {c.title: c for c in started.get_system_commands(started.screen)}
        assert "Keep theme" not in offered
        started.theme = LIGHT
        offered = {c.title: c for c in started.get_system_commands(started.screen)}
        offered["Keep theme"].callback()
        await pilot.pause()
        assert f"theme light is kept: {config_file()}" in [
            notice.message for notice in started._notifications
        ]
    assert read_settings(config_file()).options == {"defaults": {"theme": "light"}}
