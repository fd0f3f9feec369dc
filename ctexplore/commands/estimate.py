"""``ctexplore query --estimate``: what a query would read and ask for, without reading it."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.watch import price

if TYPE_CHECKING:
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache
    from ctexplore.store.scope import Scope


def print_estimate(source: Source, cache: Cache, scope: Scope) -> int:
    """List the scope and print its price on one line. 0, or 3 where something cannot be listed.

    Raises Failure where nothing more can be.
    """
    from ctexplore.store.loader import Loader
    from ctexplore.store.scope import Limits
    from ctexplore.store.steps import Ask, Halt, Pace
    from ctexplore.text import safe

    # Asks whatever it costs, once all is listed.
    limits = Limits(sys.maxsize, ask_objects=-1, ask_folders=sys.maxsize)
    with closing(Loader(source, cache, scope, limits)) as loader:
        for step in loader.run(Pace.PRICED):
            if isinstance(step, Halt):
                raise Failure(str(step.error))
            if isinstance(step, Ask):
                print(price(step.estimate))
                break
        lost = [str(p) for p in loader.tally.problems if p.outcome in ("failed", "partial")]
    for line in lost:
        print(f"ctexplore: {safe(line)}", file=sys.stderr)
    return 3 if lost else 0
