"""Single facts out of a parsed record, whatever the types of its parts are.

Nothing here raises for what a record holds: what is missing or of another type is "".
"""

from __future__ import annotations

from typing import Any

from ctexplore.trail import target as targets
from ctexplore.trail.identity import Identity, identify
from ctexplore.trail.node import Node, Number, Object

_LEVELS = 8  # of userIdentity; CloudTrail writes three


def at(node: Node, *path: str) -> Node:
    """What stands under the names, one in the other; None when a level is missing."""
    for name in path:
        node = node.get(name) if isinstance(node, Object) else None
    return node


def text(node: Node, *path: str) -> str:
    """The text, number or truth value under the names as text; "" for anything else."""
    value = at(node, *path)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | Number) else ""


def event_of(record: Object) -> tuple[str, str]:
    """Event name and source; Insights keep them in insightDetails, aggregates in summary."""
    name = text(record, "eventName") or text(record, "insightDetails", "eventName")
    source = text(record, "eventSource") or text(record, "insightDetails", "eventSource")
    primary = at(record, "summary", "primaryDimension")
    if not name and text(primary, "dimension") == "eventName":
        counted = at(primary, "statistics")
        name = text(counted[0], "name") if isinstance(counted, list) and counted else ""
    return name, source


def failure(record: Object) -> str:
    """errorCode, else errorMessage, else a sign-in's failure; "" when the call worked."""
    said = text(record, "errorCode") or text(record, "errorMessage")
    # Sign-in events answer with their own name: {"ConsoleLogin": "Failure"}.
    if not said and text(record, "responseElements", text(record, "eventName")) == "Failure":
        return "Failure"
    return said


def targets_of(record: Object) -> list[str]:
    """What the call was about, the most telling first; then other resources, but no part of it."""
    resources = record.get("resources")
    arns = [
        found
        for item in (resources if isinstance(resources, list) else [])
        if (found := text(item, "ARN") or text(item, "ARNPrefix") or text(item, "ResourceName"))
    ]
    first = (
        targets.from_resources(resources)
        or targets.from_request(record.get("requestParameters"))
        or targets.from_anything(record.get("responseElements"))
        or targets.from_anything(record.get("serviceEventDetails"))
    )
    others = (arn for arn in dict.fromkeys(arns) if not first.startswith(arn))
    return [*([first] if first else []), *others]


def identity_of(record: Object) -> Identity:
    """Who made the call, by the same reading that fills the columns."""
    return identify(_plain(record.get("userIdentity"), _LEVELS))


def _plain(node: Node, levels: int) -> Any:
    """Objects as dicts and numbers by their digits, to a depth that is safe to recurse into."""
    if isinstance(node, Object):
        return {k: _plain(v, levels - 1) for k, v in node.items()} if levels else None
    if isinstance(node, list):
        return [_plain(v, levels - 1) for v in node] if levels else None
    return str(node) if isinstance(node, Number) else node
