"""Actors and what userIdentity says of them.

Source: CloudTrail User Guide, 'CloudTrail userIdentity element'.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import Struct

from ctexplore.sources.demo.clock import stamp
from ctexplore.sources.demo.dice import access_key, number, principal_id

Target = tuple[str, str]
"""What an event acts on: a name, and a second one that goes with it (key, session) or ""."""
TURN = 7200
"""Sessions begin shortly after an even hour: quiet regions then get few files, not many."""


class Actor(Struct, frozen=True, eq=False):
    """A principal with its habits. Compared as an object: it is a key in every inner loop.

    kind: userIdentity.type: AssumedRole, IAMUser, AWSService.
    name: role name, user name or service principal.
    session: role session name.
    path: of the role, slashes at both ends.
    invoked_by: the service that acts with the role.
    issuer: the service or account whose AssumeRole call starts the sessions; empty when a
        person or a pipeline does.
    period: seconds a session lasts before the next; 0 for a key that stays.
    habit: which calls it makes (see habits.py).
    fixed_key: the access key, where the story names it.
    targets: when given, its calls act on these only.
    """

    kind: str
    account: str
    name: str
    session: str = ""
    path: str = "/"
    invoked_by: str = ""
    issuer: str = ""
    period: int = 0
    addresses: tuple[str, ...] = ()
    agent: str = ""
    channel: str = "sdk"
    habit: str = ""
    targets: tuple[Target, ...] = ()
    mfa: bool = False
    fixed_key: str = ""

    @property
    def arn(self) -> str:
        if self.kind == "IAMUser":
            return f"arn:aws:iam::{self.account}:user/{self.name}"
        return f"arn:aws:sts::{self.account}:assumed-role/{self.name}/{self.session}"

    @property
    def role_arn(self) -> str:
        return f"arn:aws:iam::{self.account}:role{self.path}{self.name}"

    @property
    def id(self) -> str:
        """principalId, without a session's name."""
        prefix = "AIDA" if self.kind == "IAMUser" else "AROA"
        return principal_id(prefix, self.account, self.name)

    def started(self, second: int) -> int:
        """When the session that is in use at this second began."""
        if not self.period:
            return 0
        phase = _phase(self)
        return (second - phase) // self.period * self.period + phase

    def key(self, seed: int, started: int) -> str:
        if self.fixed_key:
            return self.fixed_key
        if self.kind == "IAMUser":
            return access_key("AKIA", self.account, self.name)
        return access_key("ASIA", seed, self.account, self.name, self.session, started)

    def identity(self, seed: int, started: int = 0) -> dict[str, Any]:
        """The userIdentity of its calls in the session that began at ``started``."""
        if self.kind == "AWSService":
            return {"type": "AWSService", "invokedBy": self.name}
        if self.kind == "IAMUser":
            return iam_user(self.account, self.name, self.key(seed, 0))
        key = "" if self.invoked_by else self.key(seed, started)
        out = assumed_role(self, key, started)
        if self.invoked_by:
            out["invokedBy"] = self.invoked_by
        return out


@lru_cache(maxsize=4096)
def _phase(actor: Actor) -> int:
    chance = number("phase", actor.account, actor.name, actor.session)
    return chance % max(1, actor.period // TURN) * TURN + chance % 550


def iam_user(account: str, name: str, key: str = "") -> dict[str, Any]:
    out = {
        "type": "IAMUser",
        "principalId": principal_id("AIDA", account, name),
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": key,
        "userName": name,
    }
    if not key:
        del out["accessKeyId"]
    return out


def assumed_role(actor: Actor, key: str, started: int) -> dict[str, Any]:
    out: dict[str, Any] = {
        "type": "AssumedRole",
        "principalId": f"{actor.id}:{actor.session}",
        "arn": actor.arn,
        "accountId": actor.account,
    }
    if key:
        out["accessKeyId"] = key
    out["sessionContext"] = {
        "sessionIssuer": {
            "type": "Role",
            "principalId": actor.id,
            "arn": actor.role_arn,
            "accountId": actor.account,
            "userName": actor.name,
        },
        "webIdFederationData": {},
        "attributes": {
            "creationDate": stamp(started),
            "mfaAuthenticated": "true" if actor.mfa else "false",
        },
    }
    if actor.session.startswith("i-"):
        out["sessionContext"]["ec2RoleDelivery"] = "2.0"
    return out
