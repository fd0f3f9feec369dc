"""Keys that a person chose."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.config import config_file
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Limits, Scope
from ctexplore.tui.app import ExplorerApp
from ctexplore.tui.key_names import _USUAL
from ctexplore.tui.keymap import keymap, usual_keys
from ctexplore.tui.preferences import Preferences
from tests.tui.explorer import Explorer, SlowSource, is_up, opened, trail


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"app.fliter": ["f"]}, {"app.fliter": "app.filter is one"}),
        ({"app.filter": ["crtl+f"]}, {"app.filter": "'crtl+f' is no key"}),
        ({"app.filter": ["enter"]}, {"app.filter": "enter is a key of"}),
        ({"app.filter": ["t"]}, {"app.filter": "t is a key of app.tree"}),
        ({"list.sort": ["f"]}, {"list.sort": "f is a key of app.filter"}),
        ({"load.resume": ["e"]}, {"load.resume": "e is a key of app.export"}),
        ({"app.filter": ["/"]}, {"app.filter": "slash is a key of app.search"}),
        ({"app.goto": ["ctrl+q"]}, {"app.goto": "ctrl+q is a key of app.quit_now"}),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    wanted: dict[str, list[str]], said: dict[str, str]
) -> None:
    mapped, problems = keymap(wanted)
    assert mapped == {}
    assert {problem.id for problem in problems} == said.keys()
    for name, reason in said.items():
        assert any(reason in problem.reason for problem in problems if problem.id == name), problems


@pytest.mark.parametrize(
    ("wanted", "mapped"),
    [
        ({}, {}),
        ({"app.filter": ["ctrl+f", "f3"]}, {"app.filter": "ctrl+f,f3"}),
        ({"app.filter": ["t"], "app.tree": ["f"]}, {"app.filter": "t", "app.tree": "f"}),
        # The list and the detail never have the focus at once.
        ({"list.sort": ["W"]}, {"list.sort": "W"}),
        ({"app.goto": [","]}, {"app.goto": "comma"}),
        ({"app.goto": ["ctrl+g"]}, {"app.goto": "ctrl+g"}),
        ({"export.choose": ["H"]}, {"export.choose": "H"}),
    ],
)
def test_keys_as_textual_takes_them(wanted: dict[str, list[str]], mapped: dict[str, str]) -> None:
    assert keymap(wanted) == (mapped, [])


def test_the_usual_keys_may_all_be_said() -> None:
    usual = {name: binding.key.split(",") for name, binding in usual_keys().items()}
    assert len(usual) > 100
    assert keymap(usual)[1] == []


async def started(app: ExplorerApp, keys: tuple[str, ...]) -> str:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        explorer = Explorer(app, pilot)
        await explorer.until(lambda: is_up(app))
        await explorer.loaded()
        await explorer.press(*keys)
        return explorer.text + explorer.notices


def app(keys: dict[str, tuple[str, ...]]) -> ExplorerApp:
    own = Preferences(keys=keys, file=config_file())
    return ExplorerApp(SlowSource(trail(3)), MemoryCache(), Scope(("",)), Limits(), preferences=own)


async def test_another_key_does_it_and_every_page_says_so() -> None:
    keys = {"app.problems": ("X",), "app.filter": ("ctrl+f",)}
    async with app(keys).run_test(size=(80, 30), notifications=True) as pilot:
        explorer = Explorer(pilot.app, pilot)  # type: ignore[arg-type]
        await explorer.until(lambda: is_up(explorer.app))
        await explorer.loaded()
        assert "ctrl+f Filter" in explorer.lines[-1]
        await explorer.press("E")
        assert "Nothing failed" not in explorer.text
        await explorer.press("X")
        assert "Nothing failed" in explorer.text
        await explorer.press("escape", "question_mark")
        assert "ctrl+f type a filter" in explorer.text
        assert "  X                     What failed, and why" in explorer.text


async def test_with_a_wrong_key_all_are_as_usual(tmp_path: Path) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("[keys]\n\n'app.problems' = 't'\n")
    keys = {"app.problems": ("t",), "app.filter": ("ctrl+f",)}
    said = await started(app(keys), ("E",))
    assert f"{config_file()}, line 3: keys.app.problems: t is a key of app.tree, too" in said
    assert "Nothing failed" in said


def test_sentences_that_name_a_key_know_the_usual_ones() -> None:
    for name, key in _USUAL.items():
        assert key in usual_keys()[name].key.split(","), name


async def test_sentences_name_the_key_that_a_person_chose() -> None:
    own = Preferences(keys={"view.undo": ("ctrl+b",), "list.mark": ("f5",)})
    async with opened(SlowSource(trail(3))) as explorer:
        explorer.app.preferences = own
        explorer.app._take_keys()
        await explorer.press("a")
        await explorer.press("escape", "o")
        await explorer.until(lambda: "ctrl+b brings the filter back" in explorer.notices, "a key")
        await explorer.press("I")
        await explorer.shows("f5 marks an event, i writes a note")
