"""From the options to an open source; whatever may ask or fail does so here, before a screen."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.local import open_path, open_stdin
from ctexplore.commands.source_options import memory_of

if TYPE_CHECKING:
    from ctexplore.sources.address import Address
    from ctexplore.sources.source import Source
    from ctexplore.store.cache import Cache

STDIN = "-"
_AWSLOGS = "AWSLogs/"


def open_source(args: argparse.Namespace, cache: Cache, *, may_ask: bool = False) -> Source:
    """What was named, as one source; of a bucket the first folder has been listed.

    may_ask: somebody can be asked for a prefix, so that a bucket is no failure whose top and
    ``AWSLogs/`` may not be listed. Raises Failure, exit status 2.
    """
    from ctexplore.sources.bucket import AddressError
    from ctexplore.sources.source import SourceError

    try:
        sources = _open(args, cache, may_ask)
    except (AddressError, SourceError) as error:
        raise Failure(str(error)) from None
    if not sources:
        raise Failure(
            "nothing to open", "--bucket NAME, a folder of log files, or --demo to try it"
        )
    if len(sources) == 1:
        return sources[0]
    from ctexplore.sources.several import SeveralSource

    return SeveralSource(sources)


def _open(args: argparse.Namespace, cache: Cache, may_ask: bool) -> list[Source]:
    from ctexplore.sources.address import Address, parse_address, which

    # Read first: a slip in the last one is told before the first is asked for an MFA code.
    places: list[Address | Path | None] = []
    if args.bucket:
        places.append(parse_address(args.bucket, args.prefix))
    elif args.prefix:
        raise Failure("--prefix goes with --bucket", "or write s3://NAME/prefix")
    for text in args.sources:
        places.append(None if text == STDIN else which(text))
    opened: list[Source] = []
    if args.demo:
        from ctexplore.sources.demo import DemoSource

        opened.append(DemoSource())
    for place in dict.fromkeys(places):
        if isinstance(place, Address):
            opened.append(_bucket(args, place, cache, may_ask))
        elif place is None:
            opened.append(open_stdin(memory_of(args), screen=may_ask))
        else:
            opened.append(open_path(place, memory_of(args)))
    return opened


def _bucket(args: argparse.Namespace, address: Address, cache: Cache, may_ask: bool) -> Source:
    from ctexplore.sources.arranged import arrange
    from ctexplore.sources.s3_options import S3Options
    from ctexplore.sources.s3_session import open_s3
    from ctexplore.sources.source import SourceError
    from ctexplore.store.kept import KeptSource
    from ctexplore.store.peek import peek

    options = S3Options(
        address.bucket,
        address.prefix,
        address.key,
        profile=args.profile or "",
        region=address.region or _region(args),
        endpoint_url=args.endpoint_url or "",
        role_arn=args.role_arn or "",
        request_payer=args.request_payer,
        expected_bucket_owner=args.expected_bucket_owner or "",
    )
    s3 = open_s3(options, offline=args.offline)
    source = KeptSource(s3, cache, offline=args.offline, only=address.key)
    try:
        source.root = _enter(source, offline=args.offline, file=bool(address.key))
        return source if address.key else arrange(source, peek)
    except SourceError as error:
        if may_ask and error.denied and not address.prefix:
            return source
        raise


def _enter(source: Source, *, offline: bool, file: bool) -> str:
    """The folder to show first, of which the first page has come. Raises SourceError."""
    from ctexplore.sources.s3_session import first_folder
    from ctexplore.sources.source import SourceError

    if not (offline or file):
        return first_folder(source)
    try:
        next(source.children(source.root), None)
        return source.root
    except SourceError as error:
        missing = error
    if source.root or file:
        raise missing
    # Listed from there while online, where policy opens no more.
    try:
        next(source.children(_AWSLOGS), None)
    except SourceError:
        raise missing from None
    return _AWSLOGS


def _region(args: argparse.Namespace) -> str:
    """The client's region; "" leaves it to botocore, which knows what is configured.

    S3 leads on to the bucket's own region, so within a partition any will do. Without one,
    botocore does not even assume a role.
    """
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    if region := os.environ.get("AWS_REGION", ""):
        return region
    try:
        configured = Session(profile=args.profile).get_config_variable("region")
    except BotoCoreError:
        return ""  # opening the bucket says what is wrong with the configuration
    return "" if configured else str([*args.region, "us-east-1"][0])
