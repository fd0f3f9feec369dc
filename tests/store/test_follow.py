"""What is listed when, what that costs, and that nothing new is missed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import boto3
import pytest

from ctexplore.sources.arranged import arrange
from ctexplore.sources.source import LogFile, Page, SourceError
from ctexplore.store.follow.delays import span
from ctexplore.store.follow.follow import Follower, Look
from ctexplore.store.follow.position import Position
from ctexplore.store.peek import peek
from ctexplore.store.scope import Scope
from tests.build import event, gz, log
from tests.following import (
    NOON,
    Day,
    Delivery,
    Enough,
    deliveries,
    expected,
    followed,
    into,
    key_at,
)
from tests.sources.memory_source import MemorySource
from tests.sources.s3_at import s3_at

REGION = "AWSLogs/111122223333/CloudTrail/us-east-1/"
TODAY, YESTERDAY = f"{REGION}2024/01/15/", f"{REGION}2024/01/14/"
OLDER = f"{REGION}2023/12/20/"


class Looks:
    """A follower over a trail of one region, and a clock."""

    def __init__(self, *keys: str, scope: Scope | None = None, page_size: int = 1000) -> None:
        self.source = MemorySource(dict.fromkeys(keys, b"x"), page_size=page_size)
        self.now = NOON
        self.follower = Follower(
            self.source, scope or Scope(("",)), Position(), now=lambda: self.now
        )

    def look(self, **later: float) -> Look:
        self.now += timedelta(**later)
        self.source.requests.clear()
        self.source.starts.clear()
        look = self.follower.look()
        assert look.listed == len(self.source.requests)
        return look

    def new(self, **later: float) -> set[str]:
        look = self.look(**later)
        self.follower.taken(look.files)
        return {file.key for file in look.files}

    def add(self, moment: datetime, number: int = 1) -> str:
        key = key_at(moment, number)
        self.source.files[key] = b"x"
        return key


def ago(**span: float) -> datetime:
    return NOON - timedelta(**span)


NOW, DAY_AGO, WEEKS_AGO = key_at(ago(minutes=5), 1), key_at(ago(days=1), 2), key_at(ago(days=26), 3)
LONG_AGO = key_at(ago(days=40), 4)


def test_a_look_costs_one_list_of_what_comes_after_the_newest_name() -> None:
    looks = Looks(NOW, DAY_AGO, WEEKS_AGO, LONG_AGO)
    assert looks.new() == {NOW, DAY_AGO, WEEKS_AGO}
    assert looks.new(minutes=1) == set()
    assert looks.source.requests == [TODAY]
    assert looks.source.starts[0] == f"{TODAY}111122223333_CloudTrail_us-east-1_20240115T1055Z"


def test_whole_days_are_listed_now_and_then_and_older_ones_seldom() -> None:
    looks = Looks(NOW, DAY_AGO, WEEKS_AGO, LONG_AGO)
    looks.new()
    early, before, weeks = (
        looks.add(ago(hours=9)),
        looks.add(ago(hours=20)),
        looks.add(ago(days=26)),
    )
    assert looks.new(minutes=14) == set()
    assert looks.new(minutes=1) == {early, before}
    assert looks.new(hours=5, minutes=44) == set()
    assert looks.new(minutes=1) == {weeks}
    assert OLDER in looks.source.requests


def test_a_day_of_looks_costs_what_is_written_down() -> None:
    looks = Looks(NOW, *(key_at(ago(days=n), n) for n in range(31)))
    looks.new()
    levels: Counter[str] = Counter()
    for _ in range(24 * 60):
        looks.new(minutes=1)
        for folder in looks.source.requests:
            days = [(looks.now.date() - timedelta(days=n)) for n in (0, 1)]
            recent = [f"{REGION}{day:%Y/%m/%d}/" for day in days]
            dated = folder.count("/") == recent[0].count("/")
            level = recent.index(folder) if folder in recent else 2 if dated else 3
            levels[("today", "yesterday", "before", "above")[level]] += 1
    assert levels["today"] == 1440
    assert levels["yesterday"] == 60 - 4 + 96
    assert levels["before"] <= 120
    # From the bucket down to its months: 4 levels above the region, the region, years, months.
    assert levels["above"] <= 96 * 10


def test_midnight_brings_the_next_days_folder_and_yesterdays_last_files_still_come() -> None:
    looks = Looks(NOW)
    looks.new()
    looks.new(hours=11, minutes=59)
    first = looks.add(looks.now + timedelta(minutes=3), 5)
    assert looks.new(minutes=4) == {first}
    late = looks.add(looks.now - timedelta(minutes=7), 6)
    assert looks.new(minutes=1) == {late}
    looks.new(hours=3)
    looks.new(minutes=1)
    assert set(looks.source.requests) == {f"{REGION}2024/01/16/"}


def test_regions_that_appear_are_followed_from_their_first_file() -> None:
    looks = Looks(NOW)
    looks.new()
    other = key_at(ago(minutes=2), 7, "eu-west-1")
    looks.source.files[other] = b"x"
    assert looks.new(minutes=15) == {other}


def test_regions_and_accounts_that_were_not_asked_for_are_not_listed() -> None:
    other = key_at(ago(minutes=2), 7, "eu-west-1")
    looks = Looks(NOW, other, scope=Scope(("",), regions=frozenset({"us-east-1"})))
    assert looks.new() == {NOW}
    assert not [folder for folder in looks.source.requests if "eu-west-1/" in folder]


def test_a_folder_that_is_denied_is_asked_for_now_and_then_and_the_others_go_on() -> None:
    other = key_at(ago(minutes=2), 7, "eu-west-1")
    looks = Looks(NOW, other)
    closed = other.rpartition("/")[0] + "/"
    looks.source.refused = {closed: SourceError(closed, "not allowed", denied=True)}
    look = looks.look()
    assert [problem.place for problem in look.problems] == [closed]
    assert {file.key for file in look.files} == {NOW}
    looks.follower.taken(look.files)
    looks.look(minutes=1)
    assert looks.source.requests.count(closed) == 0
    looks.source.refused = {}
    assert looks.new(minutes=15) == {other}


def test_what_is_not_taken_comes_again_and_what_is_put_off_comes_later_each_time() -> None:
    looks = Looks(NOW)
    assert len(looks.look().files) == len(looks.look().files) == 1
    pauses = []
    for _ in range(3):
        looks.follower.put_off([LogFile(NOW, 1)])
        waited = 0
        while not looks.look(seconds=5).files:
            waited += 5
        pauses.append(waited + 5)
    assert pauses == [15, 30, 60]
    del looks.source.files[NOW]
    looks.look(minutes=15)
    assert looks.look().files == []


def test_a_flat_bucket_is_listed_each_time() -> None:
    source = MemorySource({key.rpartition("/")[2]: gz(log(event(1))) for key in (NOW, DAY_AGO)})
    position = Position()
    follower = Follower(arrange(source, peek), Scope(("",)), position, now=lambda: NOON)
    follower.taken(follower.look().files)
    new = key_at(NOON, 8).rpartition("/")[2]
    source.files[new] = b"x"
    assert [file.key for file in follower.look().files] == [new]


def test_a_day_in_a_bucket_is_told_once_and_whole(moto: str, tmp_path: Path) -> None:
    client = boto3.client("s3", endpoint_url=moto)
    client.create_bucket(Bucket="logs")

    def put(delivery: Delivery) -> None:
        client.put_object(Bucket="logs", Key=delivery.key, Body=delivery.data)

    put(Delivery(NOON, NOW, gz(log(event(999_999))), ()))
    coming = deliveries(random.Random(11), 25)
    day = Day(put, list(coming), NOON + timedelta(hours=30))
    names: list[str] = []
    for stop in (9, 14, 1000):  # looks until it is ended and begun again

        def kill(step: str, until: int = day.looks + stop) -> None:
            if step == "wait" and day.looks >= until:
                raise KeyboardInterrupt

        day.kill = kill
        source = s3_at(moto)
        printed, _ = followed(day, source, tmp_path / "p.db", interval=2400.0)
        source.close()
        names += printed
        day.pass_by(timedelta(minutes=70))
    assert Counter(names) == expected(coming)
    assert not [line for line in day.said if "goes on from" not in line]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        *((0, "0 s"), (90, "90 s"), (119, "119 s"), (240, "4 min"), (7320, "2 h 2 min")),
        *((-30, "-30 s"), (86400 * 3 + 3600, "3 d 1 h")),
    ],
)
def test_spans(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


class Expiring(MemorySource):
    """A source whose credentials are good for an hour; renewed counts how often they were read
    anew."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.day: Day | None = None
        self.good_until = NOON + timedelta(hours=1)
        self.renewed = 0

    def _check(self) -> None:
        assert self.day is not None
        if self.day.now >= self.good_until:
            reason = "the credentials expired"
            raise SourceError("s3://my-logs/", reason, "renew", retry=True, fatal=True)

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        self._check()
        return super().children(folder, start_after)

    def read(self, file: LogFile) -> bytes:
        self._check()
        return super().read(file)

    def refresh(self) -> None:
        assert self.day is not None
        self.renewed += 1
        self.good_until = self.day.now + timedelta(hours=1)


def _held() -> tuple[int, int]:
    """Open descriptors, and pages of memory in use."""
    process = Path("/proc/self")
    return len(list((process / "fd").iterdir())), int((process / "statm").read_text().split()[1])


def test_a_day_a_minute_at_a_time_with_credentials_that_last_an_hour(tmp_path: Path) -> None:
    """Over midnight, some 1,400 looks: nothing is missed or told twice, nothing is left open, and
    memory does not grow."""
    coming = deliveries(random.Random(5), 60)
    source = Expiring({NOW: gz(log(event(999_999)))})
    day = Day(into(source.files), list(coming), NOON + timedelta(hours=26))
    source.day = day
    held: list[tuple[int, int]] = []
    day.kill = lambda step: held.append(_held()) if step == "wait" else None
    printed, ended = followed(day, source, tmp_path / "p.db", interval=60.0)
    assert isinstance(ended, Enough)
    told = expected(coming)
    assert Counter(printed) - Counter({"Event999999": 1}) == told
    assert day.looks > 1300
    assert source.renewed >= 22
    settled = held[100:]
    assert max(open_files for open_files, _ in settled) == settled[0][0]
    assert settled[-1][1] <= settled[0][1] * 1.05
