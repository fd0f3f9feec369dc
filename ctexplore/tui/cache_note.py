"""Why nothing is kept on disk, asked beside the screen: to know may take seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from ctexplore.store.cache.cache import Cache


@dataclass
class CacheSays(Message):
    """note: one line, not yet safe; "" when all is well."""

    note: str


def ask_cache(cache: Cache, post: Callable[[Message], Any]) -> None:
    threading.Thread(
        target=lambda: post(CacheSays(cache.stats().note)), name="cache", daemon=True
    ).start()
