"""The stored bytes of many log files one after the other, each pack that holds them read once."""

from __future__ import annotations

import threading
from collections import OrderedDict

from ctexplore.sources.source import LogFile, Source
from ctexplore.store.cache.packs import Packs, Stored

# Packs of some 4 MB; files come pack by pack, but several threads ask for them.
_HELD = 3


class Shelf:
    """For one pass over files, by several threads. What is not in the cache is read anew."""

    def __init__(self, source: Source, packs: Packs) -> None:
        self._source = source
        self._packs = packs
        self._indexes: dict[str, dict[str, Stored]] = {}
        self._held: OrderedDict[str, bytes | None] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, file: LogFile) -> bytes:
        """Raises SourceError."""
        with self._lock:
            index = self._indexes.get(file.folder)
            if index is None:
                index = self._indexes[file.folder] = self._packs.index(file.folder)
            kept = index.get(file.key)
            same = kept and (kept.version, kept.size) == (file.version, file.size)
            pack = self._pack(kept.pack) if kept and same else None
        if kept is None or pack is None:
            return self._source.read(file)
        return pack[kept.offset : kept.offset + kept.size]

    def _pack(self, name: str) -> bytes | None:
        if name not in self._held:
            self._held[name] = self._packs.read_pack(name)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        return self._held[name]
