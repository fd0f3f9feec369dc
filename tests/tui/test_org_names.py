"""Names of accounts asked of AWS Organizations while the screen is up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ctexplore.config import Account
from ctexplore.trail.accounts import NAMES
from ctexplore.tui.org_names import ask_for_names
from tests.tui.explorer import SlowSource, opened, trail

PROD = "111122223333"


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    NAMES.forget()


async def test_names_show_everywhere_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {PROD: Account("Prod\x1b"), "444455556666": Account("Test")}
    monkeypatch.setattr("ctexplore.tui.org_names.names_of", lambda *_: found)
    async with opened(SlowSource(trail()), size=(200, 40), text="account:test*") as explorer:
        assert "0 of 180" in explorer.text
        explorer.screen.bar.put("account:prod*")
        ask_for_names(explorer.screen)
        await explorer.until(lambda: f"Prod\\x1b {PROD}" in explorer.text, "the name")
        await explorer.until(lambda: "180 of 180" in explorer.text, "the filter")
        assert explorer.notices == "2 accounts have names from AWS Organizations"


async def test_names_of_the_configuration_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    NAMES.learn({PROD: Account("ours")})
    monkeypatch.setattr("ctexplore.tui.org_names.names_of", lambda *_: {PROD: Account("theirs")})
    async with opened(SlowSource(trail())) as explorer:
        ask_for_names(explorer.screen)
        await explorer.until(lambda: explorer.notices, "the notice")
        assert NAMES.name(PROD) == "ours"


async def test_where_there_is_no_bucket_it_says_so() -> None:
    async with opened(SlowSource(trail())) as explorer:
        titles = [c.title for c in explorer.app.get_system_commands(explorer.screen)]
        assert "Account names" in titles
        ask_for_names(explorer.screen)
        await explorer.until(lambda: "no bucket is open" in explorer.notices, "the notice")
