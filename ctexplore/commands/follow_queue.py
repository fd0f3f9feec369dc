"""``follow --queue``: woken by a trail's notifications."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.commands.follow_loop import Said, Wait
    from ctexplore.sources.aws.queue import Queue
    from ctexplore.sources.source import Source


def queue_of(args: argparse.Namespace, source: Source) -> Queue:
    """The queue that wakes following. Raises Failure."""
    from ctexplore.sources.aws.queue import open_queue
    from ctexplore.sources.s3.source import S3Source
    from ctexplore.sources.source import SourceError
    from ctexplore.store.parts import parts_of

    buckets = [part.options.bucket for part in parts_of(source) if isinstance(part, S3Source)]
    if len(buckets) != 1:
        raise Failure("--queue goes with one bucket")
    # Of an access point the bucket's name, which messages tell, is not known.
    point = buckets[0].startswith("arn:") or buckets[0].endswith("-s3alias")
    bucket = "" if point else buckets[0]
    try:
        return open_queue(
            args.queue,
            bucket,
            profile=args.profile or "",
            role_arn=args.role_arn or "",
            delete=args.delete_messages,
        )
    except (ValueError, SourceError) as error:
        raise Failure(f"--queue: {error}") from None


def rung(queue: Queue, said: Said, pause: Callable[[float], None], most: float) -> Wait:
    """Waits until the queue rings; ``most`` seconds, by ``pause``, while it cannot be read."""
    from ctexplore.sources.source import SourceError

    def wait(seconds: float) -> Sequence[str]:
        try:
            return queue.wait(seconds, pause)
        except SourceError as error:
            said.listing([error], whole=False)
            pause(min(seconds, most))
            return ()

    return wait
