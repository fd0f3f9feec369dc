"""``python -m tests.bench``: ctexplore beside the tools one would reach for, on the same files.

Whole processes on log files that the disk cache of the system holds; answers are compared
before times. Decides nothing: the exit status is 0 whatever was measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.bench import (
    columns,
    corpora,
    gets,
    growth,
    investigating,
    machine,
    opening,
    ours,
    peers,
    ruling,
    screen,
    start,
    verifying,
)
from tests.bench.processes import Cost, measure
from tests.bench.table import Row, render

RESULTS = Path(__file__).with_name("RESULTS.md")
TOPICS = (
    "open",
    "filter",
    "word",
    "screen",
    "start",
    "memory",
    "s3",
    "verify",
    "rules",
    "investigate",
)
_ALSO = {"gets": "s3"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "topics",
        nargs="*",
        choices=(*TOPICS, *_ALSO, []),
        metavar="TOPIC",
        help=f"only these: {', '.join(TOPICS)}",
    )
    parser.add_argument("--quick", action="store_true", help="100,000 events, under a minute")
    parser.add_argument("--write", action="store_true", help=f"update {RESULTS.name} too")
    parser.epilog = (
        f"DuckDB is looked for in the Python that {peers.PYTHON_VARIABLE} names (by default the "
        "one that runs this), trailscraper beside it or on the PATH, all others on the PATH. "
        "CTEXPLORE_TEST_LOGS names a folder of real logs, of which sans504 is read. Corpora stay "
        f"in {corpora.scratch()}."
    )
    args = parser.parse_args()
    bench = Bench(args.quick, [_ALSO.get(name, name) for name in args.topics] or TOPICS)
    rows = bench.rows()
    text = f"{machine.line()}\n{bench.tools}\n\n{render(rows)}\n"
    print(text, end="")
    if args.write:
        RESULTS.write_text(machine.page(text, args.quick))


class Bench:
    """quick: a tenth of the events, fewer repeats."""

    def __init__(self, quick: bool, topics: Iterable[str]) -> None:
        self.quick = quick
        self.topics = tuple(topics)
        self.rounds, self.long = (3, 1) if quick else (5, 3)
        self.found, told = peers.installed()
        self.tools = "Peers: " + ", ".join(told)

    def rows(self) -> list[Row]:
        """What cannot be measured here becomes a row that says why."""
        found: list[Row] = []
        for topic in TOPICS:
            if topic not in self.topics:
                continue
            work: Callable[[], Iterator[Row]] = getattr(self, f"_{topic}")
            print(f"measuring: {topic}", file=sys.stderr, flush=True)
            try:
                for each in work():
                    found.append(each)
                    print(f"  {each.what}: {each.ours} {each.beside}", file=sys.stderr, flush=True)
            except Exception as error:
                found.append(Row(f"{topic}: could not be measured", "", f"{error!r:.100}"))
        return found

    @property
    def _dense(self) -> corpora.Corpus:
        return corpora.made("dense", 100_000 if self.quick else 1_000_000)

    def _empty(self) -> Cost:
        """ctexplore on one file of one event: what every run pays before it reads."""
        one = corpora.made("dense", 1)
        return measure({"one": ours.count("", one.folder, "--no-cache")}, self.rounds)["one"]

    def _open(self) -> Iterator[Row]:
        empty = self._empty()
        yield from opening.rows(self._dense, empty, self.found, self.long, quick=self.quick)
        if not self.quick:
            tiny = corpora.made("tiny", 30_000)
            yield from opening.rows(tiny, empty, self.found, self.rounds)
        if real := corpora.real():
            rounds = self.long if self.quick else self.rounds
            yield from opening.rows(real, empty, self.found, rounds, quick=self.quick)

    def _filter(self) -> Iterator[Row]:
        yield from columns.in_process(self._dense)

    def _word(self) -> Iterator[Row]:
        has_rg = any(p.name == "rg -z" for p in self.found)
        yield from columns.words(self._dense, self.long, has_rg=has_rg)

    def _screen(self) -> Iterator[Row]:
        presses = 10 if self.quick else 40
        yield from screen.first_frame(self.rounds)
        yield from screen.line_bytes(presses)
        yield from screen.latency(1_000_000 if self.quick else 10_000_000, presses)
        yield from screen.latency_while_loading(self._dense, presses)

    def _start(self) -> Iterator[Row]:
        yield from start.version(self.rounds)
        yield from start.installed()

    def _memory(self) -> Iterator[Row]:
        sizes = (10_000, 100_000) if self.quick else (100_000, 1_000_000, 3_000_000)
        made = {size: corpora.made("dense", size) for size in sizes}
        costs = measure(
            {str(n): ours.count("", c.folder, "--no-cache") for n, c in made.items()}, self.long
        )
        many = 1_000_000 if self.quick else 10_000_000
        full = measure({"rows": ours.inside("rows", str(many))}, 1)["rows"]
        opened = {int(n): cost for n, cost in costs.items()}
        yield from growth.rows(opened, self._empty(), (many, full))

    def _s3(self) -> Iterator[Row]:
        yield from gets.rows(500 if self.quick else 3000, self.long, quick=self.quick)

    def _verify(self) -> Iterator[Row]:
        yield from verifying.rows(10_000, 3 if self.quick else 9)

    def _rules(self) -> Iterator[Row]:
        yield from ruling.rows(self._dense)

    def _investigate(self) -> Iterator[Row]:
        yield from investigating.rows(self._dense)


if __name__ == "__main__":
    main()
