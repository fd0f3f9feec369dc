"""A policy from use in the explorer: from the palette, copied, saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctexplore.tui.palette import commands
from tests.tui.exploring import event, exploring

EVENTS = [
    event("15T09:00:00", "ListObjects", requestParameters={"bucketName": "data"}),
    event("15T09:00:01", "DeleteBucket", errorCode="AccessDenied"),
    event("15T09:00:02", "Odd\x1b[31m", eventSource="odd.amazonaws.com"),
]


async def test_it_is_made_of_the_list_and_saved_under_a_free_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.json").write_text("mine")
    async with exploring(tmp_path, EVENTS, size=(80, 40)) as explorer:
        offered = {c.title: c for c in commands(explorer.app, explorer.screen)}
        offered["Policy from use"].callback()
        await explorer.shows(
            '"Action": "s3:ListBucket"', "1 that failed are left out", "not resolved"
        )
        assert "\x1b" not in explorer.text
        await explorer.press("y", "e")
        await explorer.until(lambda: "policy-2.json" in explorer.notices)
        await explorer.press("q")
    saved = json.loads((tmp_path / "policy-2.json").read_text())
    assert saved["Statement"][0]["Resource"] == "arn:aws:s3:::data"
    assert (tmp_path / "policy.json").read_text() == "mine"


async def test_without_events_there_is_no_policy(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="name:Nothing") as explorer:
        await explorer.matches(0)
        explorer.screen.action_policy()
        await explorer.until(lambda: "no event is in the list" in explorer.notices)
