"""What verifying found, file by file: the verdict that events, files and folders carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from ctexplore.investigate.integrity.result import Finding, Kind, Status
from ctexplore.store.columns.added import Values
from ctexplore.store.columns.table import Table

COLUMN: Final = "integrity"


class Verdict(StrEnum):
    """In the words of filters, the worst last. missing: also what cannot be read. uncovered:
    nothing at hand vouches for it."""

    VERIFIED = "verified"
    UNCOVERED = "uncovered"
    MISSING = "missing"
    UNREFERENCED = "unreferenced"
    CHANGED = "changed"


# What somebody did to the trail, or may have done.
LOUD: Final = (Verdict.CHANGED, Verdict.MISSING, Verdict.UNREFERENCED)
_OF: Final = {
    Status.VALID: Verdict.VERIFIED,
    Status.INVALID: Verdict.CHANGED,
    Status.MISSING: Verdict.MISSING,
    Status.UNREFERENCED: Verdict.UNREFERENCED,
    Status.NO_DIGEST: Verdict.UNCOVERED,
}
_RANK: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}
_CODES: Final = {verdict: rank + 1 for verdict, rank in _RANK.items()}
_ENTRIES: Final[tuple[Values, ...]] = ((), *((str(verdict),) for verdict in Verdict))
_IN_WORDS: Final = {
    Verdict.VERIFIED: "verified: the file is what CloudTrail delivered",
    Verdict.UNCOVERED: "not covered",
    Verdict.MISSING: "missing",
    Verdict.UNREFERENCED: "unreferenced",
    Verdict.CHANGED: "changed",
}


def verdict_of(finding: Finding) -> Verdict:
    return _OF[finding.status]


def worse(one: Verdict | None, other: Verdict) -> Verdict:
    return other if one is None or _RANK[other] > _RANK[one] else one


class Judged(NamedTuple):
    """place: the key of a file, or the address where one should be that is not there. key: "" of
    one that is not there."""

    verdict: Verdict
    place: str
    key: str
    reason: str


class Verdicts:
    """One thread adds; any may ask. logs: log files by verdict; removed ones are missing."""

    def __init__(self) -> None:
        self.logs: Counter[Verdict] = Counter()
        self.digests: Counter[Verdict] = Counter()
        self._files: dict[str, tuple[Verdict, str]] = {}
        self._gone: dict[str, tuple[Verdict, str]] = {}
        self._folders: dict[str, Verdict] = {}
        self._tails: dict[str, str] = {}

    def add(self, finding: Finding) -> None:
        verdict = verdict_of(finding)
        if finding.span is None:
            (self.logs if finding.kind is Kind.LOG else self.digests)[verdict] += 1
        key = finding.key
        if key:
            self._files[key] = verdict, finding.reason
            self._tails.setdefault(_tail(key), key.rpartition("/")[0] + "/")
        elif finding.span is None:
            self._gone[finding.uri] = verdict, finding.reason
        # What does not lie here lay in a folder whose other files may.
        folder = key.rpartition("/")[0] + "/" if key else self._tails.get(_tail(finding.uri), "")
        while folder:
            before = self._folders.get(folder)
            if before is not None and _RANK[before] >= _RANK[verdict]:
                break  # those above know it, too
            self._folders[folder] = verdict
            folder = folder[: folder.rstrip("/").rfind("/") + 1]
        if key or finding.uri:
            self._folders[""] = worse(self._folders.get(""), verdict)

    def of(self, key: str) -> tuple[Verdict, str] | None:
        """The verdict on a file and why, "" where it is verified; None while it is unknown."""
        return self._files.get(key)

    def judged(self) -> list[Judged]:
        """All files so far, the worst first, then by where they lie."""
        here = [
            Judged(verdict, key, key, reason)
            for key, (verdict, reason) in self._files.copy().items()
        ]
        gone = [
            Judged(verdict, uri, "", reason) for uri, (verdict, reason) in self._gone.copy().items()
        ]
        return sorted([*here, *gone], key=lambda each: (-_RANK[each.verdict], each.place))

    def reason(self, key: str) -> str:
        """Why a file is not vouched for, "" where it is, or is unknown."""
        found = self._files.get(key)
        return found[1] if found else ""

    def folder(self, folder: str) -> Verdict | None:
        """The worst in a folder and below; None while nothing is known."""
        return self._folders.get(folder)

    def put(self, table: Table) -> None:
        """Give every event of the table the verdict on its file. Python runs once a file."""
        count = table.count
        found = (self._files.get(file.key) for file in table.files)
        codes = np.fromiter((_CODES[each[0]] if each else 0 for each in found), np.uint8)
        table.put(COLUMN, codes[table.file[:count]], _ENTRIES)


def in_words(verdict: Verdict | None, reason: str) -> str:
    """One line for people: the verdict and why."""
    if verdict is None:
        return "unknown: not verified"
    said = _IN_WORDS[verdict]
    return f"{said}: {reason}" if reason else said


def summary(verdicts: Verdicts) -> str:
    """``1,003 of 3,320 log files verified · 1 changed``, the worst first."""
    logs = verdicts.logs
    parts = [f"{logs[Verdict.VERIFIED]:,} of {logs.total():,} log files verified"]
    parts += _others(logs)
    parts += [f"{said} digests" for said in _others(verdicts.digests)]
    return " · ".join(parts)


def _others(counts: Counter[Verdict]) -> Iterable[str]:
    for verdict in reversed(Verdict):
        if counts[verdict] and verdict is not Verdict.VERIFIED:
            yield f"{counts[verdict]:,} {_IN_WORDS[verdict]}"


def _tail(place: str) -> str:
    """The folder as every copy of the trail names it."""
    folder = place.rpartition("/")[0]
    at = folder.find("AWSLogs/")
    return folder[at:] if at >= 0 else folder
