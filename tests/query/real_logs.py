"""The logs that ``CTEXPLORE_TEST_LOGS`` names, as a table and its records."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.table import Table
from ctexplore.store.containers.split import split
from tests.query.events import Bytes

LOGS = os.environ.get("CTEXPLORE_TEST_LOGS", "")


def read_logs() -> tuple[Table, Bytes]:
    files = [
        p for p in sorted(Path(LOGS).rglob("*.json*")) if p.is_file() and "sigma" not in p.parts
    ]
    stored = [(str(p), p.read_bytes()) for p in files]
    stored = [(key, data) for key, data in stored if b"Records" in _plain(data)[:100]]
    table = Table()
    table.append(decode(stored).batch, [LogFile(key, len(data)) for key, data in stored])
    raw = []
    split_files = [split(_plain(data)).records for _, data in stored]
    for file, index in zip(table.file.tolist(), table.index.tolist(), strict=True):
        record = split_files[file][index]
        assert record is not None
        raw.append(bytes(record))
    return table, Bytes(raw)


def _plain(data: bytes) -> bytes:
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
