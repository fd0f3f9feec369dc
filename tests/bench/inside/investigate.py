"""What the questions over many events take, over a folder's events in this process.

python -m tests.bench.inside.investigate DIR    prints {"events", "seconds": {question: median of
five}, "first_rows", "complete", "callers"}: chains of the busiest keys and of one that was planted
with a session below each of 200 sessions, profiles of the busiest actors, first seen, and for a
bare word, the busiest target, the time until the first rows and until all.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from ctexplore.investigate.chains.chain import follow
from ctexplore.investigate.novelty import find_new
from ctexplore.investigate.profile.profile import profile
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.sources.source import LogFile
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.schema import FIELDS
from ctexplore.store.session import Session
from tests.bench.inside.loaded import load
from tests.build import log
from tests.investigate.credentials import at, call, session_of, taken, user

_ROUNDS = 5
_FIRST, _CHUNK = 2_000, 32_000  # rows asked at once
_PLANTED = 600


def main(folder: str) -> None:
    session = load(folder)
    _plant(session)
    table = session.table
    keys = _busiest(session, "key")
    actors = _busiest(session, "actor")
    told = {
        "chain of the busiest key": _median(lambda: follow(session, keys[0])),
        "chain of 401 callers": _median(lambda: follow(session, "AKIABENCH")),
        "profile of the busiest actor": _median(lambda: profile(session, actors[0])),
        "first seen": _median(lambda: find_new(session)),
    }
    callers = sum(1 for _ in follow(session, "AKIABENCH").root.walk())
    word = _busiest(session, "target")[0]
    first, complete = _word(session, word)
    print(
        json.dumps(
            {
                "events": table.count,
                "seconds": told,
                "first_rows": first,
                "complete": complete,
                "callers": callers,
            }
        )
    )


def _plant(session: Session) -> None:
    """The corpus uses no key that it issues; these records do, at every depth up to two."""
    thief = user("bench", "AKIABENCH")
    records = []
    for n in range(200):
        first = session_of("one", f"ASIAONE{n}", session=f"s{n}")
        records += [
            taken(4 * n, thief, at(1), "one", f"ASIAONE{n}", session=f"s{n}"),
            taken(4 * n + 1, first, at(2), "two", f"ASIATWO{n}", session=f"s{n}"),
            call(4 * n + 2, session_of("two", f"ASIATWO{n}", session=f"s{n}"), at(3)),
        ]
    data = log(*records)
    session.table.append(decode([("planted", data)]).batch, [LogFile("planted", len(data))])
    session.order.update()


def _busiest(session: Session, field: str) -> list[str]:
    table = session.table
    codes = table.codes(FIELDS[field][0])
    counts = np.bincount(codes, minlength=len(table.values(field)))
    texts = table.values(field)
    totals: dict[str, int] = {}
    for entry, number in enumerate(counts.tolist()):
        if texts[entry]:
            totals[texts[entry]] = totals.get(texts[entry], 0) + number
    return sorted(totals, key=lambda text: -totals[text])


def _word(session: Session, word: str) -> tuple[float, float]:
    """Seconds until the first rows that mention a word are known, and until all are, in pieces as
    the explorer takes them (tui/feed.py)."""
    wanted = Filter(parse(json.dumps(word), datetime.now(UTC)))
    count = session.order.count - _PLANTED
    at, chunk, first = 0, _FIRST, 0.0
    began = time.perf_counter()
    while at < count:
        end = min(at + chunk, count)
        found = wanted.mask(session.table, at, end, session.records)
        if not first and found.any():
            first = time.perf_counter() - began
        at, chunk = end, min(chunk * 2, _CHUNK)
    return first, time.perf_counter() - began


def _median(work: Callable[[], object]) -> float:
    taken_by = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        taken_by.append(time.perf_counter() - started)
    return statistics.median(taken_by)


if __name__ == "__main__":
    main(sys.argv[1])
