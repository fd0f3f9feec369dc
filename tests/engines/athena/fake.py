"""Athena's API with DuckDB behind it: start, poll, page and stop as the reference has them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ctexplore.engines.athena.table import Table
from tests.engines.athena import duck


class DuckAthena:
    """started: the SQL of each query. polls: GetQueryExecution calls until one is done. scanned:
    bytes that each is said to have read. stopped: ids. failure: what each fails with."""

    def __init__(self, path: Path, records: Iterable[bytes], table: Table) -> None:
        self.database = duck.connected()
        self.records = list(records)
        # Partition columns are folders, which a record does not tell.
        filled = [json.loads(record) for record in self.records]
        duck.filled(self.database, path / "rows.json", filled, table)
        for column in filter(None, (table.account, table.region, table.day)):
            self.database.execute(f'ALTER TABLE cloudtrail_logs ADD COLUMN "{column}" VARCHAR')
        self._fill_partitions(table)
        self.started: list[str] = []
        self.params: list[dict[str, Any]] = []
        self.stopped: list[str] = []
        self.polls = 2
        self.scanned = 25_000_000
        self.failure = ""
        self.most = 7  # rows of a page
        self.submitted = datetime.now(UTC)
        self._polled: dict[str, int] = {}

    def _fill_partitions(self, table: Table) -> None:
        for column, value in (
            (table.account, "recipientaccountid"),
            (table.region, "awsregion"),
            # A few minutes after the event.
            (table.day, "strftime(TRY_CAST(eventtime AS TIMESTAMPTZ) + INTERVAL 5 MINUTE, "
                        "'%Y/%m/%d')"),
        ):  # fmt: skip
            if column:
                self.database.execute(f'UPDATE cloudtrail_logs SET "{column}" = {value}')

    def start_query_execution(self, **params: Any) -> dict[str, str]:
        self.params.append(params)
        self.started.append(params["QueryString"])
        return {"QueryExecutionId": str(len(self.started) - 1)}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
        seen = self._polled[QueryExecutionId] = self._polled.get(QueryExecutionId, 0) + 1
        state = "SUCCEEDED" if seen > self.polls else "RUNNING" if seen > 1 else "QUEUED"
        status: dict[str, Any] = {"State": state}
        if QueryExecutionId in self.stopped:
            status = {"State": "CANCELLED"}
        elif self.failure and state == "SUCCEEDED":
            status = {"State": "FAILED", "StateChangeReason": self.failure}
        if state == "SUCCEEDED":
            status["SubmissionDateTime"] = self.submitted
        statistics = {"DataScannedInBytes": self.scanned, "TotalExecutionTimeInMillis": 1500}
        sql = self.started[int(QueryExecutionId)]
        return {"QueryExecution": {"Query": sql, "Status": status, "Statistics": statistics}}

    def get_query_results(
        self,
        QueryExecutionId: str,
        MaxResults: int,
        NextToken: str = "0",
    ) -> dict[str, Any]:
        rows = self.database.execute(
            duck.translated(self.started[int(QueryExecutionId)])
        ).fetchall()
        start, most = int(NextToken), min(MaxResults, self.most)
        page = [
            {"Data": [{} if cell is None else {"VarCharValue": _text(cell)} for cell in row]}
            for row in rows[start : start + most]
        ]
        if start == 0:
            page.insert(0, {"Data": [{"VarCharValue": "name of a column"}]})
        more = {"NextToken": str(start + most)} if start + most < len(rows) else {}
        return {"ResultSet": {"Rows": page}, **more}

    def stop_query_execution(self, QueryExecutionId: str) -> None:
        self.stopped.append(QueryExecutionId)

    def fetch(self, bucket: str, key: str) -> bytes:
        """The object that a row's path names: a log file of two records, one of them another."""
        assert bucket == "trail"
        record = self.records[int(key.removesuffix(".json"))]
        return b'{"Records":[{"eventID":"another"},' + record + b"]}"


def _text(cell: Any) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
