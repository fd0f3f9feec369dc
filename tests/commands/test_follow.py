"""``ctexplore follow``: each new event once, whatever comes late, twice or after midnight, and
wherever the process ends."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.commands.failure import Failure
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.follow.position import CannotKeep, Position
from tests.build import event, events, gz, log
from tests.following import (
    MIDNIGHT,
    NOON,
    Day,
    Delivery,
    Enough,
    deliveries,
    expected,
    followed,
    in_folder,
    into,
    key_at,
    stamp,
)
from tests.sources.memory_source import MemorySource

EARLIER = key_at(NOON - timedelta(minutes=10), 9_000)


class Trail(MemorySource):
    """identity is that of the bucket, not of this object. broken: what reading raises."""

    def __init__(self) -> None:
        super().__init__({EARLIER: gz(log(event(999_999)))})
        self.identity = "memory:followed"
        self.broken: dict[str, list[SourceError]] = {}

    def read(self, file: LogFile) -> bytes:
        if waiting := self.broken.get(file.key):
            raise waiting.pop(0)
        return super().read(file)


def day_of(trail: Trail, coming: list[Delivery], hours: float = 40) -> Day:
    return Day(into(trail.files), list(coming), NOON + timedelta(hours=hours))


@settings(max_examples=6)
@given(st.integers(0, 10**6), st.sampled_from([120.0, 600.0, 1700.0]))
def test_a_day_is_told_once_and_whole(seed: int, interval: float) -> None:
    coming = deliveries(random.Random(seed), 30)
    trail = Trail()
    day = day_of(trail, coming)
    names, ended = followed(day, trail, Path(":memory:"), interval=interval)
    assert isinstance(ended, Enough)
    assert Counter(names) == expected(coming)
    assert day.said == []


def test_a_day_in_a_folder_is_told_once_and_whole(tmp_path: Path) -> None:
    coming = deliveries(random.Random(7), 60)
    logs = tmp_path / "logs"
    put = in_folder(logs)
    put(Delivery(NOON, EARLIER, gz(log(event(999_999))), ()))
    day = Day(put, list(coming), NOON + timedelta(hours=30))
    names, _ = followed(day, FolderSource(logs), tmp_path / "p" / "position.db")
    assert Counter(names) == expected(coming)


class Killed(BaseException):
    """As by kill -9: nothing is done on the way out."""


@settings(max_examples=10)
@given(
    st.integers(0, 10**6),
    st.lists(st.tuples(st.sampled_from(["before", "after", "wait"]), st.integers(1, 25))),
)
def test_a_process_that_is_killed_anywhere_loses_nothing_and_repeats_at_most_the_last_line(
    tmp_path_factory: pytest.TempPathFactory, seed: int, kills: list[tuple[str, int]]
) -> None:
    position = tmp_path_factory.mktemp("follow") / "position.db"
    coming = deliveries(random.Random(seed), 25)
    trail = Trail()
    day = day_of(trail, coming)
    printed: list[str] = []
    repeats = 0
    for where, after in [*kills, ("never", 0)]:
        steps = [after]

        def kill(step: str, where: str = where, steps: list[int] = steps) -> None:
            steps[0] -= step == where
            if step == where and steps[0] <= 0:
                raise Killed

        day.kill = kill
        names, ended = followed(day, trail, position)
        printed += names
        if isinstance(ended, Killed):
            repeats += where == "after"
            day.pass_by(timedelta(minutes=37))  # what comes meanwhile is new, too
        else:
            break
    counts = Counter(printed)
    assert counts.keys() == expected(coming).keys()
    assert sum(counts.values()) - len(counts) <= repeats


def test_only_what_matches_is_told_and_the_filter_is_asked_of_records(tmp_path: Path) -> None:
    coming = deliveries(random.Random(3), 20)
    trail = Trail()
    names, _ = followed(day_of(trail, coming), trail, tmp_path / "p.db", "i-00000015")
    assert set(names) <= {"Event21"}
    assert ("Event21" in expected(coming)) == bool(names)


def test_since_tells_what_is_there_and_goes_on(tmp_path: Path) -> None:
    trail = Trail()
    for n in (1, 2, 3):
        at = NOON - timedelta(days=n * 20)
        trail.files[key_at(at, n)] = gz(log(event(n, eventTime=stamp(at))))
    coming = [Delivery(NOON + timedelta(hours=1), key_at(NOON, 8), gz(log(event(8))), ("Event8",))]
    day = day_of(trail, coming, hours=2)
    since = NOON - timedelta(days=45)
    names, _ = followed(day, trail, tmp_path / "p.db", since=since)
    # Event8's time, in March, is after ``since`` as well.
    assert names == ["Event2", "Event1", "Event999999", "Event8"]
    assert followed(day, trail, tmp_path / "p.db", since=since)[0] == []


def test_what_was_delivered_while_nobody_looked_for_months_is_told(tmp_path: Path) -> None:
    trail = Trail()
    day = day_of(trail, [], hours=1)
    assert followed(day, trail, tmp_path / "p.db")[0] == []
    at = NOON + timedelta(days=10)
    trail.files[key_at(at, 1)] = gz(log(event(1, eventTime=stamp(at))))
    day.now += timedelta(days=90)
    day.end = day.now + timedelta(hours=1)
    assert followed(day, trail, tmp_path / "p.db")[0] == ["Event1"]
    assert day.said == ["goes on from 2024-01-15 13:00:00Z; --anew begins anew"]


def test_a_day_that_was_named_rolls_over(tmp_path: Path) -> None:
    coming = [
        Delivery(at, key_at(at, n), gz(log(event(n, eventTime=stamp(at)))), (f"Event{n}",))
        for n, at in enumerate([MIDNIGHT - timedelta(minutes=9), MIDNIGHT + timedelta(minutes=9)])
    ]
    trail = Trail()
    folder = EARLIER.rpartition("/")[0] + "/"
    day = day_of(trail, coming, hours=13)
    assert followed(day, trail, tmp_path / "p.db", folders=(folder,))[0] == ["Event0", "Event1"]


THROTTLED = SourceError("s3://my-logs/", "S3 asks to slow down", retry=True)
EXPIRED = SourceError("s3://my-logs/", "the credentials expired", "renew", retry=True, fatal=True)
REFUSED = SourceError("s3://my-logs/x", "not allowed", "allow s3:GetObject", denied=True)


def test_listings_that_fail_are_told_once_tried_less_often_and_lose_nothing(
    tmp_path: Path,
) -> None:
    coming = deliveries(random.Random(5), 30)
    trail = Trail()
    day = day_of(trail, coming)
    folder = EARLIER.rpartition("/")[0] + "/"

    def put(delivery: Delivery) -> None:
        trail.files[delivery.key] = delivery.data
        left = len(day.coming)
        trail.refused = {folder: THROTTLED} if 10 < left < 20 else {}

    day.put = put
    names, _ = followed(day, trail, tmp_path / "p.db", interval=60.0)
    assert Counter(names) == expected(coming)
    assert day.said == [f"{THROTTLED}; it is tried again", "s3://my-logs/: can be listed again"]


def test_expired_credentials_halt_reading_and_it_goes_on_when_they_are_renewed(
    tmp_path: Path,
) -> None:
    coming = deliveries(random.Random(5), 12)
    trail = Trail()
    trail.broken = {delivery.key: [EXPIRED] * 3 for delivery in coming[3:5]}
    day = day_of(trail, coming)
    names, _ = followed(day, trail, tmp_path / "p.db")
    assert Counter(names) == expected(coming)
    assert day.said.count(f"{EXPIRED}; it is tried again") == 1


def test_a_file_that_cannot_be_read_is_told_once_and_read_when_it_can_be(tmp_path: Path) -> None:
    coming = deliveries(random.Random(6), 12)
    trail = Trail()
    trail.broken = {coming[2].key: [REFUSED] * 4}
    day = day_of(trail, coming)
    names, _ = followed(day, trail, tmp_path / "p.db")
    assert Counter(names) == expected(coming)
    assert day.said == [f"failed: {coming[2].key}: not allowed (allow s3:GetObject)"]


def test_nothing_that_can_be_listed_is_an_error_at_the_start(tmp_path: Path) -> None:
    trail = Trail()
    trail.refused = {"": EXPIRED}
    _, ended = followed(day_of(trail, []), trail, tmp_path / "p.db")
    assert isinstance(ended, Failure)
    assert "the credentials expired" in str(ended)


def test_a_local_file_that_grows_is_told_as_far_as_it_is_there(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    whole = gz(log(*events(*range(1, 40))))
    stages = [whole[: len(whole) // 2], whole, gz(log(*events(*range(1, 60))))]

    def put(delivery: Delivery) -> None:
        (logs / "a.json.gz").write_bytes(delivery.data)

    times = [NOON + timedelta(seconds=10 * n) for n in (1, 2, 3)]
    coming = [Delivery(at, "", data, ()) for at, data in zip(times, stages, strict=True)]
    day = Day(put, coming, NOON + timedelta(minutes=1))
    names, _ = followed(day, FolderSource(logs), tmp_path / "p.db", interval=2.0)
    assert Counter(names) == Counter(f"Event{n}" for n in range(1, 60))
    assert day.said == []


def test_a_local_file_that_stays_damaged_is_told(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    half = gz(log(*events(1, 2)))[:-20]
    day = Day(
        lambda d: (logs / "a.json.gz").write_bytes(d.data) and None,
        [Delivery(NOON + timedelta(seconds=3), "", half, ())],
        NOON + timedelta(minutes=5),
    )
    followed(day, FolderSource(logs), tmp_path / "p.db", interval=2.0)
    assert day.said == [
        "partial: a.json.gz: the gzip data is cut off",
        "partial: a.json.gz: cut off after 1 records at byte 673",
    ]


def test_the_position_is_private_and_one_follows_from_it(tmp_path: Path) -> None:
    file = tmp_path / "state" / "follow" / "p.db"
    first = Position(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(CannotKeep, match="followed already"):
        Position(file)
    first.close()
    Position(file).close()


def test_a_position_that_is_no_database_or_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.db").write_bytes(b"no database" * 1000)
    with pytest.raises(CannotKeep, match="cannot be read"):
        Position(tmp_path / "p.db")
    (tmp_path / "link.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotKeep, match=r"link\.db"):
        Position(tmp_path / "link.db")
    assert not (tmp_path / "elsewhere").exists()


def test_a_position_forgets_what_can_come_no_more(tmp_path: Path) -> None:
    position = Position(tmp_path / "p.db")
    old, new = LogFile("old", 1), LogFile("new", 1)
    position.add_files([old], NOON.date() - timedelta(days=40))
    position.add_files([new], NOON.date() - timedelta(days=30))
    position.add_event(1, NOON.date() - timedelta(days=40))
    position.add_event(2, NOON.date())
    position.forget_before(NOON.date())
    assert position.unread([old, new]) == [old]
    assert position.untold([1, 2]) == [True, False]
