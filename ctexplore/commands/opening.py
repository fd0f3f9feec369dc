"""From the options to an open source; whatever may ask or fail does so here, before a screen."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctexplore.commands.account_names import learn_organization
from ctexplore.commands.bucket import open_bucket
from ctexplore.commands.failure import Failure
from ctexplore.commands.local import open_path, open_stdin
from ctexplore.commands.source_options import memory_of

if TYPE_CHECKING:
    from ctexplore.sources.address import Address
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache

STDIN = "-"


def open_source(
    args: argparse.Namespace, cache: Cache, *, may_ask: bool = False, session: Any = None
) -> Source:
    """What was named, as one source; of a bucket the first folder has been listed.

    may_ask: somebody can be asked for a prefix, so that a bucket is no failure whose top and
    ``AWSLogs/`` may not be listed. session: one of ``aws_session.open_session`` with what the
    options say. Raises Failure, exit status 2.
    """
    from ctexplore.sources.bucket import AddressError
    from ctexplore.sources.source import SourceError

    try:
        sources = _open(args, cache, may_ask, session)
    except (AddressError, SourceError) as error:
        raise Failure(str(error)) from None
    if not sources:
        raise Failure("nothing to open", "--bucket NAME, --history, a folder, or --demo to try it")
    if len(sources) == 1:
        source = sources[0]
    else:
        from ctexplore.sources.several import SeveralSource

        source = SeveralSource(sources)
    if args.org_names:
        learn_organization(source, cache)
    return source


def _open(args: argparse.Namespace, cache: Cache, may_ask: bool, session: Any) -> list[Source]:
    from ctexplore.sources.address import Address, parse_address, which

    # Read first: a slip in the last one is told before the first is asked for an MFA code.
    places: list[Address | Path | None] = []
    if args.bucket:
        places.append(parse_address(args.bucket, args.prefix))
    elif args.prefix:
        raise Failure("--prefix goes with --bucket", "or write s3://NAME/prefix")
    for text in args.sources:
        places.append(None if text == STDIN else which(text))
    if args.history:
        if places or args.demo or args.log_group:
            raise Failure("--history goes alone", "open the other source by itself")
        if getattr(args, "estimate", False):
            raise Failure("AWS does not tell how much Event history holds")
        from ctexplore.commands.history import open_history

        return [open_history(args, cache, session)]
    if args.log_group:
        if places or args.demo:
            raise Failure("--log-group goes alone", "open the other source by itself")
        if getattr(args, "estimate", False):
            raise Failure("AWS does not tell how much a log group holds")
        from ctexplore.commands.history import open_log_group

        return [open_log_group(args, cache, session)]
    if args.lookup:
        raise Failure("--lookup goes with --history")
    opened: list[Source] = []
    if args.demo:
        from ctexplore.sources.demo import DemoSource

        opened.append(DemoSource())
    for place in dict.fromkeys(places):
        if isinstance(place, Address):
            opened.append(open_bucket(args, place, cache, may_ask=may_ask, session=session))
        elif place is None:
            opened.append(open_stdin(memory_of(args), screen=may_ask))
        else:
            opened.append(open_path(place, memory_of(args), cache))
    return opened
