"""The part of a record that becomes columns, as typed structures that skip everything else.

Text fields are declared as text: a record that holds something else there does not fit and is
read again without types (``loose``), which costs some ten times as much and is rare.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ctexplore.trail import exact
from ctexplore.trail.identity import Identity, identify

ABSENT = msgspec.Raw(b"")


class Record(msgspec.Struct, gc=False):
    """A record's top level (CloudTrail User Guide, "CloudTrail record contents").

    ``| None`` where nulls were seen or are likely; everything may be absent. In the order in
    which CloudTrail writes: the decoder looks for a key behind the one it found last.
    """

    eventVersion: str = ""
    userIdentity: msgspec.Raw = ABSENT
    eventTime: str = ""
    eventSource: str = ""
    eventName: str = ""
    awsRegion: str = ""
    sourceIPAddress: str | None = ""
    userAgent: str | None = ""
    errorCode: str | None = ""
    errorMessage: str | None = ""
    requestParameters: msgspec.Raw = ABSENT
    responseElements: msgspec.Raw = ABSENT
    eventID: str = ""
    readOnly: bool | str | None = None
    resources: msgspec.Raw = ABSENT
    eventType: str = ""
    recipientAccountId: str | None = ""
    eventCategory: str = ""
    addendum: msgspec.Raw = ABSENT
    serviceEventDetails: msgspec.Raw = ABSENT
    sessionCredentialFromConsole: str | bool | None = None


decode_record = msgspec.json.Decoder(Record).decode
_decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_any = msgspec.json.Decoder().decode
_RAW = frozenset(f.name for f in msgspec.structs.fields(Record) if f.type is msgspec.Raw)
_NOTHING = frozenset((b"", b"null", b"{}", b"[]"))
_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def fields_of(data: bytes | msgspec.Raw) -> dict[str, msgspec.Raw] | None:
    """An object's fields, each as its own JSON; None when the bytes are no JSON object."""
    try:
        return _decode_fields(data)
    except _NOT_JSON:
        return None


def value_of(data: bytes) -> Any:
    """A JSON value whatever is odd about it; None when it cannot be read or is not there.

    Numbers that no type here holds, undecodable bytes and half surrogate pairs are kept as
    ``exact`` keeps them.
    """
    if data in _NOTHING:
        return None
    try:
        return _decode_any(data)
    except _NOT_JSON:
        pass
    try:
        return exact.parse(data).root
    except exact.JsonError:
        return None


def text_of(data: bytes | msgspec.Raw) -> str:
    """A JSON value as a column shows it: texts as they are, null as nothing, others as JSON."""
    written = bytes(data)
    if written.startswith(b'"'):
        return str(value_of(written) or "")
    return "" if written == b"null" else written.decode("utf-8", "surrogateescape")


def loose(fields: Mapping[str, msgspec.Raw]) -> Record:
    """A record from its fields, whatever their types are: what is no text is written as text."""
    values: dict[str, Any] = {
        name: fields[name] if name in _RAW else text_of(fields[name])
        for name in Record.__struct_fields__
        if name in fields
    }
    return Record(**values)


def identity_of(data: bytes) -> Identity:
    """The identity of a userIdentity's bytes."""
    value = value_of(data) if data else None
    if isinstance(value, Mapping) or not value:
        return identify(value)
    return Identity(who=text_of(data), actor=text_of(data))


# Sign-ins that tell their failure in the response, each under its own name (CloudTrail User
# Guide, "AWS Management Console sign-in events").
SIGN_INS: Final = ("ConsoleLogin", "CheckMfa", "SwitchRole")


def sign_in_failure(record: Record) -> str:
    """ "Failure" where a console sign-in says so in its response only; else ""."""
    response = value_of(bytes(record.responseElements))
    failed = isinstance(response, Mapping) and response.get(record.eventName) == "Failure"
    return "Failure" if failed else ""


def sign_in_mfa(data: bytes | msgspec.Raw) -> str:
    """ "true" or "false" where the record of a console sign-in says whether MFA was used."""
    additional = value_of(bytes((fields_of(data) or {}).get("additionalEventData", b"")))
    used = additional.get("MFAUsed") if isinstance(additional, Mapping) else None
    return {"Yes": "true", "No": "false"}.get(used, "") if isinstance(used, str) else ""


def corrected(addendum: bytes | msgspec.Raw) -> str:
    """The id of the event that a record's addendum is about; "" where it names none."""
    value = value_of(bytes(addendum))
    return _text(value, "originalEventID") if isinstance(value, Mapping) else ""


def complete(record: Record, data: bytes | msgspec.Raw) -> str:
    """Fill the columns of a record that has no eventName of its own; an Insight's sharedEventID.

    Insights events name their API in insightDetails. Aggregated events sum up five minutes and
    have eventId, accountId and timeWindow instead of the usual names; what they are grouped by,
    an event name, a resource or an identity, stands in the summary's primary dimension
    (CloudTrail User Guide, "CloudTrail record contents for aggregated events").
    """
    fields = value_of(bytes(data))
    if not isinstance(fields, Mapping):
        return ""
    details = _object(fields, "insightDetails")
    record.eventName = _text(details, "eventName")
    record.eventSource = record.eventSource or _text(details, "eventSource")
    record.errorCode = record.errorCode or _text(details, "errorCode")
    if "eventId" in fields and not record.eventID:
        record.eventID = _text(fields, "eventId")
        record.recipientAccountId = record.recipientAccountId or _text(fields, "accountId")
        record.eventTime = record.eventTime or _text(_object(fields, "timeWindow"), "windowStart")
        _group(record, _object(_object(fields, "summary"), "primaryDimension"))
    return _text(fields, "sharedEventID") if details else ""


def _group(record: Record, primary: Mapping[str, Any]) -> None:
    statistics = primary.get("statistics")
    first = statistics[0] if isinstance(statistics, list) and statistics else None
    name = _text(first, "name") if isinstance(first, Mapping) else ""
    match _text(primary, "dimension"):
        case "eventName":
            record.eventName = name
        case "resourceARN":
            record.resources = _raw([{"ARN": name}])
        case "userIdentity":
            record.userIdentity = _raw({"arn": name})


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(parent: Mapping[str, Any], name: str) -> str:
    value = parent.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)
