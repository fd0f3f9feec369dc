"""One of each thing that is rare in a trail and that a reader must survive.

Root, failed sign-ins, a hostile user agent, an event without an identity type, a correction
and copies of one event.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ctexplore.sources.demo import signins
from ctexplore.sources.demo.cast import BACKUP_USER, CLI, FIREFOX
from ctexplore.sources.demo.clock import DAY, HOUR, moment
from ctexplore.sources.demo.clues import THIEF_ADDRESSES
from ctexplore.sources.demo.dice import guid
from ctexplore.sources.demo.fleet import HOME, PROD, REGIONS, SECURITY, STAGING, pool
from ctexplore.sources.demo.records import Call, Caller, record, text
from ctexplore.sources.demo.week import Note, Place, Written

HOSTILE_AGENT = (
    "Mozilla/5.0 \x1b[2J\x1b[1;31mACCOUNT CLOSED\x1b[0m \x1b]0;owned\x07"
    "\x1b]8;;https://phish.example/\x1b\\click\x1b]8;;\x1b\\ [bold]b[/] \u202egpj.exe\r\n"
)
"""Clears a screen, sets a title, plants a link, mixes in markup and turns text round."""

UPDATED = guid("odd", "updated")
CORRECTION = guid("odd", "correction")


def oddities() -> Iterator[tuple[Place, Note]]:
    home = (PROD, HOME)
    for index in range(9):
        second = moment("03-04 22:14:03") + index * 6
        agent = HOSTILE_AGENT if index == 4 else FIREFOX
        login = partial(
            signins.console, signins.unknown_user(PROD), second, PROD, THIEF_ADDRESSES[0],
            agent=agent, failure="No username found in supplied account",
        )  # fmt: skip
        yield home, Written(second, login)
    yield from _legacy_user()
    yield from _root()
    yield from _correction()
    for day in range(7):
        second = day * DAY + 2 * HOUR + 77
        for index, region in enumerate(REGIONS[:3]):
            write = partial(_rotation, second + index, region)
            yield (PROD, region), Written(second + index, write)
    for index in range(38):
        second = moment("03-05 12:00:00") + index * 97
        write = partial(_trail_status, second)
        yield home, Written(second, write, copies=2)


def _legacy_user() -> Iterator[tuple[Place, Note]]:
    """Olga still has a password of her own, and sometimes mistypes it."""
    for day in range(5):
        second = day * DAY + 9 * HOUR + 613 * (day + 1)
        address = "198.51.100.30"
        if day in (1, 3):
            failed = partial(
                signins.console_by_user, STAGING, "olga.petrova", second - 20, address,
                mfa=True, failure="Failed authentication",
            )  # fmt: skip
            yield (STAGING, HOME), Written(second - 20, failed)
        login = partial(signins.console_by_user, STAGING, "olga.petrova", second, address, mfa=True)
        yield (STAGING, HOME), Written(second, login)


def _root() -> Iterator[tuple[Place, Note]]:
    """The root user of the security account signs in once, with MFA, and looks at the bill."""
    identity: dict[str, Any] = {
        "type": "Root",
        "principalId": SECURITY,
        "arn": f"arn:aws:iam::{SECURITY}:root",
        "accountId": SECURITY,
        "accessKeyId": "",
    }
    second = moment("03-05 15:20:31")
    login = partial(signins.console, identity, second, SECURITY, "198.51.100.2", mfa=True)
    yield (SECURITY, HOME), Written(second, login)
    looked_at = (("iam", "GetAccountSummary"), ("iam", "ListMFADevices"), ("ce", "GetCostAndUsage"))
    for index, (service, name) in enumerate(looked_at):
        at = second + 60 + index * 9
        call = Call(service, name, read=True)
        caller = Caller(identity, "198.51.100.2", FIREFOX, "console")
        yield (SECURITY, HOME), Written(at, partial(_write, call, caller, at, SECURITY, HOME))


def _write(call: Call, caller: Caller, second: int, account: str, region: str) -> str:
    ids = guid("odd", call.name, second, region), guid("odd request", call.name, second, region)
    return text(record(call, caller, second, account, region, *ids))


def _trail_status(second: int) -> str:
    call = Call("cloudtrail", "GetTrailStatus", True, {"name": "corp-trail"})
    caller = Caller(BACKUP_USER.identity(0), BACKUP_USER.addresses[0], CLI)
    return _write(call, caller, second, PROD, HOME)


def _rotation(second: int, region: str) -> str:
    """KMS rotates a key by itself: userIdentity has no type."""
    key, _ = pool("kmskey", PROD, region)[0]
    arn = f"arn:aws:kms:{region}:{PROD}:key/{key}"
    call = Call(
        "kms",
        "RotateKey",
        type="AwsServiceEvent",
        resources=[{"ARN": arn, "accountId": PROD, "type": "AWS::KMS::Key"}],
        more={"serviceEventDetails": {"keyId": key}},
    )
    identity = {"accountId": PROD, "invokedBy": "AWS Internal"}
    caller = Caller(identity, "AWS Internal", "AWS Internal", "service")
    return _write(call, caller, second, PROD, region)


def _correction() -> Iterator[tuple[Place, Note]]:
    """An event, and three hours later the same with what was missing (addendum)."""
    second = moment("03-03 14:02:19")
    instance, _ = pool("instance", PROD, HOME)[0]
    caller = Caller(BACKUP_USER.identity(0), BACKUP_USER.addresses[0], CLI)

    def write(event_id: str, response: Any, more: dict[str, Any]) -> str:
        call = Call("ec2", "CreateImage", request={"instanceId": instance, "name": "weekly"},
                    response=response, more=more)  # fmt: skip
        ids = event_id, guid("odd request", event_id)
        return text(record(call, caller, second, PROD, HOME, *ids))

    addendum = {
        "reason": "UPDATED_DATA",
        "updatedFields": "responseElements",
        "originalRequestID": guid("odd request", UPDATED),
        "originalEventID": UPDATED,
    }
    yield (PROD, HOME), Written(second, partial(write, UPDATED, None, {}))
    response = {"imageId": "ami-0c0ffee5c0ffee123"}
    yield (
        (PROD, HOME),
        Written(
            second,
            partial(write, CORRECTION, response, {"addendum": addendum}),
            delivered=second + 3 * HOUR,
        ),
    )
