"""Following Event history: what it is asked for, and that each event is told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.follow.follow import Follower
from ctexplore.store.follow.position import Position
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from tests.following import Day, Delivery, followed
from tests.lookup_endpoint import LookupEndpoint, event, stamp
from tests.sources.history_at import NOON, TODAY, World


@pytest.fixture
def world(aws: Path) -> Iterator[World]:
    with LookupEndpoint({}) as endpoint:
        endpoint.events["us-east-1"] = [
            an_event(NOON - timedelta(hours=n), -n) for n in range(1, 9)
        ]
        yield World(endpoint)


def an_event(at: datetime, number: int) -> dict[str, object]:
    return event(stamp(at.timestamp()), f"Event{number}", id=f"{number & 0xFFFFFFFF:08x}-0")


def day_of(world: World, events: int) -> Day:
    """An event each twelve minutes, found in Event history five minutes after it happened."""

    class Both(Day):
        def pass_by(self, span: timedelta) -> None:
            super().pass_by(span)
            world.now = self.now

    def put(delivery: Delivery) -> None:
        number = int(delivery.key)
        made = an_event(delivery.at - timedelta(minutes=5), number)
        world.endpoint.events["us-east-1"].append(made)

    times = [NOON + timedelta(minutes=12 * n) for n in range(1, events + 1)]
    coming = [Delivery(at, str(n), b"", (f"Event{n}",)) for n, at in enumerate(times)]
    return Both(put, coming, times[-1] + timedelta(minutes=30), NOON)


def test_each_event_is_told_once_over_midnight_and_a_new_beginning(
    world: World, tmp_path: Path
) -> None:
    day = day_of(world, 64)
    names: list[str] = []
    for stop in (20, 1000):

        def kill(step: str, stop: int = stop) -> None:
            if step == "wait" and day.looks >= stop:
                raise KeyboardInterrupt

        day.kill = kill
        names += followed(day, world.open(), tmp_path / "p.db", interval=600.0)[0]
    assert Counter(names) == Counter(f"Event{n}" for n in range(64))


def test_the_past_is_not_asked_for(world: World, tmp_path: Path) -> None:
    day = day_of(world, 1)
    followed(day, world.open(), tmp_path / "p.db", interval=600.0)
    asked = min(sent.params["StartTime"] for sent in world.endpoint.sent)
    assert asked >= (NOON - timedelta(minutes=31)).timestamp()


def test_in_the_explorer_an_event_that_is_answered_again_is_no_copy(world: World) -> None:
    source = world.open()
    session = Session(source, MemoryCache(), Scope((TODAY,)))
    list(session.load())
    assert session.table.count == 8
    follower = Follower(source, session.scope, Position(), now=lambda: world.now)
    for minute in range(5):
        world.now = NOON + timedelta(minutes=minute)
        world.endpoint.events["us-east-1"].append(
            an_event(world.now - timedelta(minutes=1), minute)
        )
        look = follower.look()
        follower.taken(look.files)
        session.more(look.found, look.listed)
        list(session.load())
    session.order.update()
    assert session.table.count == 13
    assert not len(session.order.copies)
