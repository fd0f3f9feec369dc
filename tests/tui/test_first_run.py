"""Three keys are told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Limits, Scope
from ctexplore.tui.app import ExplorerApp
from ctexplore.tui.first_run import USUAL, is_first
from ctexplore.tui.preferences import Preferences
from tests.tui.explorer import Explorer, SlowSource, is_up, trail

HINT = "new here? f filters · enter opens an event · ? lists all keys"


async def line_of(own: Preferences, *keys: str) -> str:
    """The line of the filter after some keys."""
    app = ExplorerApp(SlowSource(trail(3)), MemoryCache(), Scope(("",)), Limits(), preferences=own)
    async with app.run_test(size=(80, 24)) as pilot:
        explorer = Explorer(app, pilot)
        await explorer.until(lambda: is_up(app))
        await explorer.loaded()
        await explorer.press(*keys)
        return explorer.lines[1]


async def test_the_first_start_tells_three_keys_and_the_next_does_not(tmp_path: Path) -> None:
    own = Preferences(started=tmp_path / "state" / "started")
    assert HINT in await line_of(own)
    assert USUAL.format("f", "+", "-") in await line_of(own)


async def test_a_filter_takes_the_place_of_the_hint(tmp_path: Path) -> None:
    line = await line_of(Preferences(started=tmp_path / "started"), "2")
    assert "is:failed" in line
    assert "new here" not in line


async def test_keys_of_a_persons_own_are_told(tmp_path: Path) -> None:
    own = Preferences(started=tmp_path / "started", keys={"app.filter": ("ctrl+f",)})
    assert "new here? ctrl+f filters" in await line_of(own)
    assert "· ctrl+f to type, + and - on a row" in await line_of(own)


def test_where_nothing_can_be_kept_nobody_is_told_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    assert not is_first(tmp_path / "file" / "started")
    assert not is_first(None)
    assert is_first(tmp_path / "a" / "started")
    assert not is_first(tmp_path / "a" / "started")
