"""The folders of the demo's bucket that hold files, known without making any file."""

from __future__ import annotations

from msgspec import Struct

from ctexplore.sources.demo.clock import DAYS, START, date
from ctexplore.sources.demo.fleet import HOME, PROD, REGIONS, STAGES

INSIGHT, NETWORK = "CloudTrail-Insight", "CloudTrail-NetworkActivity"
AGGREGATED = "CloudTrail-Aggregated"
LOGS, DIGEST, CONFIG = "CloudTrail", "CloudTrail-Digest", "Config"

_KINDS = {
    INSIGHT: (2, 4),
    NETWORK: (1, 3, 4),
    AGGREGATED: (4,),
    DIGEST: range(DAYS),
    CONFIG: range(DAYS),
}
"""Days on which the production account's home region has these."""


class Folder(Struct, frozen=True):
    """kind: as the key has it. day: counts from clock.START."""

    kind: str
    account: str
    region: str
    day: int

    @property
    def key(self) -> str:
        start = f"AWSLogs/{self.account}/{self.kind}/{self.region}/"
        if self.kind == CONFIG:
            return f"{start}2026/3/{START.day + self.day}/ConfigHistory/"
        return f"{start}{date(self.day, '/')}/"


def folders() -> dict[str, Folder]:
    """By key. Digests come last: they list the log files before them."""
    found = [
        Folder(LOGS, account, region, day)
        for account in STAGES
        for region in REGIONS
        for day in range(DAYS)
    ]
    found += [Folder(kind, PROD, HOME, day) for kind, days in _KINDS.items() for day in days]
    found.sort(key=lambda folder: folder.kind == DIGEST)
    return {folder.key: folder for folder in found}
