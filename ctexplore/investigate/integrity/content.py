"""What a log file's stored bytes are: the hash that a digest has of them, and whether they lie
as CloudTrail delivered them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, cast

from isal import isal_zlib

from ctexplore.store.containers.unpack import LIMIT, UnpackError, only_member, unpack
from ctexplore.trail.identity import identify

# What starts and ends the writing of digests (CloudTrail User Guide, "Enabling log file integrity
# validation"): UpdateTrail can switch it off alone.
_LOGGING: Final = ("StopLogging", "StartLogging", "DeleteTrail", "CreateTrail", "UpdateTrail")
# As CloudTrail writes it. One search of every file, where one for each name would cost as much as
# the hash.
_SOURCE: Final = b'"eventSource":"cloudtrail.amazonaws.com"'
_GZIP: Final = b"\x1f\x8b"
_DAMAGE: Final = cast(type[Exception], isal_zlib.error)


class LoggingEvent(NamedTuple):
    """A call that starts or ends a trail's digests. trail: as the call names it."""

    time: str
    name: str
    who: str
    trail: str


class Content(NamedTuple):
    """hash: SHA-256 of the content, hexadecimal; "" where there is none to unpack.

    wrong: why the file does not lie as it was delivered, whatever its content.
    """

    hash: str
    wrong: str = ""
    events: tuple[LoggingEvent, ...] = ()


def content_of(stored: bytes) -> Content:
    """Never raises. CloudTrail writes one gzip stream, and nothing after it."""
    if stored.startswith(_GZIP) and (whole := only_member(stored)) is not None:
        return Content(hashlib.sha256(whole).hexdigest(), "", _events(whole))
    try:
        stream = isal_zlib.decompressobj(31)
        data = stream.decompress(stored, LIMIT)
        rest = stream.unused_data
    except _DAMAGE:
        return _oddly_stored(stored)
    if not stream.eof:
        if stored[:2] != _GZIP:
            return Content("", "damaged: not gzip" if stored else "empty")
        return _odd(data, "truncated: its gzip data is cut off")
    if rest:
        odd = "re-compressed: several gzip streams" if rest[:2] == _GZIP else ""
        return _odd(data, odd or f"{len(rest):,} bytes unexpected after the end of its gzip data")
    return Content(hashlib.sha256(data).hexdigest(), "", _events(data))


def _oddly_stored(stored: bytes) -> Content:
    try:
        unpacked = unpack(stored)
    except UnpackError as error:
        return Content("", f"damaged: {error}")
    if unpacked.cut:
        return _odd(unpacked.data, f"damaged: {unpacked.cut}")
    return _odd(unpacked.data, "re-compressed or unpacked: it is not stored as gzip")


def _odd(data: bytes, wrong: str) -> Content:
    return Content(hashlib.sha256(data).hexdigest(), wrong, _events(data))


def _events(data: bytes) -> tuple[LoggingEvent, ...]:
    if _SOURCE not in data:
        return ()
    try:
        records = json.loads(data)["Records"]
        return tuple(_logging_events(records))
    except (ValueError, RecursionError, KeyError, TypeError):
        return ()


def _logging_events(records: Any) -> Iterator[LoggingEvent]:
    for record in records:
        if not isinstance(record, dict) or record.get("eventName") not in _LOGGING:
            continue
        if record.get("eventSource") != "cloudtrail.amazonaws.com" or record.get("errorCode"):
            continue
        asked = record.get("requestParameters")
        trail = asked.get("name", "") if isinstance(asked, dict) else ""
        who = identify(record.get("userIdentity")).who
        yield LoggingEvent(str(record.get("eventTime", "")), record["eventName"], who, str(trail))
