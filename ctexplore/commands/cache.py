"""``ctexplore cache info`` and ``ctexplore cache clear``."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("info", "clear"))
    parser.add_argument("--cache-dir", metavar="DIR", type=Path)


def run(args: argparse.Namespace) -> int:
    from ctexplore.store.opencache import open_cache
    from ctexplore.text import safe

    cache = open_cache(args.cache_dir)
    if args.action == "clear":
        print(f"{cache.clear():,} bytes freed")
    stats = cache.stats()
    if args.action == "info":
        print(f"path     {safe(str(stats.path or '-'))}")
        print(f"size     {stats.size:,} bytes of at most {stats.limit:,}")
        print(f"entries  {stats.entries:,}")
    if stats.note:
        print(f"note     {safe(stats.note)}")
    cache.close()
    return 0
