"""The log streams that a trail writes to: whose events lie in which of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct, field

# A trail's streams, of which a busy region has several (CloudTrail User Guide, "CloudWatch log
# group and log stream naming for CloudTrail").
_NAME: Final = re.compile(r"([0-9]{12})_CloudTrail_([a-z]{2}(?:-[a-z]+)+-[0-9]+)(?:_[0-9]+)?")


class Streams(Struct):
    """of: the names of an account's region, sorted. foreign: how many are no trail's. oldest:
    milliseconds since 1970 of the first event in any, None where none has one."""

    of: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    foreign: int = 0
    oldest: int | None = None

    @property
    def places(self) -> dict[str, tuple[str, ...]]:
        """The regions of each account."""
        found: dict[str, tuple[str, ...]] = {}
        for account, region in sorted(self.of):
            found[account] = (*found.get(account, ()), region)
        return found


def sort_streams(described: Iterable[Mapping[str, Any]]) -> Streams:
    """described: as DescribeLogStreams lists them."""
    streams = Streams()
    for stream in described:
        name = str(stream.get("logStreamName", ""))
        found = _NAME.fullmatch(name)
        if found is None:
            streams.foreign += 1
            continue
        streams.of.setdefault((found[1], found[2]), []).append(name)
        first = stream.get("firstEventTimestamp")
        if isinstance(first, int):
            streams.oldest = first if streams.oldest is None else min(first, streams.oldest)
    for names in streams.of.values():
        names.sort()
    return streams
