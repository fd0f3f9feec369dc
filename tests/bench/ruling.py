"""Rows: the public Sigma rules asked about loaded events."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.bench import ours
from tests.bench.corpora import Corpus
from tests.bench.processes import run
from tests.bench.table import Limit, Row, row, seconds


def rows(corpus: Corpus) -> Iterator[Row]:
    rules = Path(os.environ.get("CTEXPLORE_TEST_LOGS", "")) / "sigma"
    if not rules.is_dir():
        yield Row("Sigma rules", "", "CTEXPLORE_TEST_LOGS has no folder sigma")
        return
    told = json.loads(run(ours.inside("rules", str(corpus.folder), str(rules))).output)
    yield row(
        f"{corpus.name}: {told['rules']} Sigma rules",
        seconds(told["wall"]),
        told["wall"],
        Limit(3, unit=" s"),
        beside=f"{told['hits']:,} hits; {seconds(told['cpu'])} of processor time",
    )
