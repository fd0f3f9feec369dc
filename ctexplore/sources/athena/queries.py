"""A query of Athena's, from its start to its last page: five calls of the API, no more.

StartQueryExecution, GetQueryExecution, GetQueryResults, StopQueryExecution, GetWorkGroup: Amazon
Athena API Reference.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from msgspec import Struct

from ctexplore.sources.athena.errors import explain_athena, explain_failed
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError

MOST_ROWS: Final = 1000  # of a page
_PAUSES: Final = (0.2, 0.3, 0.5, 0.8, 1.0, 1.5, 2.0)  # seconds between two looks, then the last
# Amazon Athena pricing: by the TB read, rounded up to 10 MB for each query.
_LEAST: Final = 10_000_000
PRICE: Final = 5.0  # US dollars a TB in most regions; what a region asks is not known here

# An answer is taken again within this time; one about times that had passed by as much when it was
# asked for is as good at any time, since CloudTrail delivers within some minutes.
SETTLED: Final = timedelta(hours=1)

Row = tuple[str | None, ...]


class Place(Struct, frozen=True):
    """Where a query runs. database, workgroup: "" is Athena's default. output: where answers are
    kept, ``s3://…``; "" where the workgroup says it."""

    database: str = ""
    workgroup: str = ""
    output: str = ""


class Done(Struct, frozen=True):
    """What a query read, in bytes, and how long it ran, in seconds. again: when it was asked for,
    where that was before and nothing was read now."""

    scanned: int
    seconds: float
    again: datetime | None = None

    @property
    def dollars(self) -> float:
        return cost(self.scanned)

    def __str__(self) -> str:
        if self.again is not None:
            return f"the answer of {self.again:%Y-%m-%d %H:%MZ} again, nothing read"
        return f"{gigabytes(self.scanned)} read in {self.seconds:,.1f} s, {dollars(self.dollars)}"


def cost(scanned: int) -> float:
    """US dollars for so many bytes, by the list price of most regions."""
    return max(scanned, _LEAST) / 1e12 * PRICE


def dollars(amount: float) -> str:
    return f"about ${amount:,.2f}" if amount >= 0.01 else "less than $0.01"


def gigabytes(size: int) -> str:
    for unit, name in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}"
    return f"{size / 1000:,.0f} KB"


class Kept(Protocol):
    """Which query had which SQL; "" is not known."""

    def get(self, sql: str) -> str: ...

    def put(self, sql: str, id: str) -> None: ...  # noqa: A002


class Query:
    """One query that was started. Threads may stop it at any time."""

    def __init__(
        self,
        client: Any,
        id: str,  # noqa: A002
        stopped: threading.Event,
        running: dict[str, Query],
    ) -> None:
        """running: those that have not ended, this one among them until ``done``."""
        self.id = id
        self._client = client
        self._stopped = stopped
        self._running = running

    def done(self, tell: Callable[[int], object] = lambda _: None) -> Done:
        """Wait for its end. tell: gets the bytes read so far. Raises SourceError, also when it
        was stopped, by us or in AWS's console."""
        try:
            return self._ended(tell)
        finally:
            self._running.pop(self.id, None)

    def _ended(self, tell: Callable[[int], object]) -> Done:
        pauses = iter(_PAUSES)
        while True:
            told = self._call("get_query_execution", QueryExecutionId=self.id)["QueryExecution"]
            statistics = told.get("Statistics", {})
            scanned = int(statistics.get("DataScannedInBytes", 0))
            tell(scanned)
            match told["Status"]["State"]:
                case "SUCCEEDED":
                    return Done(scanned, statistics.get("TotalExecutionTimeInMillis", 0) / 1000)
                case "FAILED":
                    raise explain_failed(told["Status"])
                case "CANCELLED":
                    raise SourceError("Athena", "the query was stopped", retry=True)
            if self._stopped.wait(next(pauses, _PAUSES[-1])):
                self.stop()

    def pages(self) -> Iterator[list[Row]]:
        """The rows of a query that is done, page by page, without the names of the columns."""
        params: dict[str, Any] = {"QueryExecutionId": self.id, "MaxResults": MOST_ROWS}
        first = True
        while True:
            answer = self._call("get_query_results", **params)
            rows = [
                tuple(cell.get("VarCharValue") for cell in row.get("Data", ()))
                for row in answer["ResultSet"].get("Rows", ())
            ]
            # The first row of a SELECT's answer is its header.
            yield rows[1:] if first else rows
            first = False
            if not (token := answer.get("NextToken")):
                return
            params["NextToken"] = token

    def stop(self) -> None:
        """Let it read no more. What cannot be stopped any more is left alone."""
        with suppress(SourceError):
            self._call("stop_query_execution", QueryExecutionId=self.id)

    def _call(self, operation: str, **params: Any) -> Any:
        return _call(self._client, operation, **params)


class Queries:
    """Starts queries. ``close`` ends the wait for all of them, and stops those that run."""

    def __init__(self, client: Any, place: Place) -> None:
        self.place = place
        self._client = client
        self._stopped = threading.Event()
        self._running: dict[str, Query] = {}

    def start(self, sql: str) -> Query:
        """Raises SourceError."""
        params: dict[str, Any] = {"QueryString": sql}
        if self.place.database:
            params["QueryExecutionContext"] = {"Database": self.place.database}
        if self.place.workgroup:
            params["WorkGroup"] = self.place.workgroup
        if self.place.output:
            params["ResultConfiguration"] = {"OutputLocation": self.place.output}
        answer = _call(self._client, "start_query_execution", **params)
        query = self._query(answer["QueryExecutionId"])
        self._running[query.id] = query
        return query

    def _query(self, id: str) -> Query:  # noqa: A002
        return Query(self._client, id, self._stopped, self._running)

    def again(self, sql: str, id: str, until: datetime | None) -> tuple[Query, Done] | None:  # noqa: A002
        """A query that was asked for before and is as good as a new one; None where it is not.

        until: the end of the times it is about. Another account's is not found, and one of
        another SQL is not taken, so that it does not matter who noted it.
        """
        query = self._query(id)
        try:
            told = _call(self._client, "get_query_execution", QueryExecutionId=id)
        except SourceError:
            return None
        told = told["QueryExecution"]
        when = told["Status"].get("SubmissionDateTime")
        if told["Status"]["State"] != "SUCCEEDED" or told.get("Query") != sql or when is None:
            return None
        when = when.astimezone(UTC)
        if datetime.now(UTC) - when > SETTLED and not (until and until + SETTLED <= when):
            return None
        return query, Done(0, 0.0, when)

    def run(self, sql: str) -> tuple[list[Row], Done]:
        """All rows of a small answer."""
        query = self.start(sql)
        done = query.done()
        return [row for page in query.pages() for row in page], done

    def close(self) -> None:
        self._stopped.set()
        # Here and now: the threads that wait for them may end with the process before they do.
        for query in tuple(self._running.values()):
            query.stop()


def _call(client: Any, operation: str, **params: Any) -> Any:
    try:
        return getattr(client, operation)(**params)
    except failures() as error:
        raise explain_athena(error, operation) from None
