"""The demo as a source: folders are known, files are made when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING

from ctexplore.sources.demo.fleet import HOME, PROD
from ctexplore.sources.demo.folders import DIGEST, LOGS, Folder, folders
from ctexplore.sources.source import LogFile, Page, SourceError

if TYPE_CHECKING:
    from ctexplore.sources.demo.generator import Generator
    from ctexplore.trail.sidecar import PublicKey

EVENTS = 50_000


class DemoSource:
    """A trail that exists nowhere: 50,000 events that are the same on every machine.

    A day folder's files are made when it is listed, since a listing gives their sizes, and
    kept compressed: the whole demo is some 14 MB. The levels above cost nothing.

    seed: of the background noise; the story in it is always the same.
    """

    label = "demo-trail"
    root = ""
    local = True

    def __init__(self, seed: int = 1, events: int = EVENTS) -> None:
        self.identity = f"demo:{seed}" if events == EVENTS else f"demo:{seed}:{events}"
        self._seed, self._events = seed, events
        self._folders = folders()
        self._kept: dict[str, dict[str, tuple[LogFile, bytes]]] = {}
        self._signatures: dict[str, Mapping[str, str]] = {}
        self._lock = RLock()

    @cached_property
    def _generator(self) -> Generator:
        # Imported late: the cast and its calls take 50 ms, the first level needs none of them.
        from ctexplore.sources.demo.generator import Generator

        return Generator(self._seed, self._events)

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        below = {
            folder + key[len(folder) :].partition("/")[0] + "/"
            for key in self._folders
            if key.startswith(folder) and key != folder
        }
        page = Page()
        page.folders = [
            key for key in sorted(below) if key > start_after or start_after.startswith(key)
        ]
        if folder in self._folders:
            page.files = [
                file for key, (file, _) in self._files(folder).items() if key > start_after
            ]
        yield page

    def read(self, file: LogFile) -> bytes:
        folder = file.key.rpartition("/")[0] + "/"
        kept = self._files(folder).get(file.key) if folder in self._folders else None
        if kept is None:
            raise SourceError(self.uri(file.key), "the demo has no such file")
        return kept[1]

    def read_tagged(self, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
        """As ``read``, and what S3 would keep beside a digest: its signature."""
        return self.read(file), self._signatures.get(file.key, {})

    def public_keys(self) -> list[PublicKey]:
        from ctexplore.sources.demo.signing import public_key

        return [public_key()]

    def uri(self, key: str) -> str:
        return f"demo:{key}"

    def close(self) -> None:
        self._kept.clear()

    def _files(self, folder: str) -> dict[str, tuple[LogFile, bytes]]:
        with self._lock:
            if folder not in self._kept:
                self._kept[folder] = dict(self._make(self._folders[folder]))
            return self._kept[folder]

    def _make(self, folder: Folder) -> Iterator[tuple[str, tuple[LogFile, bytes]]]:
        from ctexplore.sources.demo.files import gzipped

        if folder.kind == DIGEST:
            for day in range(folder.day + 1):
                self._files(Folder(LOGS, PROD, HOME, day).key)
        for made in self._generator.files(folder):
            key = folder.key + made.name
            if made.signature:
                self._signatures[key] = made.signature.metadata()
            stored = gzipped(made.content)
            # The checksum of the content, as gzip ends with it.
            yield key, (LogFile(key, len(stored), stored[-8:-4].hex()), stored)
