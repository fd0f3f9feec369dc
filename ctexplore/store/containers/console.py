"""The CSV that Event history's page in the console downloads, row by row as records."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from ctexplore.store.containers.split import Split
from ctexplore.store.problem import Outcome, Problem

# AWS documents no header; its columns follow those chosen on the page. By lower-case name.
_FIELDS: Final = {
    "event id": "eventID",
    "event name": "eventName",
    "event time": "eventTime",
    "event source": "eventSource",
    "event type": "eventType",
    "aws region": "awsRegion",
    "region": "awsRegion",
    "source ip address": "sourceIPAddress",
    "user agent": "userAgent",
    "error code": "errorCode",
    "error message": "errorMessage",
    "request id": "requestID",
    "read-only": "readOnly",
    "read only": "readOnly",
    "recipient account id": "recipientAccountId",
}
_USER: Final = {
    "user name": "userName",
    "username": "userName",
    "aws access key": "accessKeyId",
    "access key": "accessKeyId",
    "aws access key id": "accessKeyId",
}
_RESOURCE: Final = {"resource type": "ResourceType", "resource name": "ResourceName"}
_NEEDED: Final = ("event name", "event time")
_SHOWN_TIME: Final = "%B %d, %Y, %H:%M:%S (UTC%z)"
_LOSSY: Final = Problem(
    "",
    Outcome.PARTIAL,
    "a CSV of the console: fields are missing from every event",
    hint="the console's JSON download and the trail's files have them all",
)


def console_csv(data: bytes) -> Split | None:
    """The rows of a CSV whose header is the console's; None for anything else.

    A row becomes a record with the fields it has, under CloudTrail's names; a column that is
    not known keeps its own, and a cell beyond all columns is called by its number. These are not
    CloudTrail's bytes, and a problem says so.
    """
    first = data[: data.find(b"\n") + 1 or len(data)]
    if first[:1] in b"{[" or not _is_header(first[:4096]):
        return None
    text = data.decode("utf-8", "backslashreplace")
    rows = csv.reader(io.StringIO(text, newline=""), strict=False)
    records: list[bytes] = []
    places: dict[int, str] = {}
    problems = [_LOSSY]
    try:
        header = [name.strip() for name in next(rows)]
        for row in rows:
            if any(row):
                places[len(records)] = f"line {rows.line_num:,}"
                header += (f"column {n + 1}" for n in range(len(header), len(row)))
                records.append(msgspec.json.encode(_record(dict(zip(header, row, strict=False)))))
    except csv.Error as error:
        place = f"line {rows.line_num:,}"
        problems.append(Problem("", Outcome.PARTIAL, f"no CSV from here on: {error}", place))
    return Split(records, problems, places)


def _is_header(line: bytes) -> bool:
    try:
        row = next(csv.reader([line.decode("utf-8", "replace").rstrip("\r\n")]), [])
    except csv.Error:
        return False
    return {name.strip().lower() for name in row}.issuperset(_NEEDED)


def _record(cells: Mapping[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    identity: dict[str, str] = {}
    resource: dict[str, str] = {}
    for name, value in _given(cells):
        known = name.lower()
        if known in _USER:
            identity[_USER[known]] = value
        elif known in _RESOURCE:
            resource[_RESOURCE[known]] = value
        elif known in _FIELDS:
            record[_FIELDS[known]] = value
        else:
            record[name] = value
    if "eventTime" in record:
        record["eventTime"] = _time(record["eventTime"])
    if identity:
        record["userIdentity"] = identity
    if resource:
        record["resources"] = [resource]
    return record


def _given(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in cells.items() if value not in ("", "-"))


def _time(shown: str) -> str:
    """As CloudTrail writes it, from how the page shows it; other forms stay what they are."""
    try:
        at = datetime.strptime(shown, _SHOWN_TIME)
    except ValueError:
        return shown
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
