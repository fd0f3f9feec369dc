"""Log files that were found and not yet read, and when to try again those that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ctexplore.sources.source import LogFile

_FIRST_PAUSE: Final = timedelta(seconds=15)
_LONGEST_PAUSE: Final = timedelta(hours=1)


class _File(Struct):
    folder: str
    file: LogFile
    tries: int = 0
    due: datetime | None = None


class Waiting:
    """By key, in the version that was listed last."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def add(self, folder: str, files: Iterable[LogFile]) -> None:
        for file in files:
            known = self._files.get(file.key)
            if known is None or known.file != file:
                self._files[file.key] = _File(folder, file)

    def due(self, now: datetime) -> Iterator[tuple[str, list[LogFile]]]:
        """Folders, and the files in them to be read now."""
        folders: dict[str, list[LogFile]] = {}
        for waiting in self._files.values():
            if waiting.due is None or waiting.due <= now:
                folders.setdefault(waiting.folder, []).append(waiting.file)
        yield from folders.items()

    def take(self, files: Iterable[LogFile]) -> Iterator[tuple[str, list[LogFile]]]:
        """Folders, and which of these files were waiting there; they are not any more."""
        folders: dict[str, list[LogFile]] = {}
        for file in files:
            waiting = self._files.get(file.key)
            if waiting is not None and waiting.file == file:
                del self._files[file.key]
                folders.setdefault(waiting.folder, []).append(file)
        yield from folders.items()

    def put_off(self, files: Iterable[LogFile], now: datetime) -> None:
        for file in files:
            if (waiting := self._files.get(file.key)) is not None:
                pause = _FIRST_PAUSE * (1 << min(waiting.tries, 10))
                waiting.tries += 1
                waiting.due = now + min(pause, _LONGEST_PAUSE)

    def keep_only(self, folders: Set[str], keys: Set[str]) -> None:
        """Of these folders, which were listed whole, there are these files and no others."""
        gone = [
            key
            for key, waiting in self._files.items()
            if waiting.folder in folders and key not in keys
        ]
        for key in gone:
            del self._files[key]
