"""The part of a record that becomes columns, as typed structures that skip everything else.

Text fields are declared as text: a record that holds something else there does not fit and is
read again without types (``loose``), which costs twenty times as much and is rare.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ctexplore.trail import target
from ctexplore.trail.identity import Identity, identify

_ABSENT = msgspec.Raw(b"")


class Resource(msgspec.Struct, gc=False):
    """An item of ``resources``; some carry a prefix instead of an ARN."""

    ARN: str | None = None
    ARNPrefix: str | None = None


class Record(msgspec.Struct, gc=False):
    """A record's top level (CloudTrail User Guide, "CloudTrail record contents").

    ``| None`` where nulls were seen or are likely; everything may be absent.
    """

    eventTime: str = ""
    eventSource: str = ""
    eventName: str = ""
    eventID: str = ""
    eventType: str = ""
    eventCategory: str = ""
    awsRegion: str = ""
    sourceIPAddress: str | None = ""
    userAgent: str | None = ""
    errorCode: str | None = ""
    errorMessage: str | None = ""
    recipientAccountId: str | None = ""
    readOnly: bool | str | None = None
    sessionCredentialFromConsole: str | bool | None = None
    resources: list[Resource] | None = None
    userIdentity: msgspec.Raw = _ABSENT
    requestParameters: msgspec.Raw = _ABSENT
    responseElements: msgspec.Raw = _ABSENT
    additionalEventData: msgspec.Raw = _ABSENT
    insightDetails: msgspec.Raw = _ABSENT
    # Aggregated events have a schema of their own, with these names.
    eventId: str = ""
    accountId: str = ""
    timeWindow: msgspec.Raw = _ABSENT
    summary: msgspec.Raw = _ABSENT


Parameters: type[msgspec.Struct] = msgspec.defstruct(
    "Parameters",
    [("bucketName", Any, None), ("key", Any, None), *((p, Any, None) for p in target.PARAMETERS)],
    gc=False,
)

decode_record = msgspec.json.Decoder(Record).decode
_decode_parameters = msgspec.json.Decoder(Parameters | None).decode
_decode_any = msgspec.json.Decoder().decode


def loose(fields: Mapping[str, Any]) -> Record:
    """A record from decoded JSON whatever its types are: what is no text is written as text."""
    values: dict[str, Any] = {}
    for name in Record.__struct_fields__:
        value = fields.get(name)
        if name == "resources":
            items = value if isinstance(value, list) else []
            values[name] = [_resource(i) for i in items if isinstance(i, Mapping)]
        elif name in _RAW:
            values[name] = msgspec.Raw(msgspec.json.encode(_clean(value)))
        elif name in fields:
            values[name] = _written(value)
    return Record(**values)


_RAW = frozenset(f.name for f in msgspec.structs.fields(Record) if f.type is msgspec.Raw)


def _resource(item: Mapping[str, Any]) -> Resource:
    return Resource(_written(item.get("ARN")), _written(item.get("ARNPrefix")))


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(_clean(value)).decode()


def _clean(value: Any) -> Any:
    """The value without what JSON in UTF-8 cannot hold: undecodable bytes become ``\\xff``."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_clean(k): _clean(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_clean(v) for v in value]
    return value


def identity_of(raw: bytes) -> Identity:
    """The identity of a userIdentity's bytes."""
    return identify(_decode_any(raw) if raw else None)


def target_of(record: Record) -> str:
    """What the call was about: resources first, then request parameters, then the response."""
    if record.resources:
        found = target.from_resources(r.ARN or r.ARNPrefix or "" for r in record.resources)
        if found:
            return found
    found = _requested(record.requestParameters)
    return found or _responded(record.responseElements)


def _requested(raw: msgspec.Raw) -> str:
    if len(memoryview(raw)) <= 4:
        return ""
    try:
        parameters = _decode_parameters(raw)
    except msgspec.ValidationError:
        return target.first_name(_decode_any(raw))
    if parameters is None:
        return ""
    bucket, key, *values = msgspec.structs.astuple(parameters)
    return target.from_parameters(bucket, key, values) or target.from_anything(_decode_any(raw))


def _responded(raw: msgspec.Raw) -> str:
    return "" if len(memoryview(raw)) <= 4 else target.from_anything(_decode_any(raw))


def failure_of(record: Record) -> str:
    """errorCode, else errorMessage, else a console login's failure; "" when the call worked."""
    error = record.errorCode or record.errorMessage
    if not error and record.eventName == "ConsoleLogin":
        response = _decode_any(record.responseElements or b"null")
        if isinstance(response, dict) and response.get("ConsoleLogin") == "Failure":
            return "Failure"
    return error or ""


def login_mfa(record: Record) -> str:
    """ "true" or "false" where a console login says whether MFA was used; else ""."""
    if record.eventName != "ConsoleLogin":
        return ""
    data = _decode_any(record.additionalEventData or b"null")
    used = data.get("MFAUsed") if isinstance(data, dict) else None
    return {"Yes": "true", "No": "false"}.get(used, "") if isinstance(used, str) else ""


def complete(record: Record) -> None:
    """Fill the columns of a record that has no eventName of its own.

    Insights events name their API in insightDetails; aggregated events count what happened in
    five minutes and have eventId, accountId and timeWindow instead of the usual names.
    """
    details = _object(record.insightDetails)
    if details:
        record.eventName = _written(details.get("eventName"))
        record.eventSource = record.eventSource or _written(details.get("eventSource"))
        record.errorCode = record.errorCode or _written(details.get("errorCode"))
    if record.eventId and not record.eventID:
        record.eventID = record.eventId
        record.recipientAccountId = record.recipientAccountId or record.accountId
        record.eventTime = _written(_object(record.timeWindow).get("windowStart"))
        record.eventCategory = record.eventCategory or "Aggregated"
        dimension = _object_of(_object(record.summary).get("primaryDimension"))
        record.eventName = _written(dimension.get("dimension"))


def _object(raw: msgspec.Raw) -> Mapping[str, Any]:
    return _object_of(_decode_any(raw)) if memoryview(raw).nbytes else {}


def _object_of(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
