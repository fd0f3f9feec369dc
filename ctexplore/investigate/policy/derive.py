"""The policy that would have allowed what some events did, and no more; counted over columns."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from msgspec import Struct

from ctexplore.investigate.policy.actions import HANDING, needs_of
from ctexplore.investigate.policy.resources import Place, resource_of, takes_resource
from ctexplore.investigate.policy.services import prefix_of, why_unnamed
from ctexplore.sources.aws.api_names import operations
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.table import Table

# Characters of a managed policy, spaces not counted (IAM User Guide, "IAM and AWS STS quotas").
LARGEST: Final = 6_144
_OBJECTS: Final = 20  # objects of one bucket named one by one
_CALLS: Final = frozenset(("AwsApiCall", ""))
_NO_OPERATION: Final = "the service's public API has no operation of this name"


class Unresolved(Struct, frozen=True):
    """Events that have no part in the policy, and why; source and name as the log has them."""

    source: str
    name: str
    events: int
    reason: str


class UsedPolicy(Struct, frozen=True):
    """events: that the policy is made of. failed: left out, for they were not allowed or did not
    work. free: that need no permission. calls: events by action. notes: what a reader has to
    know."""

    document: Mapping[str, Any]
    events: int
    failed: int
    free: int
    calls: Mapping[str, int]
    unresolved: tuple[Unresolved, ...]
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The policy as JSON, always the same for the same events in any order."""
        return json.dumps(self.document, indent=2, ensure_ascii=True)

    @property
    def size(self) -> int:
        """Characters that count."""
        return len(json.dumps(self.document, separators=(",", ":"), ensure_ascii=True))


def used_policy(table: Table, rows: Codes, *, failed: bool = False) -> UsedPolicy:
    """rows: of events, identical copies once. failed: count those that failed, too."""
    errors = np.array([bool(text) for text in table.values("error")], np.bool_)
    wrong = errors[table.codes("error")[rows]]
    chosen = rows if failed else rows[~wrong]
    reading = _Reading()
    for (kind, target, region, account), count in _distinct(table, chosen):
        reading.add(_texts(table, kind, target, region, account), count)
    if failed and wrong.any():
        reading.notes.add(f"{int(wrong.sum()):,} events that failed are in it")
    left_out = 0 if failed else int(wrong.sum())
    return reading.policy(len(chosen), left_out)


def _distinct(table: Table, rows: Codes) -> list[tuple[tuple[int, int, int, int], int]]:
    """Which combinations of what, on what, where and in which account there are, and how often."""
    names = ("kind", "target", "region", "account")
    columns = np.stack([table.codes(name)[rows].astype(np.int64) for name in names], axis=1)
    found, counts = np.unique(columns, axis=0, return_counts=True)
    pairs = zip(found.tolist(), counts.tolist(), strict=True)
    return [((kind, target, region, account), n) for (kind, target, region, account), n in pairs]


_Texts = tuple[str, str, str, Place]


def _texts(table: Table, kind: int, target: int, region: int, account: int) -> _Texts:
    place = Place(
        table.values("target")[target], table.values("region")[region],
        table.values("account")[account],
    )  # fmt: skip
    return (
        table.values("source")[kind],
        table.values("name")[kind],
        table.values("type")[kind],
        place,
    )


class _Reading:
    """What each action was used on. None among resources: on something that is not known."""

    def __init__(self) -> None:
        self.notes: set[str] = set()
        self._used: defaultdict[str, set[str | None]] = defaultdict(set)
        self._calls: Counter[str] = Counter()
        self._unresolved: Counter[tuple[str, str, str]] = Counter()
        self._free = 0

    def add(self, texts: _Texts, count: int) -> None:
        source, name, kind, place = texts
        if kind not in _CALLS:
            self._unresolved[source, name, f"is no API call but {kind}"] += count
            return
        prefix = prefix_of(source)
        if prefix is None:
            reason = why_unnamed(source) or "the service's prefix in policies is not known here"
            self._unresolved[source, name, reason] += count
            return
        needs = needs_of(prefix, name)
        if needs.named and not _is_operation(source, needs.actions[0]):
            self._unresolved[source, name, _NO_OPERATION] += count
            return
        if needs.free:
            self._free += count
        elif not needs.actions:
            self._unresolved[source, name, needs.reason] += count
        for action in needs.actions:
            full = f"{prefix}:{action}"
            self._calls[full] += count
            takes = takes_resource(prefix, action)
            self._used[full].add(resource_of(prefix, action, place) if takes else "*")

    def policy(self, events: int, failed: int) -> UsedPolicy:
        groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        wide = []
        for action, found in sorted(self._used.items()):
            known = {each for each in found if each is not None}
            if None in found:
                wide.append(action)
                known = {"*"}
            groups[tuple(sorted(self._folded(known)))].append(action)
        statements = [
            {"Effect": "Allow", "Action": _one(actions), "Resource": _one(list(resources))}
            for resources, actions in sorted(groups.items(), key=lambda item: item[1])
        ]
        document = {"Version": "2012-10-17", "Statement": statements}
        return UsedPolicy(
            document,
            events,
            failed,
            self._free,
            dict(sorted(self._calls.items())),
            tuple(
                Unresolved(source, name, count, reason)
                for (source, name, reason), count in sorted(self._unresolved.items())
            ),
            tuple(self._told(document, wide)),
        )

    def _folded(self, resources: set[str]) -> set[str]:
        """Very many objects of one bucket as all of them."""
        if "*" in resources:
            return {"*"}
        buckets: defaultdict[str, set[str]] = defaultdict(set)
        for arn in resources:
            head, slash, _ = arn.partition("/")
            if slash and ":s3:::" in head:
                buckets[head].add(arn)
        for head, arns in buckets.items():
            if len(arns) > _OBJECTS or f"{head}/*" in arns:
                resources = (resources - arns) | {f"{head}/*"}
            if len(arns) > _OBJECTS:
                self.notes.add(f"{head}/* stands for {len(arns):,} objects")
        return resources

    def _told(self, document: dict[str, Any], wide: list[str]) -> list[str]:
        said = sorted(self.notes)
        if wide:
            said.append(f'the records do not say what these were used on, so "*": {_list(wide)}')
        plain = sorted(
            a for a, found in self._used.items() if found == {"*"} and not a.startswith("s3:")
        )
        if plain:
            said.append(f'for these no narrower resource is known here, so "*": {_list(plain)}')
        if handing := sorted(HANDING & self._used.keys()):
            said.append(
                f"these may hand over a role, which takes iam:PassRole and is not logged: "
                f"{_list(handing)}"
            )
        size = len(json.dumps(document, separators=(",", ":"), ensure_ascii=True))
        if size > LARGEST:
            said.append(
                f"{size:,} characters, more than a managed policy may have ({LARGEST:,}): "
                "narrow the filter, or split it"
            )
        return said


def _one(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts


def _list(names: list[str], most: int = 12) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _is_operation(source: str, name: str) -> bool:
    """Whether an API of AWS's has it: pages of the console call what has no action."""
    return name in operations().get(source.partition(".")[0], ())
