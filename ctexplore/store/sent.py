"""How many requests a source has sent since it was opened."""

from __future__ import annotations

from typing import Final, NamedTuple

from ctexplore.sources.s3.requests import Requests
from ctexplore.sources.source import Source
from ctexplore.store.parts import parts_of


class Sent(NamedTuple):
    """LIST and GET requests, botocore's own retries among them, and stored bytes received."""

    lists: int = 0
    gets: int = 0
    bytes: int = 0


NONE: Final = Sent()


def sent_by(source: Source) -> Sent:
    """Of all buckets that it is made of; none where it has no bucket."""
    counted = (getattr(part, "requests", None) for part in parts_of(source))
    found = [each for each in counted if isinstance(each, Requests)]
    return Sent(
        sum(each.list for each in found),
        sum(each.get for each in found),
        sum(each.bytes for each in found),
    )
