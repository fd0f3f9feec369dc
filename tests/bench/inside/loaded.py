"""A folder of log files, loaded in this process."""

from __future__ import annotations

from ctexplore.sources.folder import FolderSource
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session


def load(folder: str) -> Session:
    session = Session(FolderSource(folder), MemoryCache(), Scope(("",)))
    for _ in session.load():
        pass
    session.order.update()
    return session
