"""A session and its clients of one service, one for each region that is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ctexplore.sources.aws.session import caller, endpoint_of, open_client, open_session, whose
from ctexplore.sources.history.account import HistoryOptions
from ctexplore.sources.s3.errors import Asked, explain
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError

PLACE = "Event history"
# Stands for all regions of the partition.
ALL = "all"


class Clients:
    """Clients that try once: waiting between tries is the asker's, at the pace of the region."""

    def __init__(
        self,
        options: HistoryOptions,
        session: Any = None,
        *,
        service: str = "cloudtrail",
        place: str = PLACE,
        first: str = "",
    ) -> None:
        """place: for errors. first: the region that a new session is of, where the options name
        none that it could be."""
        self._options = options
        self._service = service
        self._place = place
        self._first = first
        self._lock = threading.Lock()
        self._session = session
        self._open: dict[str, Any] = {}
        if session is None:
            self.renew()

    def renew(self) -> None:
        """Credential files are read again; an MFA code may be asked for. Raises SourceError."""
        given = self._options
        first = given.regions[0] if given.regions and ALL not in given.regions else ""
        # The regions of a log group's events need not be the group's own.
        first = self._first or ("" if given.log_group else first)
        session = self._told(lambda: open_session(given.profile, first, given.role_arn))
        with self._lock:
            self._session = session
            self._open = {}

    def of(self, region: str) -> Any:
        # A botocore session makes one client at a time.
        with self._lock:
            if region not in self._open:
                self._open[region] = open_client(
                    self._session,
                    self._service,
                    region=region,
                    endpoint_url=self._options.endpoint_url,
                    tries=1,
                )
            return self._open[region]

    def arn(self) -> str:
        arn = str(self._told(lambda: caller(self._session)))
        if arn.count(":") < 5:
            raise SourceError(self._place, f"STS does not say whose credentials these are: {arn}")
        return arn

    def whose(self) -> str:
        return whose(self._session)

    def region(self) -> str:
        if not self._session.region_name:
            raise SourceError(self._place, "no region is set", "give --region or set AWS_REGION")
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
            raise explain(error, Asked(self._place, profile=self._options.profile)) from None
