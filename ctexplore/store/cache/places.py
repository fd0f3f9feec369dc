"""Where files belong that had to be read to be placed, kept beside the listing of their folder."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ctexplore.sources.source import LogFile
from ctexplore.store.cache import entries
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.entries import FileRows, cache_key

_PLACES = b"ctexplore places 1\n"


class _Places(msgspec.Struct, array_like=True):
    files: FileRows
    folders: list[str]


class KeptPlaces:
    """Files' folders in an arranged tree, by source identity and by the root they lie in.

    A file that has changed is another file, and has to be read again.
    """

    def __init__(self, cache: Cache, source_identity: str) -> None:
        self._cache = cache
        self._identity = source_identity

    def get(self, root: str) -> dict[LogFile, str]:
        kept = entries.read(_PLACES, _Places, self._cache.get(self._key(root)))
        if kept is None:
            return {}
        try:
            return dict(zip(kept.files.files(), kept.folders, strict=True))
        except ValueError:
            return {}

    def put(self, root: str, places: Mapping[LogFile, str]) -> None:
        kept = _Places(FileRows.of(root, list(places)), list(places.values()))
        self._cache.put(self._key(root), entries.write(_PLACES, kept))

    def _key(self, root: str) -> str:
        return cache_key("places", self._identity, root)
