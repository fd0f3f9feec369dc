"""From the options to what is asked for events; offline without asking anybody."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ctexplore.commands.failure import Failure
from ctexplore.commands.source_options import ALL

if TYPE_CHECKING:
    from ctexplore.sources.history.lookup import Attribute
    from ctexplore.sources.history.source import HistorySource
    from ctexplore.store.cache.cache import Cache


def open_history(args: argparse.Namespace, cache: Cache, session: Any = None) -> HistorySource:
    """Event history of the credentials' account; nothing of it has been asked for yet.

    session: one with credentials in hand. Raises SourceError, Failure.
    """
    from ctexplore.sources.aws.endpoint_settings import endpoint_settings
    from ctexplore.sources.history.account import Account, HistoryOptions
    from ctexplore.sources.history.source import HistorySource
    from ctexplore.sources.source import SourceError
    from ctexplore.store.cache.history_shelf import KeptHistory
    from ctexplore.store.cache.identities import keep_identity, kept_identity

    attribute = _attribute(args.lookup)
    options = HistoryOptions(
        tuple(dict.fromkeys(args.region)),
        args.profile or "",
        args.endpoint_url or "",
        args.role_arn or "",
    )
    named = (options.profile, options.endpoint_url, options.role_arn, *endpoint_settings())
    asked = ("history", *options.regions, "", *named)
    if args.offline:
        identity, _, regions = kept_identity(cache, asked).partition("\n")
        if not identity:
            reason = "never opened while online with these options"
            raise SourceError("Event history", "not on disk", reason)
        options = replace(options, regions=tuple(regions.split()))
        account = Account(identity.rpartition("/")[2], identity, None)
    else:
        from ctexplore.sources.history.session import open_account

        options, account = open_account(options, session)
        keep_identity(cache, asked, f"{account.identity}\n{' '.join(options.regions)}")
    return HistorySource(options, account, KeptHistory(cache), attribute=attribute)


def open_log_group(args: argparse.Namespace, cache: Cache, session: Any = None) -> HistorySource:
    """A trail's log group; its streams are listed. Raises SourceError, Failure."""
    from datetime import timedelta

    from ctexplore.sources.aws.endpoint_settings import endpoint_settings
    from ctexplore.sources.history.account import Account, HistoryOptions
    from ctexplore.sources.history.source import HistorySource
    from ctexplore.sources.log_group.name import parse_group
    from ctexplore.sources.log_group.session import log_group, open_group
    from ctexplore.sources.source import SourceError
    from ctexplore.store.cache.history_shelf import KeptHistory
    from ctexplore.store.cache.identities import keep_identity, kept_identity

    try:
        name = parse_group(args.log_group).name
    except ValueError as error:
        raise Failure(f"--log-group: {error}") from None
    options = HistoryOptions(
        tuple(r for r in dict.fromkeys(args.region) if r != ALL),
        args.profile or "",
        args.endpoint_url or "",
        args.role_arn or "",
        log_group=args.log_group,
    )
    named = (options.profile, options.endpoint_url, options.role_arn, *endpoint_settings())
    asked = ("log group", args.log_group, *options.regions, "", *named)
    if args.offline:
        identity, *lines = kept_identity(cache, asked).split("\n")
        if not identity:
            reason = "never opened while online with these options"
            raise SourceError(f"log group {name}", "not on disk", reason)
        places = {account: tuple(regions) for account, *regions in map(str.split, lines)}
        service = log_group(name, timedelta(days=1))  # offline only what is known is there
        account = Account("", identity, None, service=service, places=places)
        regions = {region for each in places.values() for region in each}
        options = replace(options, regions=tuple(sorted(regions)))
    else:
        options, account = open_group(options, session)
        lines = [" ".join((a, *regions)) for a, regions in (account.places or {}).items()]
        keep_identity(cache, asked, "\n".join((account.identity, *lines)))
    return HistorySource(options, account, KeptHistory(cache))


def _attribute(text: str) -> Attribute | None:
    """What ``--lookup`` names, as AWS writes the key. Raises Failure."""
    from ctexplore.sources.history.lookup import KEYS, Attribute

    if not text:
        return None
    key, _, value = text.partition("=")
    known = {name.lower(): name for name in KEYS}
    if key.lower() not in known or not value:
        raise Failure(f"--lookup {text}: expected KEY=VALUE", f"a key is one of {', '.join(KEYS)}")
    return Attribute(known[key.lower()], value)
