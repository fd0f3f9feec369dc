"""What a keystroke in the filter and the facets cost, over a folder's events in this process.

python -m tests.bench.inside.columns DIR    prints {"events", "keys": {text: seconds},
"facets": {field: seconds}}, each the median of nine.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from ctexplore.query.evaluate import Filter
from ctexplore.query.facets import facet
from ctexplore.query.parse import parse
from ctexplore.query.syntax import FilterError
from tests.bench.inside.loaded import load

_TYPED = (
    "name:Assume*",
    "is:denied -source:s3",
    "who:*admin* is:write",
    "ip:10.0.0.0/8 or is:root",
)
_FIELDS = ("source", "name", "who", "ip", "region", "account", "error")
_ROUNDS = 9


def main(folder: str) -> None:
    session = load(folder)
    table, order = session.table, session.order
    rows = order.view().rows

    def answer(text: str) -> None:
        wanted = Filter(parse(text, datetime.now(UTC)))
        order.view(wanted.mask(table, 0, order.count))

    keys = {text: _median(partial(answer, text)) for text in _keystrokes()}
    facets = {field: _median(partial(facet, table, rows, field, 20)) for field in _FIELDS}
    print(json.dumps({"events": table.count, "keys": keys, "facets": facets}))


def _keystrokes() -> list[str]:
    """What stands in the filter bar after each key, as far as it can be read as a filter of
    columns alone; a bare word reads records and is measured by itself."""
    texts = dict.fromkeys(text[: n + 1] for text in _TYPED for n in range(len(text)))
    return [text for text in texts if _columns_alone(text)]


def _columns_alone(text: str) -> bool:
    try:
        return not Filter(parse(text, datetime.now(UTC))).needs_records
    except FilterError:
        return False


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    main(sys.argv[1])
