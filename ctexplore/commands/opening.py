"""From the options to an open source; whatever may ask or fail does so here, before a screen."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.sources.address import Address
    from ctexplore.sources.source import Source
    from ctexplore.store.cache import Cache


def open_sources(args: argparse.Namespace, sources: list[str], cache: Cache) -> list[Source]:
    """Every source that was named, at least one. Raises Failure."""
    opened: list[Source] = []
    if args.demo:
        from ctexplore.sources.demo import DemoSource

        opened.append(DemoSource())
    if args.bucket:
        opened.append(_named_bucket(args, cache))
    for text in sources:
        opened.append(_named(args, text, cache))
    if not opened:
        raise Failure(
            "nothing to open", "--bucket NAME, a folder of log files, or --demo to try it"
        )
    return opened


def _named_bucket(args: argparse.Namespace, cache: Cache) -> Source:
    from ctexplore.sources.address import parse_address
    from ctexplore.sources.bucket import AddressError

    try:
        return _bucket(args, parse_address(args.bucket, args.prefix), cache)
    except AddressError as error:
        raise Failure(str(error)) from None


def _named(args: argparse.Namespace, text: str, cache: Cache) -> Source:
    from ctexplore.sources.address import which
    from ctexplore.sources.bucket import AddressError

    try:
        found = which(text)
    except AddressError as error:
        raise Failure(str(error)) from None
    return _folder(found) if isinstance(found, Path) else _bucket(args, found, cache)


def _folder(path: Path) -> Source:
    from ctexplore.sources.arranged import arrange
    from ctexplore.sources.folder import FolderSource
    from ctexplore.sources.source import SourceError
    from ctexplore.store.peek import peek

    try:
        return arrange(FolderSource(path), peek)
    except SourceError as error:
        raise Failure(str(error)) from None


def _bucket(args: argparse.Namespace, address: Address, cache: Cache) -> Source:
    from ctexplore.sources.s3_options import S3Options
    from ctexplore.sources.s3_session import open_s3
    from ctexplore.sources.source import SourceError
    from ctexplore.store.kept import KeptSource

    options = S3Options.at(
        address,
        profile=args.profile or "",
        endpoint_url=args.endpoint_url or "",
        role_arn=args.role_arn or "",
        request_payer=args.request_payer,
    )
    try:
        return KeptSource(open_s3(options, offline=args.offline), cache, offline=args.offline)
    except SourceError as error:
        raise Failure(str(error)) from None
