"""A change of a policy beside the one that stood there before, as far as loaded events tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any, Final

import numpy as np
from msgspec import Struct

from ctexplore.sources.source import SourceError
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.session import Session
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.facts import failure, text
from ctexplore.trail.grants import document
from ctexplore.trail.node import Number, Object, dump

# Which calls set one policy: the member that has it, and those that name what it stands on.
_SETTERS: Final[tuple[tuple[str, dict[str, str], tuple[str, ...]], ...]] = (
    ("s3", {"PutBucketPolicy": "bucketPolicy", "DeleteBucketPolicy": ""}, ("bucketName",)),
    (
        "iam",
        {"CreateRole": "assumeRolePolicyDocument", "UpdateAssumeRolePolicy": "policyDocument"},
        ("roleName",),
    ),
    ("kms", {"PutKeyPolicy": "policy", "CreateKey": "policy"}, ("keyId",)),
    *(
        (
            "iam",
            {f"Put{kind}Policy": "policyDocument", f"Delete{kind}Policy": ""},
            (f"{kind.lower()}Name", "policyName"),
        )
        for kind in ("User", "Role", "Group")
    ),
    ("iam", {"CreatePolicy": "policyDocument", "CreatePolicyVersion": "policyDocument"},
     ("policyArn",)),
)  # fmt: skip
_MOST: Final = 200  # earlier calls that are read to find the one on the same resource
_CONTEXT: Final = 3


class PolicyChange(Struct, frozen=True):
    """before: the row of the call that set the policy before; None where none is loaded. diff:
    lines as of ``diff -u``, without a head; without a call before, the whole policy, added.
    Not safe for a screen."""

    before: int | None
    diff: tuple[str, ...]


def policy_change(session: Session, row: int, record: bytes) -> PolicyChange | None:
    """None where the call sets no policy. Reads records: not for the screen's thread."""
    root = _root(record)
    setter = None if root is None else _setter(root)
    if root is None or setter is None:
        return None
    names, resource = setter[1], _resource(root, setter[2])
    now = _policy(root, names)
    for earlier in _earlier(session, row, setter[0], names):
        other = _root(_read(session, earlier))
        if other is None or failure(other) or _resource(other, setter[2]) != resource:
            continue
        return PolicyChange(earlier, _diff(_policy(other, names), now))
    return PolicyChange(None, _diff([], now))


def _setter(root: Object) -> tuple[str, dict[str, str], tuple[str, ...]] | None:
    service, name = text(root, "eventSource").partition(".")[0], text(root, "eventName")
    return next((s for s in _SETTERS if s[0] == service and name in s[1]), None)


def _resource(root: Object, members: tuple[str, ...]) -> tuple[str, ...]:
    """What the policy stands on; ARN and plain name are the same."""
    asked = root.get("requestParameters")
    found = tuple(text(asked, name).rpartition("/")[2] for name in members)
    if any(found):
        return found
    # What a call made is named by its answer.
    answer = root.get("responseElements")
    made = text(answer, "keyMetadata", "keyId") or text(answer, "policy", "arn")
    return (made.rpartition("/")[2],)


def _policy(root: Object, names: dict[str, str]) -> list[str]:
    """The policy's lines; none where the call removes it."""
    member = names[text(root, "eventName")]
    asked = root.get("requestParameters")
    found = document(asked.get(member)) if member and isinstance(asked, Object) else None
    if found is None:
        return []
    try:
        return json.dumps(_plain(found), indent=2).splitlines()
    except RecursionError:  # nobody writes such a policy but to be in the way
        return [dump(found)]


def _diff(before: list[str], now: list[str]) -> tuple[str, ...]:
    lines = unified_diff(before, now, n=_CONTEXT, lineterm="")
    return tuple(line for line in lines if not line.startswith(("---", "+++")))


def _earlier(session: Session, row: int, service: str, names: dict[str, str]) -> Iterator[int]:
    """The rows of such calls before this one, the newest first."""
    table = session.table
    when = int(table.time[row])
    # Codes first: whatever they point to is in the values by then.
    codes = table.codes("kind")
    kinds = zip(table.values("source"), table.values("name"), strict=False)
    wanted = np.array([s.partition(".")[0] == service and n in names for s, n in kinds])
    rows = np.flatnonzero(wanted[codes])
    times = table.time[rows]
    before = rows[(times <= when) & (times != NO_TIME) & (rows != row)]
    order = np.lexsort((before, table.time[before]))[::-1]
    # A call of the same second may be later: only what is surely earlier, or lies before it.
    for each in before[order][:_MOST].tolist():
        if int(table.time[each]) < when or each < row:
            yield each


def _read(session: Session, row: int) -> bytes:
    try:
        return session.records.one(row)
    except SourceError:
        return b""


def _root(record: bytes) -> Object | None:
    try:
        root = parse(record).root
    except JsonError:
        return None
    return root if isinstance(root, Object) else None


def _plain(node: Any) -> Any:
    if isinstance(node, Object):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if isinstance(node, Number):
        return str(node)
    return node
