"""From options to an account whose Event history can be asked: credentials, account, regions.

Whatever may ask or must fail fast happens here, before a screen covers the terminal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ctexplore.sources.aws.session import caller, endpoint_of, open_client, open_session, whose
from ctexplore.sources.history.account import Account, HistoryOptions
from ctexplore.sources.history.lookup import Lookups
from ctexplore.sources.s3.errors import Asked, explain
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError

PLACE = "Event history"
# Stands for all regions of the partition.
ALL = "all"


def open_account(options: HistoryOptions, session: Any = None) -> tuple[HistoryOptions, Account]:
    """The account of the credentials, and the options with the regions that are meant.

    One request to STS tells the account. No region means that of the AWS configuration; ``all``
    those in which AWS has CloudTrail, enabled or not. session: one with credentials in hand.
    Raises SourceError.
    """
    clients = _Clients(options, session)
    arn = clients.arn()
    _, partition, _, _, account, *_ = arn.split(":")
    if ALL in options.regions:
        options = replace(options, regions=clients.regions(partition), every=True)
    elif not options.regions:
        options = replace(options, regions=(clients.region(),))
    identity = f"history:{clients.endpoint(options.regions[0])}/{account}"
    lookups = Lookups(clients.of, profile=options.profile)
    return options, Account(account, identity, lookups, clients.renew, clients.whose())


class _Clients:
    """A session and its clients of CloudTrail, one for each region that is asked."""

    def __init__(self, options: HistoryOptions, session: Any = None) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._session = session
        self._open: dict[str, Any] = {}
        if session is None:
            self.renew()

    def renew(self) -> None:
        """Credential files are read again; an MFA code may be asked for. Raises SourceError."""
        given = self._options
        first = given.regions[0] if given.regions and ALL not in given.regions else ""
        session = self._told(lambda: open_session(given.profile, first, given.role_arn))
        with self._lock:
            self._session = session
            self._open = {}

    def of(self, region: str) -> Any:
        """Tries once: waiting between tries is our own, at the pace of the region."""
        # A botocore session makes one client at a time.
        with self._lock:
            if region not in self._open:
                self._open[region] = open_client(
                    self._session,
                    "cloudtrail",
                    region=region,
                    endpoint_url=self._options.endpoint_url,
                    tries=1,
                )
            return self._open[region]

    def arn(self) -> str:
        arn = str(self._told(lambda: caller(self._session)))
        if arn.count(":") < 5:
            raise SourceError(PLACE, f"STS does not say whose credentials these are: {arn}")
        return arn

    def whose(self) -> str:
        return whose(self._session)

    def region(self) -> str:
        if not self._session.region_name:
            raise SourceError(PLACE, "no region is set", "give --region or set AWS_REGION")
        return str(self._session.region_name)

    def regions(self, partition: str) -> tuple[str, ...]:
        names = self._session.get_available_regions("cloudtrail", partition_name=partition)
        return tuple(sorted(names))

    def endpoint(self, region: str) -> str:
        return str(self._told(lambda: endpoint_of(self.of(region))))

    def _told(self, call: Callable[[], Any]) -> Any:
        """What ``call`` returns, or why not as a SourceError."""
        try:
            return call()
        except failures() as error:
            raise explain(error, Asked(PLACE, profile=self._options.profile)) from None
