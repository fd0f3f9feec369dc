"""``query`` where it asks for ``integrity``: what is in scope is verified first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.progress import Progress
from ctexplore.commands.public_keys import given_keys, key_ring

if TYPE_CHECKING:
    from ctexplore.investigate.integrity.verdicts import Verdicts
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache
    from ctexplore.store.days import Part
    from ctexplore.store.scope import Scope


def verify_first(
    args: argparse.Namespace, source: Source, cache: Cache, scope: Scope, *, most: int
) -> Verdicts:
    """The verdicts on the log files in scope; told on standard error. Raises Failure.

    most: files to read.
    """
    from ctexplore.investigate.integrity.scope import can_verify, verification_of
    from ctexplore.investigate.integrity.verdicts import Verdicts, summary
    from ctexplore.sources.source import SourceError
    from ctexplore.store.parts import list_anew

    if not can_verify(source):
        raise Failure("only the files of a trail can be verified", "name its bucket or a folder")
    ring = key_ring(args, source, given_keys(args.keys))
    verdicts = Verdicts()
    list_anew(source)
    verification = verification_of(source, cache, scope, keys=ring, most=most)
    with closing(verification), closing(Progress(tells=sys.stderr.isatty())) as progress:
        try:
            for finding in verification.run():
                verdicts.add(finding)
                if progress.is_due:
                    done = f"{verification.done:,} files"
                    progress.show(f"verifying {verification.share:.0%}, {done}")
        except SourceError as error:
            raise Failure(str(error)) from None
        progress.say(f"verified first: {summary(verdicts)}")
    return verdicts


def judged(parts: Iterable[Part], verdicts: Verdicts) -> Iterator[Part]:
    """The parts, their events with the verdict on their file."""
    for part in parts:
        verdicts.put(part.table)
        yield part
