"""A session over records that a test writes down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import Source
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from tests.build import gz, log
from tests.sources.memory_source import MemorySource, log_key

LOGS = os.environ.get("CTEXPLORE_TEST_LOGS", "")


def load(*records: dict[str, Any], copies: int = 1) -> Session:
    """copies: log files, each of which holds all the records."""
    keys = [log_key("2024/03/05", unique=f"{n:016}") for n in range(copies)]
    return loaded(MemorySource({key: gz(log(*records)) for key in keys}))


def real(name: str) -> Session:
    """The real logs of this name below CTEXPLORE_TEST_LOGS."""
    return loaded(FolderSource(Path(LOGS) / name))


def loaded(source: Source) -> Session:
    session = Session(source, MemoryCache(), Scope((source.root,)))
    for _ in session.load():
        pass
    session.order.update()
    return session
