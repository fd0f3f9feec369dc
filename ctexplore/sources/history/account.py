"""Whose Event history is open, and the pages of it that are at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import Final, Protocol

from msgspec import Struct, field

from ctexplore.sources.history.lookup import Answer, Wish
from ctexplore.sources.history.service import EVENT_HISTORY, Service
from ctexplore.sources.source import LogFile

_MOST: Final = 32 << 20  # bytes of pages held


class Asked(Protocol):
    """Somebody who answers, at the pace that is allowed. Threads may ask at once."""

    def answers(self, wish: Wish, start: int, stop: int) -> Iterator[Answer]:
        """The events with start <= time < stop, seconds since 1970, newest first, an answer at
        a time. An answer may be empty and yet not be the last.

        Raises SourceError; TokenLost when a later page is refused.
        """
        ...

    def close(self) -> None:
        """Let nobody wait for a turn any longer; whoever does gets a SourceError."""
        ...


class HistoryOptions(Struct, frozen=True):
    """Whose Event history; "" means not given. regions: at least one. every: they were not
    named one by one, so that one which is not enabled is only noted. log_group: it is that of a
    trail's log group, as it was named."""

    regions: tuple[str, ...]
    profile: str = ""
    endpoint_url: str = ""
    role_arn: str = ""
    every: bool = False
    log_group: str = ""


class Account(Struct, frozen=True):
    """An account that can be asked. lookups: None when offline. renew: reads credentials anew
    and may ask for an MFA code; raises SourceError. whose: as ``aws_session.whose`` says.
    service: what is asked. places: the accounts and regions that it tells of; None is this
    account, in the regions of the options."""

    id: str
    identity: str
    lookups: Asked | None
    renew: Callable[[], None] = lambda: None
    whose: str = ""
    service: Service = EVENT_HISTORY
    places: Mapping[str, tuple[str, ...]] | None = None


class HeldPages(Struct):
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
