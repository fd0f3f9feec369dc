"""What a source is made of."""

from __future__ import annotations

from collections.abc import Iterator

from ctexplore.sources.arranged import ArrangedSource
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import Source
from ctexplore.store.cache.kept import KeptSource
from ctexplore.store.recent import RecentSource


def parts_of(source: Source) -> Iterator[Source]:
    """The source and all that it wraps or joins."""
    yield source
    match source:
        case KeptSource() | RecentSource():
            yield from parts_of(source.source)
        case ArrangedSource():
            yield from parts_of(source.inner)
        case SeveralSource():
            for part in source.sources:
                yield from parts_of(part)


def list_anew(source: Source) -> None:
    """Ask for every listing the next time, even for folders that CloudTrail adds nothing to any
    more: what was removed or planted since is to be found."""
    for part in parts_of(source):
        if isinstance(part, KeptSource):
            part.list_again("")
