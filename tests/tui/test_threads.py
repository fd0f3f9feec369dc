"""A mistake of ours in any thread is told in one line, with nothing of what was in memory; the
screen stays, and the other threads go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ctexplore.query.evaluate import Filter
from ctexplore.store.follow.follow import Follower
from ctexplore.tui.counts.counting import Counting
from tests.tui.explorer import Explorer, SlowSource, opened, trail

SECRET = "AKIASECRETOFAFRAME"


def broken(*_: object, **__: object) -> Any:
    local = SECRET
    raise ZeroDivisionError(local)


async def filtering(explorer: Explorer) -> None:
    await explorer.press("f")
    await explorer.type("name:GetObject")


async def searching(explorer: Explorer) -> None:
    await explorer.press("slash")
    await explorer.type("GetObject")
    await explorer.press("enter")


async def reading(explorer: Explorer) -> None:
    await explorer.press("j", "enter")


async def following(explorer: Explorer) -> None:
    await explorer.press("L")


async def loading(explorer: Explorer) -> None:
    await explorer.press("R")


Break = tuple[object, str]
Threads = dict[str, tuple[Callable[[Explorer], Any], Callable[[Explorer], Break]]]
THREADS: Threads = {
    "view": (filtering, lambda _: (Filter, "mask")),
    "count": (filtering, lambda _: (Counting, "_count")),
    "search": (searching, lambda _: (Filter, "mask")),
    "record": (reading, lambda e: (e.screen.desk.session.records, "one")),
    "follow": (following, lambda _: (Follower, "look")),
    "load": (loading, lambda e: (e.screen.desk.session.source, "children")),
}


@pytest.mark.parametrize("name", THREADS)
async def test_a_mistake_in_a_thread(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    act, where = THREADS[name]
    async with opened(SlowSource(trail(20))) as explorer:
        monkeypatch.setattr(*where(explorer), broken)
        await act(explorer)
        await explorer.until(
            lambda: "internal error, ZeroDivisionError" in explorer.notices + explorer.text
        )
        assert SECRET not in explorer.notices + explorer.text
        monkeypatch.undo()
        # Keys are heard, and the list is still there.
        await explorer.press("escape", "escape", "escape", "question_mark")
        await explorer.shows("Everywhere")
        await explorer.press("q")
        assert explorer.app.screen is explorer.screen
        assert explorer.app.crash is None
    assert explorer.app.return_code in (0, None)
