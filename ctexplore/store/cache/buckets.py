"""Which buckets the cache has listings of: keys are digests, so this is the one list of names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ctexplore.store.cache import entries
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.entries import cache_key
from ctexplore.store.cache.packs import Listings

_BUCKETS = b"ctexplore buckets 1\n"
_KEY = cache_key("buckets")
_MOST = 200


class KeptBucket(msgspec.Struct, frozen=True, array_like=True):
    """A bucket that was opened online.

    words: arguments that open it again. root: the folder it was opened at. opened: the last
    time, ISO 8601 in UTC.
    """

    identity: str
    root: str
    words: tuple[str, ...]
    opened: str


class _Kept(msgspec.Struct, array_like=True):
    buckets: list[KeptBucket]


def keep_bucket(
    cache: Cache, identity: str, root: str, words: Sequence[str], opened: datetime
) -> None:
    """Put a bucket first in the list. Of two programs that do so at once, one may be forgotten
    until its bucket is opened again."""
    bucket = KeptBucket(identity, root, tuple(words), opened.isoformat(timespec="seconds"))
    others = [b for b in _read(cache) if (b.identity, b.root) != (identity, root)]
    cache.put(_KEY, entries.write(_BUCKETS, _Kept([bucket, *others][:_MOST])))


def kept_buckets(cache: Cache) -> list[KeptBucket]:
    """Those whose first folder can be shown without a connection, the last opened first."""
    return [b for b in _read(cache) if Listings(cache, b.identity).get(b.root) is not None]


def _read(cache: Cache) -> list[KeptBucket]:
    kept = entries.read(_BUCKETS, _Kept, cache.get(_KEY))
    return kept.buckets if kept else []
