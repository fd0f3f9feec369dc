"""What the company owns: names of the things that events act on, by kind.

The fleet is the same for every seed, so that names in the story and the README hold.
"""

from __future__ import annotations

from functools import cache

from ctexplore.sources.demo.dice import number
from ctexplore.sources.demo.identity import Target

PROD, STAGING, SECURITY = "111122223333", "444455556666", "777788889999"
STAGES = {PROD: "prod", STAGING: "staging", SECURITY: "security"}
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2")
HOME = "us-east-1"
"""Where global services record their events."""

APPS = ("orders", "billing", "catalog", "checkout", "search", "users", "assets", "ledger")
_PARTS = ("api", "worker", "events", "cache", "report", "sync")
_BUCKETS = ("orders", "assets", "logs", "analytics", "backups", "artifacts", "customer-data")

_IDS = {
    "instance": "i-",
    "volume": "vol-",
    "snapshot": "snap-",
    "sg": "sg-",
    "vpc": "vpc-",
    "subnet": "subnet-",
    "eni": "eni-",
    "image": "ami-",
    "template": "lt-",
}
_NAMED = {
    "alarm": "{}-5xx",
    "cluster": "{}",
    "db": "{}-db",
    "execution": "{}",
    "function": "{}",
    "loggroup": "/aws/lambda/{}",
    "parameter": "/corp/{}/config",
    "policy": "{}-access",
    "queue": "{}-queue",
    "repo": "corp/{}",
    "role": "{}-role",
    "rule": "{}-schedule",
    "secret": "corp/{}/db",
    "stack": "{}-stack",
    "table": "{}",
    "topic": "{}-notices",
    "user": "{}-user",
}


def make(kind: str, value: int, account: str, unique: bool = False) -> Target:
    """A thing of this kind; ``unique`` puts the value into the name, so that no other has it."""
    if kind in _IDS:
        return f"{_IDS[kind]}0{value & 0xFFFFFFFFFFFFFFFF:016x}", ""
    if kind == "kmskey":
        text = f"{value & (1 << 128) - 1:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}", ""
    if kind == "zone":
        return f"Z{value & 0xFFFFFFFFFF:010X}EXAMPLE", ""
    app, part = APPS[value % len(APPS)], _PARTS[value // 8 % len(_PARTS)]
    tail = f"-{value & 0xFFFFFFFFFF:010x}" if unique else ""
    if kind in ("bucket", "object"):
        name = f"corp-{_BUCKETS[value // 48 % 6]}-{STAGES.get(account, 'shared')}"
        day = value // 300 % 28 + 1
        if kind == "bucket":
            return name + tail, ""
        return name, f"{app}/2026/02/{day:02d}/part-{value // 9000 % 400:05d}{tail}.json.gz"
    name = f"{app}-{part}{tail}"
    second = f"2026/03/02/[$LATEST]{value & 0xFFFFFFFF:08x}" if kind == "loggroup" else name
    return _NAMED[kind].format(name), second


@cache
def pool(kind: str, account: str, region: str, size: int = 24) -> tuple[Target, ...]:
    """What exists of this kind in an account and region; the names may repeat."""
    if not kind:
        return (("", ""),)
    count = size * 4 if kind == "object" else size
    return tuple(
        make(kind, number("fleet", kind, account, region, i), account) for i in range(count)
    )
