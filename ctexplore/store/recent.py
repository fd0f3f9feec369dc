"""A source whose files can be read twice in a row for one request, where nothing keeps them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator

from ctexplore.sources.source import LogFile, Page, Source, streams


class RecentSource:
    """Another source, with the stored bytes of the files read last in memory."""

    def __init__(self, source: Source, limit: int) -> None:
        """limit: bytes to hold at most."""
        self.source = source
        self.identity = source.identity
        self.label = source.label
        self.root = source.root
        self.local = source.local
        self.streams = streams(source)
        self._left = limit
        self._held: OrderedDict[LogFile, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        return self.source.children(folder, start_after)

    def read(self, file: LogFile) -> bytes:
        held = self._held.get(file)
        if held is not None:
            return held
        data = self.source.read(file)
        with self._lock:
            if file not in self._held:
                self._held[file] = data
                self._left -= len(data)
            while self._left < 0:
                _, dropped = self._held.popitem(last=False)
                self._left += len(dropped)
        return data

    def uri(self, key: str) -> str:
        return self.source.uri(key)

    def close(self) -> None:
        self._held.clear()
        self.source.close()
