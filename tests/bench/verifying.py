"""Rows: proving log files by their digests, beside unzipping and hashing them alone."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.bench import ours
from tests.bench.corpora import scratch
from tests.bench.processes import run
from tests.bench.table import Limit, Row, row, seconds, times
from tests.build import event, log
from tests.digests import Bucket

_A_DIGEST = 10  # log files each lists


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
        dice = random.Random(1)
        bucket = Bucket()
        records = [[_record(dice) for _ in range(each)] for _ in range(_A_DIGEST)]
        for trail in range(files // 1000):
            bucket.deliver(
                account=f"{trail:012}",
                hours=100,
                logs=_A_DIGEST,
                contents=[gzip.compress(log(*some), mtime=0) for some in records],
            )
        # A run that was broken off leaves nothing that looks whole.
        begun = folder.with_suffix(".begun")
        shutil.rmtree(begun, ignore_errors=True)
        bucket.write(begun)
        begun.rename(folder)
    return folder


def _record(dice: random.Random) -> dict[str, object]:
    words = [dice.randbytes(20).hex() for _ in range(16)]
    return event(dice.randrange(10**6), requestParameters={"names": words})
