"""A policy from use in words, and as JSON. Not made safe for a screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ctexplore.investigate.policy.derive import UsedPolicy


def remarks(policy: UsedPolicy) -> Iterator[str]:
    """What to say beside the policy itself."""
    yield (
        f"{len(policy.calls):,} actions from {policy.events:,} events"
        + (f"; {policy.failed:,} that failed are left out" if policy.failed else "")
        + (f"; {policy.free:,} need no permission" if policy.free else "")
    )
    yield from (f"note: {note}" for note in policy.notes)
    for each in policy.unresolved:
        events = f"{each.events:,} event{'s' * (each.events != 1)}"
        yield f"not resolved: {each.source} {each.name} ({events}): {each.reason}"


def as_data(policy: UsedPolicy) -> dict[str, Any]:
    return {
        "policy": policy.document,
        "characters": policy.size,
        "events": policy.events,
        "failed": policy.failed,
        "free": policy.free,
        "calls": dict(policy.calls),
        "notes": list(policy.notes),
        "unresolved": [
            {"source": u.source, "name": u.name, "events": u.events, "reason": u.reason}
            for u in policy.unresolved
        ],
    }
