"""``L``: what comes while the explorer is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.scope import Scope
from ctexplore.tui import follow_screen
from ctexplore.tui.following import Following
from tests.build import event, gz, log
from tests.following import MIDNIGHT, NOON, key_at, stamp
from tests.tui.explorer import Explorer, SlowSource, opened

REGION = "AWSLogs/111122223333/CloudTrail/us-east-1/"
OLD = [NOON - timedelta(minutes=m) for m in range(20, 60)]


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Looks come one after the other, at a time of its own."""
    clock = Clock()
    quick = partial(Following, now=clock, interval=0.02)
    monkeypatch.setattr(follow_screen, "Following", quick)
    yield clock


def trail(*, local: bool = True) -> SlowSource:
    """Forty events of the hour before noon, in two files."""
    made = SlowSource({}, local=local)
    for half in (0, 1):
        times = OLD[half * 20 : half * 20 + 20]
        add(made, NOON - timedelta(minutes=15), half, *times)
    return made


def add(source: SlowSource, named: datetime, number: int, *times: datetime) -> str:
    """Deliver events, each named after its time of day, in a file with a time in its name."""
    key = key_at(named, number)
    records = [
        event(t.day * 100_000 + t.hour * 3600 + t.minute * 60 + t.second, eventTime=stamp(t))
        | {"eventName": f"At{t:%d%H%M%S}"}
        for t in times
    ]
    source.files[key] = gz(log(*records))
    return key


def names(explorer: Explorer) -> list[str]:
    view = explorer.screen.events.view
    assert view is not None
    return [view.table.text("name", row) for row in view.rows.tolist()]


async def test_new_events_come_marked_and_the_cursor_keeps_its_event_and_line(
    clock: Clock,
) -> None:
    source = trail()
    async with opened(source) as explorer:
        await explorer.press("j", "j", "j", "j")
        here, line = explorer.here, explorer.rows.index(explorer.here)
        await explorer.press("L")
        await explorer.shows("following · looked 12:00:00Z · 0 new")
        clock.now += timedelta(minutes=1)
        happened = NOON - timedelta(minutes=4)
        add(source, NOON, 3, happened, happened + timedelta(seconds=1))
        await explorer.matches(42)
        await explorer.shows("looked 12:01:00Z · 2 new · delivered after 4 min, seen 60 s later")
        assert explorer.here == here
        assert explorer.rows.index(explorer.here) == line
        assert not [row for row in explorer.rows if "•" in row]
        await explorer.press("g")
        assert [row[1] for row in explorer.rows[:3]] == ["•", "•", " "]
        assert "At15115601" in explorer.rows[0]
        assert "3 files = 3 read + 0 failed" in explorer.text
        clock.now += timedelta(minutes=11)
        await explorer.until(lambda: "•" not in explorer.text, "old news")
        await explorer.press("L")
        await explorer.until(lambda: "following" not in explorer.text)
        add(source, NOON, 4, happened + timedelta(seconds=2))
        for _ in range(20):
            await explorer.pilot.pause(0.01)
        assert len(names(explorer)) == 42


async def test_a_list_that_nobody_touched_shows_the_newest(clock: Clock) -> None:
    source = trail()
    async with opened(source) as explorer:
        await explorer.press("L")
        await explorer.shows("looked")
        add(source, NOON, 3, NOON - timedelta(minutes=1))
        await explorer.matches(41)
        assert "At15115900" in explorer.here


async def test_a_mark_of_ones_own_stands_before_that_of_what_is_new(clock: Clock) -> None:
    source = trail()
    async with opened(source) as explorer:
        await explorer.press("L")
        await explorer.shows("looked")
        add(source, NOON, 3, NOON - timedelta(minutes=1))
        await explorer.matches(41)
        await explorer.press("g", "m")
        assert explorer.rows[0][1] == "*"


async def test_at_midnight_the_next_days_folder_is_followed_and_no_event_comes_twice(
    clock: Clock,
) -> None:
    source = trail(local=False)
    day = f"{REGION}2024/01/15/"
    clock.now = MIDNIGHT - timedelta(minutes=1)
    wanted = Scope((day,))
    # Delivered after midnight before it was opened, with events of both days.
    second = timedelta(seconds=1)
    add(source, MIDNIGHT, 3, MIDNIGHT - second, MIDNIGHT + second)
    async with opened(source, wanted=wanted) as explorer:
        explorer.screen.open((day,))
        await explorer.loaded()
        await explorer.matches(41)
        clock.now = MIDNIGHT + timedelta(minutes=1)
        await explorer.press("L")
        await explorer.matches(42)
        add(source, MIDNIGHT + timedelta(minutes=5), 4, MIDNIGHT + 2 * second)
        clock.now = MIDNIGHT + timedelta(minutes=6)
        await explorer.matches(43)
        assert names(explorer)[:3] == ["At16000002", "At16000001", "At15235959"]
        assert len(set(names(explorer))) == 43
        assert "copies" not in explorer.text


async def test_another_folder_is_followed_once_it_is_opened(clock: Clock) -> None:
    source = trail()
    other = key_at(NOON, 9, "eu-west-1").rpartition("/")[0] + "/"
    source.files[f"{other}a.json.gz"] = gz(log(event(1)))
    async with opened(source) as explorer:
        await explorer.press("L")
        await explorer.shows("looked")
        explorer.screen.open((other,))
        await explorer.matches(1)
        await explorer.shows("looked")
        add(source, NOON, 3, NOON)
        source.files[f"{other}b.json.gz"] = gz(log(event(2)))
        await explorer.matches(2)
        assert set(names(explorer)) == {"Event1", "Event2"}


async def test_a_listing_that_fails_is_said_and_followed_on(clock: Clock) -> None:
    source = trail()
    async with opened(source) as explorer:
        await explorer.press("L")
        await explorer.shows("looked")
        slow = SourceError("s3://my-logs/", "S3 asks to slow down", retry=True)
        source.refused = {"": slow}
        await explorer.shows("cannot list: S3 asks to slow down")
        source.refused = {}
        add(source, NOON, 3, NOON)
        await explorer.matches(41)
        await explorer.until(lambda: "cannot list" not in explorer.text)


async def test_a_look_that_meets_expired_credentials_ends_it_and_l_goes_on_without_a_loss(
    clock: Clock,
) -> None:
    source = trail()
    async with opened(source) as explorer:
        await explorer.press("L")
        await explorer.shows("looked")
        source.refused = {
            "": SourceError("my-logs", "the credentials expired", fatal=True, retry=True)
        }
        await explorer.shows("follows no more, L goes on: the credentials expired")
        add(source, NOON, 3, NOON)
        source.refused = {}
        await explorer.press("L")
        await explorer.matches(41)
        await explorer.until(lambda: "follows no more" not in explorer.text)


async def test_offline_there_is_nothing_to_follow(clock: Clock) -> None:
    source = trail()
    source.offline = True  # type: ignore[attr-defined]
    async with opened(source) as explorer:
        await explorer.press("L")
        await explorer.until(lambda: "offline" in explorer.notices)
        assert not explorer.screen.follows


async def test_expired_credentials_halt_it_and_r_goes_on_without_a_loss(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = trail(local=False)
    async with opened(source) as explorer:
        await explorer.press("L")
        await explorer.shows("looked")
        key = key_at(NOON, 3)
        expired = SourceError(key, "the credentials expired", retry=True, fatal=True)
        source.broken[key] = expired
        add(source, NOON, 3, NOON)
        await explorer.shows("stopped, r goes on: the credentials expired")
        del source.broken[key]
        add(source, NOON, 4, NOON + timedelta(seconds=1))
        await explorer.press("r")
        await explorer.matches(42)
        await explorer.shows("2 new")


async def test_what_was_not_read_before_is_not_counted_again(clock: Clock) -> None:
    source = trail()
    broken = key_at(NOON, 7)
    source.files[broken] = b"\x1f\x8bnot gzip"
    source.files[f"{REGION}notes.pdf"] = b"%PDF"
    async with opened(source) as explorer:
        counts = next(line for line in explorer.lines if "files =" in line)
        await explorer.press("L")
        await explorer.shows("looked")
        for _ in range(10):
            await explorer.pilot.pause(0.01)
        assert counts.split("·")[0].rstrip() in explorer.text
        assert source.reads.count(broken) == 1


async def test_of_a_file_that_grows_what_is_new_comes_in(clock: Clock) -> None:
    class Growing(SlowSource):
        def children(self, folder: str, start_after: str = ""):  # type: ignore[no-untyped-def]
            for page in super().children(folder, start_after):
                page.files = [
                    LogFile(f.key, f.size, f"v{hash(self.files[f.key])}") for f in page.files
                ]
                yield page

    source = Growing({"a.json": log(event(1))})
    async with opened(source, size=(120, 50)) as explorer:
        await explorer.press("L")
        await explorer.shows("looked")
        source.files["a.json"] = log(event(1), event(2))
        await explorer.matches(2)
        assert "copy" not in explorer.text
        await explorer.press("enter")
        await explorer.shows("i-00000002")


async def test_the_option_follows_from_the_start(clock: Clock) -> None:
    source = trail()
    async with opened(source) as explorer:
        explorer.screen.follows = True
        explorer.screen.open(("",))
        await explorer.shows("following · looked")
