"""Whose Event history is open, and the pages of it that are at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from ctexplore.sources.history.lookup import Lookups
from ctexplore.sources.source import LogFile

_MOST: Final = 32 << 20  # bytes of pages held


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """Whose Event history; "" means not given. regions: at least one. every: they were not
    named one by one, so that one which is not enabled is only noted."""

    regions: tuple[str, ...]
    profile: str = ""
    endpoint_url: str = ""
    role_arn: str = ""
    every: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """An account that can be asked. lookups: None when offline. renew: reads credentials anew
    and may ask for an MFA code; raises SourceError. whose: as ``aws_session.whose`` says."""

    id: str
    identity: str
    lookups: Lookups | None
    renew: Callable[[], None] = lambda: None
    whose: str = ""


@dataclass(slots=True)
class HeldPages:
    """Files of pages, those made last, where no cache may keep them."""

    _files: OrderedDict[LogFile, bytes] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, file: LogFile) -> bytes | None:
        return self._files.get(file)

    def put(self, file: LogFile, data: bytes) -> None:
        with self._lock:
            if file not in self._files:
                self._files[file] = data
                self._size += len(data)
            while self._size > _MOST and len(self._files) > 1:
                self._size -= len(self._files.popitem(last=False)[1])
