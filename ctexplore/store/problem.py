"""What went wrong with a file or a record, in words for the person who must know."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Outcome(StrEnum):
    """FAILED and SKIPPED files gave no events; PARTIAL ones lost some; NOTED ones lost none."""

    FAILED = "failed"
    SKIPPED = "skipped"
    PARTIAL = "partial"
    NOTED = "noted"


class Problem(Struct, frozen=True):
    """key: the file's. place: where in it ("record 41", "byte 512"), or "". records: how many
    records of the file could not be read. retry: the same file may load later."""

    key: str
    outcome: Outcome
    reason: str
    place: str = ""
    hint: str = ""
    records: int = 0
    retry: bool = False

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.key}: {self.reason}{where}{hint}"
