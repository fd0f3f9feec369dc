"""What verifying keeps in the cache, so that a run that was broken off goes on where it was.

Only of sources whose versions stand for content, as S3's ETags do: a file on disk can have its
time set back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from ctexplore.investigate.integrity.content import Content, LoggingEvent
from ctexplore.sources.source import LogFile
from ctexplore.store.cache import entries
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.packs import group_id
from ctexplore.trail.sidecar import Signature

_DIGEST = b"ctexplore digest 1\n"
_HASHES = b"ctexplore hashes 1\n"


class _Digest(msgspec.Struct, array_like=True):
    data: bytes
    signature: tuple[str, str, str]


class _Row(msgspec.Struct, array_like=True):
    key: bytes
    hash: str
    wrong: str
    events: list[tuple[str, str, str, str]]


class _Hashes(msgspec.Struct, array_like=True):
    rows: list[_Row]


class DigestState:
    """Digest files with their signatures."""

    def __init__(self, cache: Cache | None, identity: str) -> None:
        self._cache = cache
        self._identity = identity

    def get(self, file: LogFile) -> tuple[bytes, Signature] | None:
        if self._cache is None:
            return None
        kept = entries.read(_DIGEST, _Digest, self._cache.get(self._key(file)))
        return (kept.data, Signature(*kept.signature)) if kept else None

    def put(self, file: LogFile, data: bytes, signature: Signature) -> None:
        if self._cache is not None and len(data) == file.size:
            said = (signature.value, signature.algorithm, signature.backfill_generated)
            self._cache.put(self._key(file), entries.write(_DIGEST, _Digest(data, said)))

    def _key(self, file: LogFile) -> str:
        return entries.cache_key("digest", self._identity, file.key, file.version, str(file.size))


class HashState:
    """Hashes of the log files of a group."""

    def __init__(self, cache: Cache | None, identity: str) -> None:
        self._cache = cache
        self._identity = identity

    def get(self, files: Sequence[LogFile]) -> dict[str, Content] | None:
        if self._cache is None:
            return None
        kept = entries.read(_HASHES, _Hashes, self._cache.get(self._key(files)))
        if kept is None:
            return None
        return {
            entries.name_text(row.key): Content(
                row.hash, row.wrong, tuple(LoggingEvent(*each) for each in row.events)
            )
            for row in kept.rows
        }

    def put(self, files: Sequence[LogFile], contents: Mapping[str, Content]) -> None:
        if self._cache is None or any(file.key not in contents for file in files):
            return
        rows = [
            _Row(
                entries.name_bytes(key),
                content.hash,
                content.wrong,
                [(e.time, e.name, e.who, e.trail) for e in content.events],
            )
            for key, content in contents.items()
        ]
        self._cache.put(self._key(files), entries.write(_HASHES, _Hashes(rows)))

    def _key(self, files: Sequence[LogFile]) -> str:
        return entries.cache_key("hashes", group_id(files, self._identity))
