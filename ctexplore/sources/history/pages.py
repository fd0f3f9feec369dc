"""Events of LookupEvents as log files: whole seconds of one day, in the answer's own shape."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import chain, repeat
from typing import Any, Final

from ctexplore.sources.history.stream import Timed
from ctexplore.sources.source import LogFile

# Events of a file: the first ones are an answer each, so that rows show at once; later ones take
# some seconds to come, which is what a stop may cost, and are few enough for a cache.
_STEPS: Final = (50, 50, 100, 200, 400)
_NAME: Final = re.compile(r"([0-9]{8}T[0-9]{6}Z)-([0-9]{8}T[0-9]{6}Z)-[0-9a-f]{12}\.json\.gz")
_STAMP: Final = "%Y%m%dT%H%M%SZ"


def sizes() -> Iterator[int]:
    """How many events each of a folder's files should have at least."""
    return chain(_STEPS, repeat(_STEPS[-1]))


def to_file(folder: str, events: Sequence[Timed]) -> tuple[LogFile, bytes]:
    """The log file of these events, at least one. It is the same for the same events."""
    seconds = [second for second, _ in events]
    text = json.dumps({"Events": [_plain(event) for _, event in events]}, separators=(",", ":"))
    data = gzip.compress(text.encode(), 6, mtime=0)
    digest = blake2b(text.encode(), digest_size=6).hexdigest()
    name = f"{_stamp(max(seconds))}-{_stamp(min(seconds))}-{digest}.json.gz"
    return LogFile(folder + name, len(data), digest), data


def span(file: LogFile) -> tuple[int, int]:
    """The seconds since 1970 of a file's oldest and newest event; (0, 0) for another's file."""
    found = _NAME.fullmatch(file.name)
    if found is None:
        return 0, 0
    newest, oldest = (datetime.strptime(s, _STAMP).replace(tzinfo=UTC) for s in found.groups())
    return int(oldest.timestamp()), int(newest.timestamp())


def _stamp(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime(_STAMP)


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    """As ``aws cloudtrail lookup-events`` prints it; the record in it stays the text it is."""
    return {
        name: value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if isinstance(value, datetime)
        else value
        for name, value in event.items()
    }
