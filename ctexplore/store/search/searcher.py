"""Looking through JSON bytes, be it a record or the whole of a file."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol


class Found(Protocol):
    def start(self) -> int: ...

    def end(self) -> int: ...


class Search(Protocol):
    def __call__(self, text: bytes, pos: int = 0, /) -> Found | None: ...


@lru_cache(256)
def searcher(pattern: bytes, fold: bool = False) -> Search:
    """The search of an expression in bytes; fold: whatever the case of ASCII letters.

    RE2 reads 4 GB/s where lowering the bytes reads 0.5 and Python's own expressions 0.3. Even a
    plain text is found by it sooner than by ``in``, which stumbles over every first letter.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not fold
    options.encoding = re2.Options.Encoding.LATIN1
    search: Search = re2.compile(pattern, options).search
    return search
