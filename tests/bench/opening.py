"""Rows: opening a folder, cold and warm, beside the peers on the same files."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.bench import ours, peers
from tests.bench.corpora import Corpus, scratch
from tests.bench.peers import Peer
from tests.bench.processes import Cost, measure, run
from tests.bench.table import Limit, Row, row, seconds, times

_COLD, _FILLING, _WARM, _UNZIP = "cold, --no-cache", "cold, filling the cache", "warm", "isal"


class _Limits(NamedTuple):
    """What the budgets say of a corpus. beside: warm beside cold. peers: by name."""

    cold: Limit = Limit()
    unzip: Limit = Limit()
    warm: Limit = Limit()
    beside: Limit = Limit()
    peers: Mapping[str, Limit] = {}


_LIMITS = {
    "dense": _Limits(
        unzip=Limit(5.5, 3.5, unit="×"),
        warm=Limit(goal=0.5, unit=" s"),
        beside=Limit(4, least=True, unit="×"),
        peers={
            "zcat | jq, two pipes": Limit(4, 6, least=True, unit="×"),
            "DuckDB, a typed table": Limit(10, 20, least=True, unit="×"),
        },
    ),
    # Of the made files that are as small they say nothing.
    "tiny": _Limits(),
    "sans504": _Limits(
        cold=Limit(1.0, unit=" s"),
        warm=Limit(0.3, unit=" s"),
        peers={"zcat | jq, one pipe": Limit(1.5, 3, least=True, unit="×")},
    ),
}


def rows(
    corpus: Corpus, empty: Cost, found: list[Peer], rounds: int, *, quick: bool = False
) -> Iterator[Row]:
    """empty: ctexplore on one file of one event. Answers are compared before times.

    quick: only the peers that the budgets name.
    """
    real = corpus.name == "sans504"
    limits = _LIMITS[corpus.name.split()[0]]
    if quick:
        found = [peer for peer in found if peer.name in _LIMITS["dense"].peers]
    names = _counts(run(ours.inside("names", str(corpus.folder))))
    wanted = names[corpus.wanted]
    said = f"{wanted:,} {corpus.wanted}; peers that say the same are timed"
    yield Row(f"{corpus.name}: events", f"{names.total():,}", said)
    found = [peer for peer in found if not peer.most or corpus.stored <= peer.most]
    agreeing, told = _agreeing(corpus, found, names)
    yield from told
    cache = scratch() / "cache"
    text = f"name:{corpus.wanted}"
    jobs = {
        _COLD: ours.count(text, corpus.folder, "--no-cache"),
        _FILLING: ours.count(
            text,
            corpus.folder,
            f"--cache-dir={cache}",
            before=lambda: shutil.rmtree(cache, ignore_errors=True),
        ),
        # Runs right after the one that filled the cache.
        _WARM: ours.count(text, corpus.folder, f"--cache-dir={cache}"),
        _UNZIP: peers.unzip(corpus),
    }
    slow = {peer.name: peer.count(corpus) for peer in agreeing if peer.slow}
    jobs |= {peer.name: peer.count(corpus) for peer in agreeing if not peer.slow}
    costs = measure(jobs, rounds)
    if slow:
        costs |= measure(slow, min(rounds, 3), {p.name: first for p, first in agreeing.items()})
    for name in (_COLD, _FILLING, _WARM):
        # sans504 has copies, which ctexplore folds: there it is held against itself.
        answer = _number(costs[name])
        if answer != (_number(costs[_COLD]) if real else wanted):
            yield Row(f"{corpus.name}: another answer, {name}", str(answer))
    yield from _own(corpus, costs, empty, limits)
    for peer in agreeing:
        yield _beside(
            corpus, costs[_COLD], peer.name, costs[peer.name], limits.peers.get(peer.name)
        )
    shutil.rmtree(cache, ignore_errors=True)


def _own(corpus: Corpus, costs: dict[str, Cost], empty: Cost, limits: _Limits) -> Iterator[Row]:
    cold, filling, warm, unzip = (costs[n] for n in (_COLD, _FILLING, _WARM, _UNZIP))
    name = f"{corpus.name}: "
    yield row(name + _COLD, seconds(cold.wall), cold.wall, limits.cold)
    yield row(
        name + "cold beside unzipping",
        seconds(cold.wall),
        cold.wall / unzip.wall,
        limits.unzip,
        beside=f"isal, both cores: {seconds(unzip.wall)}",
        ratio=times(cold.wall / unzip.wall),
        cpu=times(cold.cpu / unzip.cpu),
    )
    yield row(name + _FILLING, seconds(filling.wall))
    beyond = warm.wall - empty.wall
    yield row(
        name + "warm, beyond an empty start",
        seconds(beyond),
        beyond,
        limits.warm,
        beside=f"empty start: {seconds(empty.wall)}",
    )
    yield row(
        name + "warm beside cold",
        seconds(warm.wall),
        cold.wall / warm.wall,
        limits.beside,
        beside=f"cold: {seconds(cold.wall)}",
        ratio=times(cold.wall / warm.wall),
        cpu=times(cold.cpu / warm.cpu),
    )


def _beside(corpus: Corpus, cold: Cost, name: str, peer: Cost, limit: Limit | None) -> Row:
    faster = peer.wall / cold.wall
    return row(
        f"{corpus.name}: cold, faster than",
        seconds(cold.wall),
        faster if limit else None,
        limit or Limit(),
        beside=f"{name}: {seconds(peer.wall)}",
        ratio=times(faster),
        cpu=times(peer.cpu / cold.cpu),
    )


def _agreeing(
    corpus: Corpus, found: list[Peer], names: Counter[str]
) -> tuple[dict[Peer, Cost], list[Row]]:
    """The peers whose answers are ours, each with what its answer cost, and a row for each of
    the others, which is not timed."""
    agreeing: dict[Peer, Cost] = {}
    told: list[Row] = []
    for peer in found:
        cost = run(peer.count(corpus))
        other = _number(cost)
        same = other == names[corpus.wanted]
        if same and peer.names:
            same = _counts(run(peer.names(corpus))) == names
        if same:
            agreeing[peer] = cost
        else:
            said = "no answer" if other is None else f"{other:,}"
            told.append(Row(f"{corpus.name}: another answer", "", f"{peer.name}: {said}"))
    return agreeing, told


def _number(cost: Cost) -> int | None:
    found = re.findall(r"\d+", cost.output)
    return int(found[-1]) if found else None


def _counts(cost: Cost) -> Counter[str]:
    """From lines of a count and a name."""
    pairs = (line.split(None, 1) for line in cost.output.splitlines())
    return Counter({name: int(number) for number, name in pairs})
