"""Which query of Athena's had which SQL, so that its answer, which Athena keeps, is taken again."""

from __future__ import annotations

from typing import Final

import msgspec

from ctexplore.store.cache import entries
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.entries import cache_key

_HEADER: Final = b"ctexplore athena query 1\n"


class _Query(msgspec.Struct, array_like=True):
    id: str


class KeptQueries:
    """A ``sources.athena.queries.Kept`` in the cache."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def get(self, sql: str) -> str:
        kept = entries.read(_HEADER, _Query, self._cache.get(cache_key("athena query", sql)))
        return kept.id if kept else ""

    def put(self, sql: str, id: str) -> None:  # noqa: A002
        self._cache.put(cache_key("athena query", sql), entries.write(_HEADER, _Query(id)))
