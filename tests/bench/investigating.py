"""Chains, profiles, first seen, and everything about a value."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.bench import ours
from tests.bench.corpora import Corpus
from tests.bench.processes import run
from tests.bench.table import Limit, Row, row, seconds


def rows(corpus: Corpus) -> Iterator[Row]:
    told = json.loads(run(ours.inside("investigate", str(corpus.folder))).output)
    for what, value in told["seconds"].items():
        limit = Limit(1000 if what == "first seen" else 300, unit=" ms")
        yield row(f"{corpus.name}: {what}", seconds(value), value * 1000, limit)
    first = told["first_rows"]
    yield row(
        f"{corpus.name}: everything about a value, first rows",
        seconds(first),
        first * 1000,
        Limit(300, unit=" ms"),
    )
    yield row(f"{corpus.name}: everything about a value, complete", seconds(told["complete"]))
