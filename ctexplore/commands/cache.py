"""``ctexplore cache info`` and ``ctexplore cache clear``."""

from __future__ import annotations

import argparse

from ctexplore.commands.failure import Failure
from ctexplore.commands.source_options import add_cache_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("info", "clear"))
    add_cache_options(parser)


def run(args: argparse.Namespace) -> int:
    """Exit status 0. Raises Failure when there is a cache that cannot be cleared."""
    from ctexplore.store.cache.opencache import open_cache
    from ctexplore.text import safe

    cache = open_cache(args.cache_dir, args.cache_size)
    try:
        freed = cache.clear() if args.action == "clear" else 0
        stats = cache.stats()
        if args.action == "clear":
            if stats.path is None:
                raise Failure(stats.note)
            print(f"{freed:,} bytes freed")
            return 0
        print(f"path     {safe(str(stats.path or '-'))}")
        print(f"size     {stats.size:,} bytes of at most {stats.limit:,}")
        print(f"entries  {stats.entries:,}")
        if stats.note:
            print(f"note     {safe(stats.note)}")
        return 0
    finally:
        cache.close()
