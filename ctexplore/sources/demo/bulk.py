"""Trails of any size for measuring: files of equal length, a wide cast, no story.

*dense* has 250 events in a file, *tiny* 8, as trails of quiet accounts do.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ctexplore.sources.demo.cast import (
    BOTO,
    CHROME,
    CLI,
    DOMAIN,
    FIREFOX,
    JAVA,
    SSM_AGENT,
    TERRAFORM,
)
from ctexplore.sources.demo.clock import DAY, HOUR, date, file_time
from ctexplore.sources.demo.dice import hexdigits, unique_string
from ctexplore.sources.demo.files import Made, envelope
from ctexplore.sources.demo.fleet import APPS, PROD, SECURITY, STAGING, make
from ctexplore.sources.demo.identity import Actor
from ctexplore.sources.demo.noise import Pen
from ctexplore.sources.demo.plan import PLACES

PER_FILE = {"dense": 250, "tiny": 8}
NOVEL = 0.046
"""Of the events whose target is a thing; with query ids and the like 5 % of all targets occur
in one event only."""

_SLOT = 300
_PEOPLE = {PROD: 204, STAGING: 82, SECURITY: 42}
_SERVICES = (
    ("config", "recorder"), ("autoscaling", "autoscaling"), ("ecs", "ecs"), ("eks", "eks"),
    ("inspector2", "audit"), ("securityhub", "security"), ("rds", "decrypt"),
    ("elasticache", "decrypt"), ("backup", "backup"), ("support", "monitor"),
)  # fmt: skip
_SELF = (
    ("cloudtrail", "trail"), ("lambda", "assume"), ("delivery.logs", "delivery"),
    ("dynamodb", "decrypt"), ("ec2", "assume"), ("secretsmanager", "decrypt"),
    ("config", "delivery"), ("glue", "decrypt"), ("ecs-tasks", "assume"), ("sqs", "decrypt"),
)  # fmt: skip


def _addresses(account: str, number: int) -> tuple[str, ...]:
    """One of its own, for most one more that two share; all from networks for documentation."""
    before = sum(count for name, count in _PEOPLE.items() if name < account)
    own, everybody = before + number, sum(_PEOPLE.values())
    shared = everybody + own * (500 - everybody) // everybody
    return tuple(
        f"{('198.51.100', '203.0.113')[value // 250]}.{1 + value % 250}"
        for value in (own, shared)[: 1 + (number % 5 > 0)]
    )


def _actor(account: str, number: int) -> Actor:
    turn, index = number % 20, number // 20
    app = f"{APPS[number % 8]}-{hexdigits(5, 'app', account, number)}"
    addresses = _addresses(account, number)
    if turn < 6:
        return Actor("AssumedRole", account, f"{app}-role", app, period=2 * HOUR,
                     addresses=addresses, agent=BOTO, habit="function")  # fmt: skip
    if turn < 10:
        instance, _ = make("instance", int(hexdigits(16, "i", account, number), 16), account)
        return Actor("AssumedRole", account, f"{app}-node", instance, period=6 * HOUR,
                     addresses=addresses, agent=SSM_AGENT, channel="vpce",
                     habit="instance")  # fmt: skip
    if turn < 13:
        return Actor("AssumedRole", account, f"AWSReservedSSO_Team_{hexdigits(16, number)}",
                     f"{app}@{DOMAIN}", "/aws-reserved/sso.amazonaws.com/", period=8 * HOUR,
                     addresses=addresses, agent=(CHROME, FIREFOX)[number % 2], mfa=True,
                     channel="console", habit=("developer", "operator")[index % 2])  # fmt: skip
    if turn < 14:
        return Actor("AssumedRole", account, f"{app}-deploy", f"run-{number}", period=HOUR,
                     addresses=addresses, agent=TERRAFORM, habit="everything")  # fmt: skip
    if turn < 18:
        return Actor("IAMUser", account, f"{app}-user", period=HOUR, addresses=addresses,
                     agent=(CLI, JAVA)[number % 2], habit="everything")  # fmt: skip
    if turn < 19:
        name, habit = _SERVICES[index % len(_SERVICES)]
        service = f"{name}.amazonaws.com"
        return Actor("AssumedRole", account, f"AWSServiceRoleFor{name}", name.upper(),
                     f"/aws-service-role/{service}/", invoked_by=service, period=6 * HOUR,
                     channel="service", habit=habit)  # fmt: skip
    name, habit = _SELF[index % len(_SELF)]
    return Actor("AWSService", account, f"{name}.amazonaws.com", channel="service", habit=habit)


@cache
def cast(account: str) -> tuple[Actor, ...]:
    """Who acts in an account, the busy ones several times."""
    out: list[Actor] = []
    for number in range(_PEOPLE[account]):
        actor = _actor(account, number)
        busy = 1 + int(hexdigits(2, "busy", account, number), 16) // 43
        if actor.kind == "AWSService":
            busy = 8 if actor.habit == "assume" else 30
        out += [actor] * busy
    return tuple(out)


def bulk_files(seed: int, events: int, shape: str) -> Iterator[tuple[str, Made]]:
    """(folder, file) with exactly this many events in all; every place has a file each slot."""
    per_file = PER_FILE[shape]
    for index, start in enumerate(range(0, events, per_file)):
        turn, place = divmod(index, len(PLACES))
        account, region = PLACES[place]
        first, delivered = turn * _SLOT, (turn + 1) * _SLOT
        count = min(per_file, events - start)
        pen = Pen(seed, account, region, f"{shape} {index}", NOVEL)
        timed = sorted(pen.background(cast(account), count, first, delivered))
        unique = unique_string(seed, shape, index)
        name = f"{account}_CloudTrail_{region}_{file_time(delivered)}_{unique}.json.gz"
        folder = f"AWSLogs/{account}/CloudTrail/{region}/{date(delivered // DAY, '/')}/"
        content = envelope(text for _, _, text in timed)
        yield folder, Made(name, content, delivered, count)
