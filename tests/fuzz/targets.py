"""What takes bytes that attackers may have written. None may raise, hang or grow.

Each target takes any bytes; ``python -m tests.fuzz NAME`` looks for some that it cannot bear, and
``test_corpus.py`` replays those that were found and the shapes that it starts from.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from ctexplore.query.parse import parse
from ctexplore.query.syntax import FilterError
from ctexplore.sources.address import parse_address
from ctexplore.sources.archive.source import ArchiveSource
from ctexplore.sources.archive.stored import MemoryBytes
from ctexplore.sources.source import SourceError
from ctexplore.store.columns.decode import decode
from ctexplore.store.containers.unpack import UnpackError, unpack
from ctexplore.text import cell_width, fit, safe
from ctexplore.trail import exact
from ctexplore.trail.layout import place_of
from ctexplore.trail.names import classify, parse_name

LIMIT = 1 << 20  # bytes that anything may unpack to
NOW = datetime(2024, 1, 1, tzinfo=UTC)


def load(data: bytes) -> None:
    decoded = decode([("before", b'{"Records":[]}'), ("file", data)])
    assert decoded.read[0]
    assert decoded.read[1] or decoded.problems


def gunzip(data: bytes) -> None:
    with suppress(UnpackError):
        assert len(unpack(data, LIMIT).data) <= LIMIT


def text(data: bytes) -> None:
    shown = safe(data.decode("utf-8", "surrogateescape"))
    assert shown.isprintable()
    assert cell_width(fit(shown, 20)) == 20


def filter_(data: bytes) -> None:
    with suppress(FilterError):
        parse(data.decode("utf-8", "replace"), NOW)


def key(data: bytes) -> None:
    name = data.decode("utf-8", "surrogateescape")
    place_of(name)
    classify(name, len(data))
    if parsed := parse_name(name):
        assert parse_name(parsed.build()) == parsed
    with suppress(ValueError):
        parse_address(name)


def archive(data: bytes) -> None:
    with suppress(SourceError):
        opened = ArchiveSource(MemoryBytes(data, "v"), "logs.archive", LIMIT)
        waiting = [""]
        while waiting:
            for page in opened.children(waiting.pop()):
                waiting += page.folders
                for file in page.files:
                    with suppress(SourceError):
                        opened.read(file)


def record(data: bytes) -> None:
    with suppress(exact.JsonError):
        exact.parse(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "load": load,
    "gunzip": gunzip,
    "text": text,
    "filter": filter_,
    "key": key,
    "archive": archive,
    "record": record,
}
