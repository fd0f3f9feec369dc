"""What verifying says: one finding for each file, and for what should be a file."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field


class Kind(StrEnum):
    LOG = "log"
    DIGEST = "digest"


class Status(StrEnum):
    """missing: also what could not be read. unreferenced: no digest of its time lists it.
    no-digest: nothing at hand vouches for it, or for an hour."""

    VALID = "valid"
    INVALID = "invalid"
    MISSING = "missing"
    UNREFERENCED = "unreferenced"
    NO_DIGEST = "no-digest"


class Finding(Struct, frozen=True):
    """uri: where it lies, or lay. reason: one line, "" where it is valid. account, region: of the
    trail's folder it belongs to, "" where nothing tells. key: the source's own name for it, where
    it lies here. span: the time that no digest covers, of a finding about that."""

    kind: Kind
    uri: str
    status: Status
    reason: str
    account: str
    region: str
    key: str = ""
    span: tuple[datetime, datetime] | None = None


class Summary(Struct):
    """How many findings there are of each status."""

    digests: Counter[Status] = field(default_factory=Counter)
    logs: Counter[Status] = field(default_factory=Counter)
    accounts: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)

    def add(self, finding: Finding) -> None:
        counts = self.logs if finding.kind is Kind.LOG else self.digests
        counts[finding.status] += 1
        self.accounts.add(finding.account)
        self.regions.add(finding.region)

    @property
    def sound(self) -> bool:
        """Whether everything is valid, and there was something."""
        counts = self.digests + self.logs
        return set(counts) == {Status.VALID}
