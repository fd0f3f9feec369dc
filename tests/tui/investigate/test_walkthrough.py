"""The README's walkthrough of the demo's intrusion: each step is one key."""

from __future__ import annotations

import pytest

from ctexplore.sources.demo import DemoSource
from ctexplore.sources.demo.clues import BUCKET, LEAKED_KEY, PLANTED_KEY, ROLE_KEY
from ctexplore.store.cache.cache import NoCache
from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.line_list import LineList
from tests.tui.explorer import Explorer, opened

STOPPED = "name:StopLogging"


def names(explorer: Explorer) -> list[str]:
    view = explorer.screen.events.view
    assert view is not None
    return [view.table.text("name", int(row)) for row in view.rows]


async def back(explorer: Explorer, text: str) -> None:
    """Undo until the filter is this one again."""
    await explorer.until(lambda: isinstance(explorer.app.screen, ExploreScreen))
    for _ in range(6):
        if explorer.screen.bar.text == text:
            break
        await explorer.press("u")
    assert explorer.screen.bar.text == text


async def test_from_the_stopped_trail_to_the_leaked_key_and_all_it_led_to() -> None:
    demo = DemoSource()
    async with opened(demo, size=(160, 48), cache=NoCache(""), text=STOPPED) as explorer:
        assert names(explorer) == ["StopLogging"]
        # c: who was that? A planted user's key, made by a role that a leaked key took.
        await explorer.press("c")
        await explorer.shows("behind it: ci-deploy", "3 callers")
        listed = explorer.app.screen.query_one(LineList)
        keys = [line.item.key for line in listed._lines if line.item is not None]
        assert keys == [LEAKED_KEY, ROLE_KEY, PLANTED_KEY]
        # enter on the role: the policy changes it made.
        await explorer.press("k", "enter")
        await explorer.until(lambda: isinstance(explorer.app.screen, ExploreScreen))
        await explorer.matches(6)
        assert set(names(explorer)) >= {"CreateUser", "AttachUserPolicy", "UpdateAssumeRolePolicy"}
        await back(explorer, STOPPED)
        await explorer.matches(1)
        # w: what else did the planted user do? It carried objects away.
        await explorer.press("w")
        await explorer.shows("192.0.2.101", "640")
        listed = explorer.app.screen.query_one(LineList)
        for _ in range(200):
            if listed.item is not None and listed.item.filter.endswith(" name:GetObject"):
                break
            await explorer.press("j")
        await explorer.press("enter")
        await explorer.until(lambda: isinstance(explorer.app.screen, ExploreScreen))
        await explorer.matches(640)
        await back(explorer, STOPPED)
        await explorer.matches(1)
        # a: what else happened just then, in the same session.
        await explorer.press("a", "s", "plus", "plus", "plus", "enter")
        await explorer.until(lambda: "+-6h" in explorer.screen.bar.text, "the span")
        await explorer.until(
            lambda: "ModifySnapshotAttribute" in names(explorer), "the disk shared"
        )
        await back(explorer, STOPPED)


@pytest.mark.slow
async def test_everything_about_the_bucket() -> None:
    text = "name:PutBucketPolicy key:" + PLANTED_KEY
    async with opened(DemoSource(), size=(240, 48), cache=NoCache(""), text=text) as explorer:
        assert names(explorer) == ["PutBucketPolicy"]
        for _ in range(12):
            if explorer.screen.events.column.name == "target":
                break
            await explorer.press("l")
        await explorer.press("o")
        await explorer.until(lambda: BUCKET in explorer.screen.bar.text, "the word")
        await explorer.shows("changed", "PutBucketPublicAccessBlock by")
        await explorer.until(lambda: len(names(explorer)) > 640, "every event about the bucket")
