"""Rows of an answer as records: what the list shows of an event, and where its record lies.

A row has no record, only members of one, so what is made of it is a stand-in until the record
itself is fetched from its object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from ctexplore.sources.athena.queries import Row

# The member of a stand-in that says where its record lies; a record has none of this name.
ORIGIN: Final = "$path"
_LONGEST: Final = 4096  # characters of a member that holds JSON: longer ones are left out

# (path of the record's member, expression over the table's columns), in the order of the SELECT.
_TEXTS: Final = (
    *(
        (name, name.lower())
        for name in (
            "eventVersion", "eventTime", "eventSource", "eventName", "awsRegion",
            "sourceIPAddress", "userAgent", "errorCode", "errorMessage", "eventID", "eventType",
            "recipientAccountId", "sharedEventID", "vpcEndpointId", "eventCategory",
        )
    ),
    *(
        (f"userIdentity.{name}", f"useridentity.{name.lower()}")
        for name in (
            "type", "principalId", "arn", "accountId", "invokedBy", "accessKeyId", "userName",
            "onBehalfOf.userId", "sessionContext.sessionIssuer.type",
            "sessionContext.sessionIssuer.arn", "sessionContext.sessionIssuer.userName",
            "sessionContext.sessionIssuer.accountId",
            "sessionContext.attributes.mfaAuthenticated",
        )
    ),
)  # fmt: skip
# Members that only tables of ours have.
_MORE: Final = tuple(
    (f"userIdentity.{name}", f"useridentity.{name.lower()}")
    for name in ("identityProvider", "sessionContext.sourceIdentity", "sessionContext.assumedRoot")
)
_WORDS: Final = (  # true or false in a record, text in the table
    ("readOnly", "readonly"),
    ("sessionCredentialFromConsole", "sessioncredentialfromconsole"),
)
_JSON: Final = (
    *(
        (name, f"CASE WHEN length({name.lower()}) <= {_LONGEST} THEN {name.lower()} END")
        for name in ("requestParameters", "responseElements", "additionalEventData")
    ),
    ("resources", "json_format(CAST(transform(resources, x -> "
     "MAP(ARRAY['ARN', 'accountId', 'type'], ARRAY[x.arn, x.accountid, x.type])) AS JSON))"),
)  # fmt: skip
_ORIGIN: Final = (ORIGIN, '"$path"')


def selected(more: bool) -> tuple[str, ...]:
    """What to select, so that ``records`` can read the rows. more: as ``Table`` says."""
    return tuple(expression for _, expression in _columns(more))


def records(rows: Sequence[Row], more: bool) -> Iterator[bytes]:
    """A stand-in for each row's record, on one line."""
    columns = _columns(more)
    words, inside = dict(_WORDS), dict(_JSON)
    for row in rows:
        record: dict[str, Any] = {}
        for (path, _), text in zip(columns, row, strict=True):
            if text is None:
                continue
            value: Any = text
            if path in words:
                value = {"true": True, "false": False}.get(text.lower(), text)
            elif path in inside:
                value = _value(text)
            _put(record, path, value)
        yield orjson.dumps(record)


def origin(record: bytes) -> tuple[str, str] | None:
    """The object and the event id of a stand-in; None of a record that is none."""
    if b'"' + ORIGIN.encode() + b'"' not in record:
        return None
    try:
        found = orjson.loads(record)
    except orjson.JSONDecodeError:
        return None
    match found:
        case {"$path": str(path), "eventID": str(id)}:
            return path, id
    return None


def _columns(more: bool) -> tuple[tuple[str, str], ...]:
    return (*_TEXTS, *(_MORE if more else ()), *_WORDS, *_JSON, _ORIGIN)


def _put(record: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for name in above:
        record = record.setdefault(name, {})
    record[last] = value


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
