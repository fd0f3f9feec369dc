"""Verify a folder that was fetched, and unzip and hash its log files alone, taking turns.

python -m tests.bench.inside.verify DIR ROUNDS

Prints JSON: medians of wall and processor seconds of each.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from isal import isal_zlib

from ctexplore.investigate.integrity.keys import Beside, KeyRing
from ctexplore.investigate.integrity.run import Verification
from ctexplore.sources.folder import FolderSource
from ctexplore.store.cache.cache import NoCache


def main(folder: str, rounds: int) -> None:
    turns = [(_timed(verified, folder), _timed(hashed, folder)) for _ in range(rounds + 1)][1:]
    ours, bare = zip(*turns, strict=True)
    print(json.dumps({"verified": _medians(ours), "hashed": _medians(bare)}))


def verified(folder: str) -> None:
    source = FolderSource(folder)
    verification = Verification(source, NoCache("measured"), KeyRing(Beside(source).keys()))
    assert all(finding.status == "valid" for finding in verification.run())
    verification.close()


def hashed(folder: str) -> None:
    files = [path for path in Path(folder).rglob("*.json.gz") if "Digest" not in path.name]
    with ThreadPoolExecutor(2) as both:
        list(both.map(_hash, [files[first::64] for first in range(64)]))


def _hash(files: list[Path]) -> None:
    for path in files:
        hashlib.sha256(isal_zlib.decompress(path.read_bytes(), 31)).hexdigest()


def _timed(work: Callable[[str], None], folder: str) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), _processor()
    work(folder)
    return time.perf_counter() - wall, _processor() - cpu


def _processor() -> float:
    """Of this process and those it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _medians(times: tuple[tuple[float, float], ...]) -> list[float]:
    return [statistics.median(each) for each in zip(*times, strict=True)]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
