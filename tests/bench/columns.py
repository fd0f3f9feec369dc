"""Rows: the filter and the facets over loaded columns, and words looked for in the records."""

from __future__ import annotations

import gzip
import json
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.bench import ours, peers
from tests.bench.corpora import Corpus, scratch
from tests.bench.processes import measure, run
from tests.bench.table import Limit, Row, row, seconds, times


def in_process(corpus: Corpus) -> Iterator[Row]:
    """A keystroke: parse, evaluate, order. The facets: seven fields of all events together."""
    told = json.loads(run(ours.inside("columns", str(corpus.folder))).output)
    keys: dict[str, float] = told["keys"]
    slowest = max(keys, key=lambda text: keys[text])
    middle = statistics.median(keys.values())
    yield row(
        f"{corpus.name}: a key in the filter, median of {len(keys)}",
        seconds(middle),
        middle * 1000,
        Limit(50, 20, unit=" ms"),
    )
    yield row(
        f"{corpus.name}: a key in the filter, the slowest",
        seconds(keys[slowest]),
        keys[slowest] * 1000,
        Limit(50, 20, unit=" ms"),
        beside=slowest,
    )
    facets: dict[str, float] = told["facets"]
    whole = sum(facets.values())
    yield row(
        f"{corpus.name}: {len(facets)} facets",
        seconds(whole),
        whole * 1000,
        Limit(100, unit=" ms"),
    )


def words(corpus: Corpus, rounds: int, *, has_rg: bool) -> Iterator[Row]:
    """Bare words: one that one record holds, and one in a few of a hundred."""
    rare, common = _rare_word(corpus), corpus.wanted
    cache = scratch() / "cache"
    warm = f"--cache-dir={cache}"
    run(ours.count("", corpus.folder, warm))
    jobs = {
        "cached": ours.count(f'"{rare}"', corpus.folder, warm),
        "no cache": ours.count(f'"{rare}"', corpus.folder, "--no-cache"),
    }
    if has_rg:
        jobs["rg"] = peers.word_count(corpus, rare)
    costs = measure(jobs, rounds)
    name = f"{corpus.name}: a bare word"
    for option, what in (("cached", "whole process"), ("no cache", "whole process, --no-cache")):
        mine = costs[option]
        if has_rg and costs["rg"].output.split() == mine.output.split():
            faster = costs["rg"].wall / mine.wall
            yield row(
                f"{name}, {what}",
                seconds(mine.wall),
                faster,
                Limit(2, 5, least=True, unit="×"),
                beside=f"rg -z: {seconds(costs['rg'].wall)}",
                ratio=times(faster),
                cpu=times(costs["rg"].cpu / mine.cpu),
            )
        else:
            beside = f"rg -z: another answer, {costs['rg'].output.strip()}" if has_rg else ""
            yield row(f"{name}, {what}", seconds(mine.wall), beside=beside)
    inside = json.loads(run(ours.inside("word", str(corpus.folder), rare, common)).output)
    first = inside[common]["first"]
    yield row(
        f"{name} in the explorer, first rows",
        seconds(first),
        first * 1000,
        Limit(150, unit=" ms"),
        beside=f"{common}, {inside[common]['found']:,} events",
    )
    for word, what in ((rare, "in one record"), (common, common)):
        yield row(f"{name} in the explorer, all, {what}", seconds(inside[word]["all"]))


def _rare_word(corpus: Corpus) -> str:
    """The end of an event id: it stands once in the whole corpus, and in no column as a text."""
    path: Path = corpus.files[len(corpus.files) // 2]
    records = json.loads(gzip.decompress(path.read_bytes()))["Records"]
    return str(records[len(records) // 2]["eventID"][-12:])
