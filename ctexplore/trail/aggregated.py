"""An aggregated event: what was counted in five minutes of data events.

Source: CloudTrail User Guide, "CloudTrail record contents for aggregated events".
"""

from __future__ import annotations

from msgspec import Struct

from ctexplore.trail.facts import at, text
from ctexplore.trail.node import Node


class Counted(Struct, frozen=True):
    """One dimension: eventName, resourceARN, userIdentity … and its values with their counts.

    how: aggregationType, ``Count``. values: (name, digits), most first as written.
    """

    dimension: str
    how: str
    values: tuple[tuple[str, str], ...]

    def said(self, most: int) -> str:
        """``PutObject 800, CopyObject 3 and 2 more``."""
        counted = [f"{name} {value}".strip() for name, value in self.values[:most]]
        more = len(self.values) - most
        return ", ".join(counted) + (f" and {more:,} more" if more > 0 else "")


def primary_of(record: Node) -> Counted:
    """What the event is about, and how often it happened."""
    return _counted(at(record, "summary", "primaryDimension"))


def details_of(record: Node) -> list[Counted]:
    """The same events counted by other dimensions."""
    items = at(record, "summary", "details")
    found = [_counted(item) for item in (items if isinstance(items, list) else ())]
    return [each for each in found if each.values]


def _counted(node: Node) -> Counted:
    items = at(node, "statistics")
    values = tuple(
        (text(item, "name"), text(item, "value"))
        for item in (items if isinstance(items, list) else ())
    )
    return Counted(text(node, "dimension"), text(node, "aggregationType"), values)
