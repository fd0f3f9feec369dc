"""A day of a trail under a fake clock: files come in time, late, twice, and after midnight."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct, field

from ctexplore.commands.follow import follow
from ctexplore.commands.follow_loop import Said
from ctexplore.commands.print_new import Lines
from ctexplore.export.fields import fields
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.sources.source import Source
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.follow.position import Position
from ctexplore.store.scope import Limits, Scope
from tests.build import event, gz, log
from tests.sources.memory_source import log_key

NOON = datetime(2024, 1, 15, 12, tzinfo=UTC)
MIDNIGHT = datetime(2024, 1, 16, tzinfo=UTC)
REGIONS = ("us-east-1", "eu-west-1")


class Enough(BaseException):
    """The end of the day, or of the process."""


class Delivery(Struct, frozen=True):
    """A log file that comes to be at a moment, whatever its name says."""

    at: datetime
    key: str
    data: bytes
    names: tuple[str, ...]


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def key_at(moment: datetime, number: int, region: str = REGIONS[0]) -> str:
    day, minute = f"{moment:%Y/%m/%d}", f"{moment:%H%M}"
    return log_key(day, minute, region=region, unique=f"{number:016}")


def deliveries(chance: random.Random, files: int, hours: int = 24) -> list[Delivery]:
    """What is delivered from noon on, one after the other; some of it was due long before."""
    made: list[Delivery] = []
    told: list[tuple[int, datetime]] = []
    for number in range(files):
        at = NOON + timedelta(seconds=chance.randrange(hours * 3600))
        # How much earlier the file should have been there, by its name.
        late = timedelta(minutes=chance.choice([0, 0, 0, 2, 7, 50, 70, 600, 1500, 60 * 24 * 12]))
        named = at - late
        own = [(number * 10 + n, named - timedelta(seconds=chance.randrange(900))) for n in (1, 2)]
        again = chance.sample(told, min(len(told), chance.choice([0, 0, 1, 3])))
        records = [event(n, eventTime=stamp(moment)) for n, moment in (*own, *again)]
        key = key_at(named, number, chance.choice(REGIONS))
        names = tuple(f"Event{n}" for n, _ in (*own, *again))
        made.append(Delivery(at, key, gz(log(*records)), names))
        told += own
    return sorted(made, key=lambda delivery: delivery.at)


class Day(Struct):
    """A clock that delivers as it goes. put: gives a file to the source. kill: raises when it
    wants the process to end here; it is told how many steps were taken."""

    put: Callable[[Delivery], None]
    coming: list[Delivery]
    end: datetime
    now: datetime = NOON
    kill: Callable[[str], None] = lambda _step: None
    looks: int = 0
    said: list[str] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.looks += 1
        self.pass_by(timedelta(seconds=seconds))
        self.kill("wait")
        if self.now > self.end and not self.coming:
            raise Enough

    def pass_by(self, span: timedelta) -> None:
        self.now += span
        while self.coming and self.coming[0].at <= self.now:
            self.put(self.coming.pop(0))


class Out(io.BytesIO):
    """Where lines go; the process may end just before or just after one is out."""

    def __init__(self, day: Day) -> None:
        super().__init__()
        self._day = day

    def write(self, data: object) -> int:
        self._day.kill("before")
        written = super().write(data)  # type: ignore[arg-type]
        self._day.kill("after")
        return written


def followed(
    day: Day,
    source: Source,
    position: Path,
    text: str = "",
    *,
    interval: float = 300.0,
    since: datetime | None = None,
    folders: tuple[str, ...] = ("",),
) -> tuple[list[str], BaseException]:
    """The names of the events that one run prints, and what ended it."""
    out = Out(day)
    lines = Lines("table", fields("name"), width=None, csv_raw=False, head=True)
    ended: BaseException = Enough()
    with closing(Position(None if position.name == ":memory:" else position)) as kept:
        try:
            follow(
                source,
                NoCache(""),
                Scope(folders, since),
                Limits(),
                kept,
                wanted=Filter(parse(text, NOON)) if text else None,
                lines=lines,
                out=out,  # type: ignore[arg-type]
                interval=interval,
                said=Said(day.said.append),
                now=lambda: day.now,
                wait=day.wait,
            )
        except BaseException as error:
            ended = error
    return out.getvalue().decode().split(), ended


def expected(came: Iterable[Delivery]) -> Counter[str]:
    return Counter({name for delivery in came for name in delivery.names})


def into(files: dict[str, bytes]) -> Callable[[Delivery], None]:
    def put(delivery: Delivery) -> None:
        files[delivery.key] = delivery.data

    return put


def in_folder(folder: Path) -> Callable[[Delivery], None]:
    def put(delivery: Delivery) -> None:
        file = folder / delivery.key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(delivery.data)

    return put
