"""The public keys that digests are judged by, as the command line names or finds them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.investigate.integrity.keys import KeyRing
    from ctexplore.sources.source import Source
    from ctexplore.trail.sidecar import PublicKey


def add_keys_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keys",
        metavar="FILE",
        type=Path,
        help="public keys, as aws cloudtrail list-public-keys prints them",
    )


def given_keys(path: Path | None) -> list[PublicKey]:
    """Raises Failure."""
    from ctexplore.trail.sidecar import read_keys

    if path is None:
        return []
    try:
        keys = read_keys(path.read_bytes())
    except OSError as error:
        raise Failure(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        hint = "aws cloudtrail list-public-keys --output json prints such a file"
        raise Failure(f"{path}: no public keys: {error}", hint) from None
    if not keys:
        raise Failure(f"{path}: holds no public keys", "widen --start-time and --end-time")
    return keys


def key_ring(args: argparse.Namespace, source: Source, given: list[PublicKey]) -> KeyRing:
    """The keys of --keys, else those beside the files, else CloudTrail's. Raises Failure."""
    from ctexplore.investigate.integrity.keys import Beside, KeyRing
    from ctexplore.sources.source import SourceError

    try:
        at_hand = given or Beside(source).keys()
    except SourceError as error:
        raise Failure(str(error)) from None
    if args.offline:
        return KeyRing(at_hand)
    session = _session_of(args, source)

    def ask(region: str, start: datetime, end: datetime) -> list[PublicKey]:
        from ctexplore.sources.aws.public_keys import public_keys

        return public_keys(session(), region, start, end)

    return KeyRing(at_hand, ask)


def _session_of(args: argparse.Namespace, source: Source) -> Callable[[], Any]:
    """Gives the session that a bucket was opened with, else one by the options, when asked."""
    from ctexplore.sources.s3.source import S3Source
    from ctexplore.store.parts import parts_of

    @once
    def session() -> Any:
        for part in parts_of(source):
            if isinstance(part, S3Source):
                return part.session
        from ctexplore.sources.aws.session import open_session
        from ctexplore.sources.s3.errors import Asked, explain
        from ctexplore.sources.s3.unanswered import failures
        from ctexplore.sources.source import SourceError

        try:
            return open_session(args.profile or "", "", args.role_arn or "")
        except failures() as error:
            said = explain(error, Asked("public keys"))
            raise SourceError(said.place, said.reason, f"{said.hint}, or --keys FILE") from None

    return session
