"""Filters that have a name: on keys, in the palette, in the configuration file."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from textual.command import CommandPalette

from ctexplore.query.presets import PRESETS
from tests.tui.exploring import Narrowed, event, exploring

EVENTS = [
    event("15T09:00:00", "GetObject"),
    event("15T09:01:00", "PutObject", errorCode="AccessDenied"),
    event("15T09:02:00", "CreateUser", eventSource="iam.amazonaws.com"),
    event("15T09:03:00", "AssumeRole", userIdentity={"type": "AWSService", "invokedBy": "x.y"}),
    event(
        "15T09:04:00", "Invoke20150331", eventSource="lambda.amazonaws.com",
        requestParameters={"functionName": "pay"},
    ),
    event(
        "15T09:05:00", "Invoke20150331", eventSource="lambda.amazonaws.com",
        requestParameters={"functionName": "mail"},
    ),
]  # fmt: skip


async def choose(explorer: Narrowed, typed: str) -> None:
    """Run the first command that the palette finds."""
    await explorer.press("ctrl+p")
    await explorer.until(lambda: isinstance(explorer.app.screen, CommandPalette))
    await explorer.press(*("space" if letter == " " else letter for letter in typed))
    palette = explorer.app.screen
    await explorer.until(lambda: palette.query_one("CommandList").option_count)  # type: ignore[attr-defined]
    await explorer.pilot.pause(0.1)
    await explorer.press("enter")
    await explorer.until(lambda: not isinstance(explorer.app.screen, CommandPalette))
    await explorer.pilot.pause()


async def test_each_key_adds_its_preset_and_takes_it_back(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        for number, preset in enumerate(PRESETS[:9], 1):
            await explorer.press(str(number))
            assert explorer.filter == preset.filter
            assert explorer.screen.bar.input.value == preset.filter
            await explorer.press(str(number))
            assert explorer.filter == ""
        await explorer.press("1", "2")
        assert explorer.filter == "is:write is:failed"
        await explorer.until(lambda: explorer.names == ["PutObject"])
        await explorer.press("1")
        assert explorer.filter == "is:failed"
        await explorer.press("u")
        assert explorer.filter == "is:write is:failed"


async def test_presets_about_a_subject_take_turns(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="who:alice") as explorer:
        await explorer.press("2", "4", "5")
        assert explorer.filter == f"who:alice is:failed {PRESETS[4].filter}"
        await explorer.press("5")
        assert explorer.filter == "who:alice is:failed"


async def test_presets_of_categories_take_turns_and_drop_which_one_was_asked_for(
    tmp_path: Path,
) -> None:
    async with exploring(tmp_path, EVENTS, text="since:2024-01-15") as explorer:
        await explorer.press("2")
        await choose(explorer, "network activity")
        await choose(explorer, "aggregated")
        assert explorer.filter == "since:2024-01-15 is:failed category:Aggregated"
        await choose(explorer, "ran")
        await explorer.press("p", "a", "y", "enter")
        assert "target:*pay*" in explorer.filter
        await choose(explorer, "data events")
        assert explorer.filter == "category:Data since:2024-01-15"


async def test_what_is_hidden_is_said(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("H")
        assert explorer.filter == "-is:read"
        await explorer.until(lambda: "GetObject" not in explorer.names)
        assert "-is:read" in explorer.drawn("FilterInput")[0]
        await explorer.press("S")
        assert explorer.filter == "-is:service -is:read"
        await explorer.until(lambda: "AssumeRole" not in explorer.names)
        await explorer.press("H")
        await explorer.until(lambda: "GetObject" in explorer.names)
        await explorer.press("S")
        assert explorer.filter == ""


async def test_a_long_preset_shows_its_beginning(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, (80, 24)) as explorer:
        await explorer.press("8")
        assert "source:secretsmanager name:" in explorer.drawn("FilterInput")[0]
        await explorer.press("f", *" who:x")
        assert explorer.filter.endswith("ResetServiceSpecificCredential who:x")


async def test_a_preset_that_asks_starts_from_the_event_at_hand(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="is:write since:2024-01-15") as explorer:
        await choose(explorer, "ran")
        assert explorer.filter == "source:lambda name:Invoke* since:2024-01-15"
        line = explorer.screen.query_one("PromptInput")
        assert line.has_focus
        assert line.value == "mail"  # type: ignore[attr-defined]
        await explorer.press("enter")
        assert explorer.filter == "source:lambda name:Invoke* since:2024-01-15 target:*mail*"
        await explorer.until(lambda: len(explorer.names) == 1)


async def test_escape_leaves_the_preset_whole(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("G")
        await choose(explorer, "ran")
        assert explorer.screen.query_one("PromptInput").value == ""  # type: ignore[attr-defined]
        await explorer.press("escape")
        assert explorer.filter == "source:lambda name:Invoke*"
        await choose(explorer, "ran")
        assert explorer.filter == ""


async def test_who_connected_shows_instance_os_user_and_key(tmp_path: Path) -> None:
    sent = event(
        "15T09:06:00", "SendSSHPublicKey", eventSource="ec2-instance-connect.amazonaws.com",
        requestParameters={"instanceId": "i-0ab", "instanceOSUser": "ubuntu",
                           "sSHPublicKey": "ssh-ed25519 AAAAC3"},
    )  # fmt: skip
    async with exploring(tmp_path, [*EVENTS, sent]) as explorer:
        await choose(explorer, "who connected")
        assert explorer.app.focused.value == "i-0ab"  # type: ignore[union-attr]
        await explorer.press("enter")
        assert explorer.filter.endswith("requestParameters.instanceId:*i-0ab*")
        await explorer.until(lambda: explorer.names == ["SendSSHPublicKey"])
        await explorer.shows("instanceId", "i-0ab", "ubuntu", "ssh-ed25519")


async def test_the_palette_has_presets_with_keys_too(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await choose(explorer, "denied")
        assert explorer.filter == "is:denied"
        await choose(explorer, "reads")
        assert explorer.filter == "-is:read is:denied"


async def test_the_filter_as_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    async def take(_app: object, text: str) -> str:
        copied.append(text)
        return "sent"

    monkeypatch.setattr("ctexplore.tui.filter.copies.copy", take)
    async with exploring(tmp_path, EVENTS, text="who:alice name:'x") as explorer:
        await explorer.press("1")
        await choose(explorer, "as com")
        await explorer.until(lambda: copied)
        assert shlex.split(copied[0]) == [
            "ctexplore", "query", "who:alice name:'x is:write", f"{tmp_path / 'logs'}/",
        ]  # fmt: skip
