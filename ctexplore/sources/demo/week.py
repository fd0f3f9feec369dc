"""Everybody's week: sign-ins, console work, deployments, backups, sessions of machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct

from ctexplore.sources.demo import connect, signins
from ctexplore.sources.demo.cast import (
    AUDITED,
    AUDITOR,
    BACKUP_USER,
    CI_USER,
    MONITORS,
    PEOPLE,
    VENDOR,
    Person,
    machines,
    pipeline,
    service_actor,
    sso_role,
)
from ctexplore.sources.demo.catalogue import SHAPES, drawn
from ctexplore.sources.demo.clock import DAY, DAYS, HOUR
from ctexplore.sources.demo.dice import dice
from ctexplore.sources.demo.fleet import HOME, PROD, REGIONS, SECURITY, STAGES, STAGING
from ctexplore.sources.demo.identity import Actor
from ctexplore.sources.demo.noise import Cue


class Written(Struct, frozen=True):
    """A record that is worded apart from the shapes; ``write`` is called when it is needed.

    delivered: the second its file was delivered, when that was late. copies: in how many
    files the same record lies.
    """

    second: int
    write: Callable[[], str]
    delivered: int = -1
    copies: int = 1


Note = Cue | Written
Place = tuple[str, str]
"""(account, region)"""


def week(seed: int) -> Iterator[tuple[Place, Note]]:
    for account in STAGES:
        for region in REGIONS:
            for actor in machines(account, region):
                yield from _granted(seed, actor, region)
    yield from _across_accounts(seed)
    for day in range(DAYS):
        yield from _backup(day)
        if day < 5:
            for person in PEOPLE:
                yield from _working_day(seed, person, day)
            for account, hours in ((STAGING, (8, 10, 14, 17)), (PROD, (11, 15, 19))):
                for index, hour in enumerate(hours):
                    yield from _deployment(seed, account, day, hour, day * 8 + index)
            yield from _jenkins(day)


def _starts(actor: Actor) -> Iterator[int]:
    start = actor.started(actor.period)
    while start < DAYS * DAY:
        yield start
        start += actor.period


def _granted(seed: int, actor: Actor, region: str) -> Iterator[tuple[Place, Note]]:
    """A service takes the role it was given, for one of its machines, again and again."""
    service = service_actor(actor.account, actor.issuer)
    shape, target = SHAPES["sts:AssumeRole"], (actor.name, actor.session)
    for start in _starts(actor):
        fixed = {"k": actor.key(seed, start)[4:13]}
        yield (actor.account, region), Cue(start, service, start, shape, target, fixed)


def _across_accounts(seed: int) -> Iterator[tuple[Place, Note]]:
    yield from _granted(seed, AUDITOR, HOME)
    for account in (PROD, STAGING):
        for actor, caller in ((MONITORS[account], VENDOR), (AUDITED[account], AUDITOR)):
            for start in _starts(actor):
                for seen_by in (caller.account, account):
                    if seen_by in STAGES:
                        write = partial(signins.from_account, actor, caller, seed, start, seen_by)
                        yield (seen_by, HOME), Written(start, write)


def _working_day(seed: int, person: Person, day: int) -> Iterator[tuple[Place, Note]]:
    rng = dice(seed, "day", person.name, day)
    if rng.random() < 0.08:
        return
    second = day * DAY + person.shift * HOUR + int(rng.random() * 2400)
    goes = person.name == connect.VISITOR and day == connect.DAY
    for account, permission_set in person.sets:
        actor = sso_role(person, account, permission_set)
        yield (
            (SECURITY, HOME),
            Written(
                second, partial(signins.portal, person, actor, seed, second, "UserAuthentication")
            ),
        )
        yield (
            (SECURITY, HOME),
            Written(
                second + 9, partial(signins.portal, person, actor, seed, second + 9, "Federate")
            ),
        )
        start = second + 10
        yield (
            (account, HOME),
            Written(start, partial(signins.with_saml, person, actor, seed, start)),
        )
        yield (
            (account, HOME),
            Written(
                start + 1, partial(signins.console_by_role, person, actor, seed, start, start + 1)
            ),
        )
        for _ in range(3 + int(rng.random() * 4)):
            begin = start + 20 + int(rng.random() * 3.4 * HOUR)
            region = HOME if rng.random() < 0.3 else person.region
            for _ in range(4 + int(rng.random() * 12)):
                at = begin + int(rng.random() * 200)
                if goes:
                    goes = False
                    write = partial(connect.by_browser, actor, seed, start, at, region)
                    yield (account, region), Written(at, write)
                else:
                    yield (account, region), Cue(at, actor, start)
        second += 4 * HOUR + int(rng.random() * 1800)


def _burst(
    actor: Actor, place: Place, start: int, first: int, count: int, span: int
) -> Iterator[tuple[Place, Note]]:
    """``count`` calls, evenly spaced, in the session that began at ``start``."""
    for index in range(count):
        yield place, Cue(first + index * span // count, actor, start)


def _deployment(
    seed: int, account: str, day: int, hour: int, number: int
) -> Iterator[tuple[Place, Note]]:
    """Terraform reads all it knows, then changes a little."""
    rng = dice(seed, "deploy", account, day, hour)
    start = day * DAY + hour * HOUR + int(rng.random() * 3000)
    actor = pipeline(account, 21_780_400_000 + number * 7919)
    place = account, HOME
    yield place, Written(start, partial(signins.by_pipeline, actor, seed, start))
    yield from _burst(actor, place, start, start + 3, 50 + int(rng.random() * 40), 100)
    changes = drawn("apply", HOME)
    for index in range(5 + int(rng.random() * 12)):
        shape = changes[int(rng.random() * len(changes))]
        yield place, Cue(start + 110 + index * 4, actor, start, shape)


def _jenkins(day: int) -> Iterator[tuple[Place, Note]]:
    for hour in (10, 15):
        start = day * DAY + hour * HOUR + 300
        yield from _burst(CI_USER, (PROD, HOME), 0, start, 36, 240)


def _backup(day: int) -> Iterator[tuple[Place, Note]]:
    for index, region in enumerate(REGIONS[:3]):
        start = day * DAY + HOUR + 1800 + index * 420
        yield from _burst(BACKUP_USER, (PROD, region), 0, start, 30, 360)
