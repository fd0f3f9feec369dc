"""From options to an account whose Event history can be asked: credentials, account, regions.

Whatever may ask or must fail fast happens here, before a screen covers the terminal.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ctexplore.sources.history.account import Account, HistoryOptions
from ctexplore.sources.history.clients import ALL, Clients
from ctexplore.sources.history.lookup import Lookups


def open_account(options: HistoryOptions, session: Any = None) -> tuple[HistoryOptions, Account]:
    """The account of the credentials, and the options with the regions that are meant.

    One request to STS tells the account. No region means that of the AWS configuration; ``all``
    those in which AWS has CloudTrail, enabled or not. session: one with credentials in hand.
    Raises SourceError.
    """
    clients = Clients(options, session)
    arn = clients.arn()
    _, partition, _, _, account, *_ = arn.split(":")
    if ALL in options.regions:
        options = replace(options, regions=clients.regions(partition), every=True)
    elif not options.regions:
        options = replace(options, regions=(clients.region(),))
    identity = f"history:{clients.endpoint(options.regions[0])}/{account}"
    lookups = Lookups(clients.of, profile=options.profile)
    return options, Account(account, identity, lookups, clients.renew, clients.whose())
