"""Under which identity a bucket's files are kept, so that offline nobody has to work it out."""

from __future__ import annotations

from collections.abc import Sequence

from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.entries import cache_key

_IDENTITY = b"ctexplore identity 1\n"


def kept_identity(cache: Cache, asked: Sequence[str]) -> str:
    """The identity that what was ``asked`` for had the last time; "" when there was none."""
    value = cache.get(_key(asked))
    if value is None or not value.startswith(_IDENTITY):
        return ""
    return value[len(_IDENTITY) :].decode("utf-8", "replace")


def keep_identity(cache: Cache, asked: Sequence[str], identity: str) -> None:
    if kept_identity(cache, asked) != identity:
        cache.put(_key(asked), _IDENTITY + identity.encode())


def _key(asked: Sequence[str]) -> str:
    return cache_key("identity", *asked)
