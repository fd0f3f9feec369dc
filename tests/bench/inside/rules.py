"""Sigma rules asked about a folder's events in this process.

python -m tests.bench.inside.rules DIR RULES

Prints {"events", "rules", "hits", "wall", "cpu"}: medians of three, after the events are loaded and
the rules read.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from ctexplore.investigate.sigma.detect import Detector
from ctexplore.investigate.sigma.read import read_rules
from tests.bench.inside.loaded import load

_ROUNDS = 3


def main(folder: str, where: str) -> None:
    session = load(folder)
    rules = read_rules(Path(where)).rules
    taken, hits = [], 0
    for _ in range(_ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        found = Detector(rules).hits(session.table, 0, session.table.count, session.records)
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
        hits = sum(map(len, found.rows))
    wall, cpu = (statistics.median(each) for each in zip(*taken, strict=True))
    told = {"events": session.table.count, "rules": len(rules), "hits": hits}
    print(json.dumps(told | {"wall": wall, "cpu": cpu}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
