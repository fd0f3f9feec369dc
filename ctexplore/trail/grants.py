"""What a policy that stands on a resource allows whom, in plain words.

Elements of policies: IAM User Guide, "IAM JSON policy element reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ctexplore.trail.facts import at, text
from ctexplore.trail.node import Node, Object
from ctexplore.trail.policy_text import embedded

ANYBODY = "anybody"
_ACCOUNT = re.compile(r"(?:arn:[a-z-]+:iam::)?([0-9]{12})(?::root)?")
_NAMED = 3  # principals, or actions, one by one


def document(node: Node) -> Object | None:
    """A policy as an object, or as the text of one."""
    if isinstance(node, str):
        node = embedded(node)
    return node if isinstance(node, Object) else None


def statements(policy: Object | None) -> Iterator[Object]:
    """A policy may have one statement in place of a list of them."""
    found = at(policy, "Statement")
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, Object):
            yield each


def allows_all(policy: Object | None) -> bool:
    """Whether it allows every action on everything, without a condition."""
    return any(
        text(each, "Effect") == "Allow"
        and "*" in texts(each.get("Action"))
        and "*" in texts(each.get("Resource"))
        and not each.get("Condition")
        for each in statements(policy)
    )


def grants(policy: Object | None, account: str, verb: str = "") -> list[str]:
    """``lets account 444455556666 (another one) s3:GetObject``: a line for each that allows
    something; what only denies is not told.

    account: whose resource it is, 12 digits or "". verb: in place of the actions.
    """
    said = []
    for each in statements(policy):
        if text(each, "Effect") != "Allow":
            continue
        who = named(principals(each, account))
        what = verb or actions(each)
        limits = " under conditions" if each.get("Condition") else ""
        said.append(f"lets {who} {what}{limits}")
    return list(dict.fromkeys(said))


def principals(statement: Object, account: str) -> list[str]:
    """Whom a statement is about."""
    if "NotPrincipal" in statement:
        return ["everybody but some"]
    whom = statement.get("Principal")
    if isinstance(whom, str):
        return [principal(whom, account)]
    if not isinstance(whom, Object):
        return ["nobody"]
    return [principal(each, account) for value in whom.values() for each in texts(value)]


def principal(name: str, account: str) -> str:
    """An account, a user or role, a service, or anybody."""
    if name == "*":
        return ANYBODY
    whole = _ACCOUNT.fullmatch(name)
    owner = whole[1] if whole else name.split(":")[4] if name.count(":") >= 5 else ""
    other = " (another account)" if owner.isdigit() and account and owner != account else ""
    if whole:
        return f"account {owner}{' (another one)' if other else ''}"
    return f"{name.split(':', 5)[5] if owner.isdigit() and not other else name}{other}"


def actions(statement: Object) -> str:
    if "NotAction" in statement:
        return "everything but some actions"
    found = texts(statement.get("Action"))
    return "everything" if "*" in found else named(found)


def named(names: Iterable[str]) -> str:
    """The first ones, and how many more."""
    found = list(dict.fromkeys(names))
    more = len(found) - _NAMED
    shown = ", ".join(found[:_NAMED]) or "nothing"
    return f"{shown} and {more:,} more" if more > 0 else shown


def texts(value: Node) -> list[str]:
    """One text or a list of them."""
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
