"""Event history in the explorer: what AWS looks up, stopping and going on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ctexplore.store.scope import Scope
from ctexplore.tui.command_line import query_command
from ctexplore.tui.whom import as_whom
from tests.lookup_endpoint import LookupEndpoint, event, stamp
from tests.sources.history_at import NOON, TODAY, World
from tests.tui.explorer import started

NAMES = ("RunInstances", "DescribeInstances", "StopInstances")


@pytest.fixture
def world(aws: Path) -> Iterator[World]:
    start = (NOON - timedelta(hours=1)).timestamp()
    calls = [
        event(stamp(start - n * 30), NAMES[n % 3], user=("alice", "bob")[n % 2]) for n in range(240)
    ]
    with LookupEndpoint({"us-east-1": calls}) as endpoint:
        yield World(endpoint)


async def test_the_newest_day_opens_and_what_aws_looks_up_is_said(world: World) -> None:
    source = world.open()
    async with started(source, text="name:runinstances who:alice", size=(120, 30)) as explorer:
        await explorer.loaded()
        await explorer.shows("EventName=RunInstances by AWS, the rest here", "40 of 80")
        assert explorer.screen.desk.folders == (TODAY,)
        assert not world.endpoint.codes()["ThrottlingException"]


async def test_the_newest_day_of_every_region_opens(world: World) -> None:
    world.endpoint.events["eu-west-1"] = [event("2026-11-20T11:30:00Z", region="eu-west-1")]
    async with started(world.open(regions=("us-east-1", "eu-west-1"))) as explorer:
        await explorer.loaded()
        await explorer.shows("241 of 241")
        assert explorer.screen.desk.folders == (TODAY, TODAY.replace("us-east-1", "eu-west-1"))


async def test_a_filter_that_wants_more_asks_for_more(world: World) -> None:
    async with started(world.open(), text="name:RunInstances", size=(120, 30)) as explorer:
        await explorer.loaded()
        await explorer.shows("80 of 80")
        await explorer.press("f")
        await explorer.type(" who:bob")
        await explorer.shows("40 of 80", "by AWS")
        explorer.screen.bar.put("who:bob")
        await explorer.shows("120 of 240")
        assert "by AWS" not in explorer.text


async def test_expired_credentials_halt_and_r_goes_on(world: World) -> None:
    world.endpoint.fail = lambda *_: (
        ("ExpiredTokenException", "expired") if len(world.endpoint.sent) == 3 else None
    )
    source = world.open()
    async with started(source) as explorer:
        await explorer.shows("stopped, r goes on: the credentials expired")
        await explorer.press("r")
        await explorer.loaded()
        await explorer.shows("240 of 240")
        assert len(explorer.screen.desk.session.order.copies) == 0  # type: ignore[union-attr]


async def test_listing_again_finds_what_is_new(world: World) -> None:
    async with started(world.open()) as explorer:
        await explorer.loaded()
        world.endpoint.events["us-east-1"].append(event(stamp(NOON.timestamp() - 5400.5), "New"))
        await explorer.press("R")
        await explorer.loaded()
        await explorer.shows("241 of 241")


def test_the_command_asks_for_the_same(world: World) -> None:
    source = world.open(regions=("us-east-1", "eu-west-1"))
    command = query_command(source, Scope(("",)), "who:alice")
    assert command.text == (
        "ctexplore query who:alice --history --region us-east-1 --region eu-west-1"
    )
    day = query_command(source, Scope((TODAY,)), "who:alice")
    assert "--history" in day.text
    assert "--region us-east-1" in day.text
    assert day.note


def test_as_whom(world: World) -> None:
    assert as_whom(world.open()) == "key AKIATESTTESTTESTTEST"
    assert as_whom(world.open(offline=True)) == "offline"
