"""Where a trail's log files lie, as Athena's partition projection has to know it."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

# A projection's enum values stand in the table's properties, of which Glue takes 512,000 bytes;
# far below that, planning a query over all of them takes long. Beyond, accounts are injected.
MOST_ACCOUNTS: Final = 200


class Layout(Struct, frozen=True):
    """A tree of log files below one folder. root: ``s3://bucket/…/AWSLogs/`` or, of an
    organization trail, ``…/AWSLogs/o-id/``. since: the first day of delivery."""

    root: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    since: date

    @property
    def injected(self) -> bool:
        """Whether a query has to name its accounts, because they are too many to list."""
        return len(self.accounts) > MOST_ACCOUNTS

    @property
    def template(self) -> str:
        return f"{self.root}${{account}}/CloudTrail/${{region}}/${{day}}"

    def narrowed(self, accounts: frozenset[str], regions: frozenset[str]) -> Layout:
        """Only these; empty is all."""
        return replace(
            self,
            accounts=tuple(a for a in self.accounts if not accounts or a in accounts),
            regions=tuple(r for r in self.regions if not regions or r in regions),
        )
