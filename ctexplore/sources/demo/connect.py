"""Somebody goes to an instance by SSH: EC2 Instance Connect puts a key there for a minute.

Source: EC2 Instance Connect API Reference, 'SendSSHPublicKey'; CloudTrail writes its parameters
as instanceId, instanceOSUser and sSHPublicKey.
"""

from __future__ import annotations

from ctexplore.sources.demo.dice import guid, hexdigits
from ctexplore.sources.demo.fleet import pool
from ctexplore.sources.demo.identity import Actor
from ctexplore.sources.demo.records import Call, Caller, record, text

VISITOR, DAY = "sam.carter", 2
"""Who does so, on which day of the week that the demo shows."""


def by_browser(actor: Actor, seed: int, started: int, second: int, region: str) -> str:
    """From the console, in the session that began at ``started``."""
    request_id = guid("request", seed, actor.arn, second, "connect")
    key = "AAAAC3NzaC1lZDI1NTE5AAAAI" + hexdigits(32, "public key", seed, second) + "EXAMPLE"
    call = Call(
        "ec2-instance-connect",
        "SendSSHPublicKey",
        request={
            "instanceId": pool("instance", actor.account, region)[0][0],
            "instanceOSUser": "ec2-user",
            "sSHPublicKey": f"ssh-ed25519 {key}",
        },
        response={"requestId": request_id, "success": True},
    )
    who = Caller(actor.identity(seed, started), actor.addresses[0], actor.agent, "console")
    event_id = guid("event", seed, actor.arn, second, "connect")
    return text(record(call, who, second, actor.account, region, event_id, request_id))
