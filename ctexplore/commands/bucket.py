"""From an address in S3 to an open bucket, its listings kept; offline without asking anybody."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ctexplore.sources.address import Address
    from ctexplore.sources.s3.source import S3Source
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache

_AWSLOGS = "AWSLogs/"


def open_bucket(
    args: argparse.Namespace,
    address: Address,
    cache: Cache,
    *,
    may_ask: bool,
    session: Any = None,
) -> Source:
    """A bucket of which the first folder has been listed.

    may_ask: somebody can be asked for a prefix, so that a bucket is no failure whose top and
    ``AWSLogs/`` may not be listed. session: one with credentials in hand. Raises SourceError.
    """
    from ctexplore.commands.words import bucket_words
    from ctexplore.sources.arranged import arrange
    from ctexplore.sources.source import SourceError
    from ctexplore.store.cache.buckets import keep_bucket
    from ctexplore.store.cache.kept import KeptSource
    from ctexplore.store.cache.places import KeptPlaces
    from ctexplore.store.peek import peek

    s3 = _named(args, address, cache, session)
    source = KeptSource(s3, cache, offline=args.offline, only=address.key)
    try:
        source.root = _enter(source, offline=args.offline, file=bool(address.key))
        if address.key:
            return source
        if not args.offline:
            words = bucket_words(args, address)
            keep_bucket(cache, source.identity, source.root, words, datetime.now(UTC))
        return arrange(source, peek, KeptPlaces(cache, source.identity))
    except SourceError as error:
        if may_ask and error.denied and not address.prefix:
            return source
        raise


def _named(args: argparse.Namespace, address: Address, cache: Cache, session: Any) -> S3Source:
    """The bucket, connected unless offline; then it is there for its name."""
    from ctexplore.sources.aws.endpoint_settings import endpoint_settings
    from ctexplore.sources.s3.options import S3Options
    from ctexplore.store.cache.identities import keep_identity, kept_identity

    profile, endpoint = args.profile or "", args.endpoint_url or ""
    asked = (address.bucket, address.region, *args.region, profile, endpoint, *endpoint_settings())
    identity = kept_identity(cache, asked) if args.offline else ""
    options = S3Options(
        address.bucket,
        address.prefix,
        address.key,
        profile=profile,
        region=address.region or ("" if identity else client_region(args)),
        endpoint_url=endpoint,
        role_arn=args.role_arn or "",
        request_payer=args.request_payer,
        expected_bucket_owner=args.expected_bucket_owner or "",
    )
    if identity:
        from ctexplore.sources.s3.source import Connection, S3Source

        return S3Source(options, lambda: Connection(None, identity, "", str))
    from ctexplore.sources.s3.session import open_s3

    s3 = open_s3(options, offline=args.offline, session=session)
    keep_identity(cache, asked, s3.identity)
    return s3


def _enter(source: Source, *, offline: bool, file: bool) -> str:
    """The folder to show first, of which the first page has come. Raises SourceError."""
    from ctexplore.sources.s3.session import first_folder
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


def client_region(args: argparse.Namespace) -> str:
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
