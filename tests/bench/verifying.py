"""Rows: proving log files by their digests, beside unzipping and hashing them alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.bench import ours
from tests.bench.corpora import scratch
from tests.bench.processes import run
from tests.bench.table import Limit, Row, row, seconds, times


def rows(files: int, rounds: int) -> Iterator[Row]:
    """files: log files. Of five records each, 3 KB compressed, as a small trail has, and of a
    tenth as many with a hundred."""
    yield _row(files, 5, rounds)
    yield _row(files // 10, 100, rounds)


def _row(files: int, records: int, rounds: int) -> Row:
    folder = _made(files, records)
    told = json.loads(run(ours.inside("verify", str(folder), str(rounds))).output)
    (wall, cpu), (bare_wall, bare_cpu) = told["verified"], told["hashed"]
    return row(
        f"verifying {files:,} log files of {records} records",
        seconds(wall),
        cpu / bare_cpu,
        Limit(1.7, unit="×"),
        beside=f"listing, unzipping and hashing alone, both cores: {seconds(bare_wall)}",
        ratio=times(wall / bare_wall),
        cpu=times(cpu / bare_cpu),
    )


def _made(files: int, each: int) -> Path:
    folder = scratch() / f"digests-{files}-{each}"
    if not folder.exists():
        run(ours.inside("digests", str(folder), str(files), str(each)))
    return folder
