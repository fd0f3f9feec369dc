"""The arguments that open the same again: for the list of recent sources, and of kept buckets."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from ctexplore.sources.address import Address, parse_address, which


def reach_words(args: argparse.Namespace) -> Iterator[str]:
    """How what was named is reached: profile, role, endpoint, region."""
    for option, value in (
        ("--profile", args.profile),
        ("--role-arn", args.role_arn),
        ("--endpoint-url", args.endpoint_url),
        ("--expected-bucket-owner", args.expected_bucket_owner),
        *(("--region", region) for region in args.region),
    ):
        if value:
            yield from (option, value)
    if args.request_payer:
        yield "--request-payer"


def narrow_words(args: argparse.Namespace) -> Iterator[str]:
    """Which part of it, but for the region."""
    for option, value in (
        *(("--account", account) for account in args.account),
        *(("--since", args.since), ("--until", args.until), ("--last", args.last)),
    ):
        if value:
            yield from (option, value)


def bucket_words(args: argparse.Namespace, address: Address) -> tuple[str, ...]:
    """A bucket, or a file in it, and how it is reached."""
    point = address.bucket.startswith("arn:")
    place = f"{address.bucket}/{address.key or address.prefix}"
    # A link from the console names the region; an access point's ARN has it.
    region = () if point or args.region or not address.region else ("--region", address.region)
    return (place if point else f"s3://{place}", *reach_words(args), *region)


def source_words(args: argparse.Namespace) -> tuple[str, ...]:
    """All that was asked for; () where it cannot be opened again from elsewhere (standard
    input), or is offered anyway (the demo)."""
    if args.demo or "-" in args.sources:
        return ()
    places = [which(text) for text in args.sources]
    if args.bucket:
        places.insert(0, parse_address(args.bucket, args.prefix))
    words: dict[str, None] = {}
    options = list(reach_words(args))
    for place in places:
        if isinstance(place, Address):
            named, *options = bucket_words(args, place)
            words[named] = None
        else:
            words[os.path.abspath(place)] = None  # noqa: PTH100
    if getattr(args, "history", False):
        words["--history"] = None
    if getattr(args, "log_group", ""):
        words["--log-group"] = None
        words[args.log_group] = None
    if not words:
        return ()
    offline = ["--offline"] if args.offline else []
    return (*words, *options, *narrow_words(args), *offline)
