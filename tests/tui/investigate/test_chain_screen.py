"""``c`` in the list: the chain, the way through it, and the events of a caller."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.investigate.chain_screen import ChainScreen
from ctexplore.tui.line_list import LineList
from tests.build import gz, log
from tests.investigate.credentials import at, call, planted, session_of, taken, user
from tests.sources.memory_source import log_key
from tests.tui.explorer import SlowSource, started
from tests.tui.exploring import Narrowed, exploring

LEAKED, STOLEN, KEPT = "AKIALEAKED", "ASIASTOLEN", "AKIAPLANTED"
THIEF, ADMIN = user("ci-deploy", LEAKED), session_of("admin", STOLEN, made=at(1))
EVENTS = [
    call(1, THIEF, at(0), "GetCallerIdentity"),
    taken(2, THIEF, at(1), "admin", STOLEN),
    taken(3, THIEF, at(1), "admin", "ASIAUNUSED"),
    planted(4, ADMIN, at(2), "backup", KEPT),
    call(5, ADMIN, at(3), "DeleteBucket"),
    call(6, user("backup", KEPT), at(9), "StopLogging"),
]


async def followed(explorer: Narrowed) -> None:
    await explorer.until(lambda: isinstance(explorer.app.screen, ChainScreen))
    await explorer.until(lambda: explorer.app.screen.query_one(LineList).item is not None)
    await explorer.settle()


async def test_from_an_event_to_who_is_behind_it_and_back(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, (80, 24), text="name:StopLogging") as explorer:
        await explorer.press("c")
        await followed(explorer)
        assert "behind it: ci-deploy (IAM user" in explorer.lines[0]
        assert "3 callers among 6 loaded events" in explorer.lines[1]
        assert explorer.lines[5].startswith("▌") and "backup" in explorer.lines[5]
        assert f"key         {KEPT}" in explorer.text
        await explorer.press("k")
        await explorer.shows(f"key         {STOLEN}", "responseElements.credentials.accessKeyId")
        await explorer.press("enter")
        await explorer.until(lambda: isinstance(explorer.app.screen, ExploreScreen))
        await explorer.matches(2)
        assert explorer.filter == f"key:{STOLEN}"
        assert explorer.names == ["DeleteBucket", "CreateAccessKey"]
        await explorer.press("u")
        await explorer.matches(1)
        assert explorer.filter == "name:StopLogging"


async def test_from_another_caller_and_back(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="name:StopLogging") as explorer:
        await explorer.press("c")
        await followed(explorer)
        assert "From here" not in explorer.lines[-1]
        await explorer.press("g")
        await explorer.shows("c From here")
        await explorer.press("c")
        await explorer.shows("1 more time it got credentials, unused here")
        await explorer.press("q")
        await explorer.until(lambda: "unused here" not in explorer.text)
        await explorer.press("q")
        await explorer.until(lambda: isinstance(explorer.app.screen, ExploreScreen))
        assert explorer.filter == "name:StopLogging"


async def test_the_event_that_issued_a_key_leads_to_that_key(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="name:AssumeRole") as explorer:
        await explorer.press("j", "c")
        await followed(explorer)
        assert f"key         {STOLEN}" in explorer.text


@pytest.mark.parametrize("size", [(80, 24), (60, 14), (160, 48)])
async def test_every_key_of_the_lines(tmp_path: Path, size: tuple[int, int]) -> None:
    many = [taken(n, THIEF, at(1), "admin", f"ASIA{n:04}", session=f"s{n}") for n in range(60)]
    used = [
        call(100 + n, session_of("admin", f"ASIA{n:04}", session=f"s{n}"), at(2)) for n in range(60)
    ]
    async with exploring(tmp_path, [*many, *used], size, text=f"key:{LEAKED}") as explorer:
        await explorer.press("c")
        await followed(explorer)
        chain = explorer.app.screen
        assert isinstance(chain, ChainScreen)
        listed = chain.query_one(LineList)
        await explorer.press("g", "c")  # from what was issued to who issued it
        await explorer.until(lambda: not chain._waits, "its chain")
        await explorer.shows("61 callers")
        await explorer.settle()
        for key, back in (
            *(("j", "k"), ("down", "up"), ("pagedown", "pageup"), ("space", "b")),
            *(("ctrl+d", "ctrl+u"), ("G", "g"), ("end", "home")),
        ):
            before = listed.item
            await explorer.press(key)
            assert listed.item is not before, key
            await explorer.press(back)
            assert listed.item is before, back
        await explorer.press("tab", "question_mark")
        await explorer.shows("it only read")
        await explorer.press("q", "escape")


async def test_what_is_loaded_meanwhile_joins_the_chain(tmp_path: Path) -> None:
    early, late = log_key("2024/03/05"), log_key("2024/03/04")
    source = SlowSource({early: gz(log(EVENTS[5])), late: gz(log(*EVENTS[:5]))})
    source.gate_of(late)
    async with started(source, text="name:StopLogging") as explorer:
        await explorer.matches(1)
        await explorer.press("c")
        await explorer.shows("1 caller among 1 loaded events", "still reading")
        source.gates[late].set()
        await explorer.shows("3 callers among 6 loaded events")
        await explorer.until(lambda: "still reading" not in explorer.text)


async def test_a_chain_is_kept_in_the_notebook(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="name:StopLogging") as explorer:
        await explorer.press("c")
        await followed(explorer)
        await explorer.press("i")
        await explorer.until(lambda: "kept in" in explorer.notices, "the note")
        await explorer.press("q", "I")
        await explorer.shows("chain  backup: 3 callers, behind it ci-deploy")
        await explorer.press("enter")
        await explorer.until(lambda: isinstance(explorer.app.screen, ExploreScreen))
        await explorer.matches(6)
        assert explorer.filter == f"key:{LEAKED},{STOLEN},{KEPT}"
