"""What LookupEvents says of an event beside its record."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ctexplore.trail.record import fields_of

_NOTHING = (b"", b"null", b"[]", b'""', b'"-"')


def completed(record: bytes, envelope: Mapping[str, msgspec.Raw]) -> bytes:
    """The record, and after its own members those that only its envelope has: ``resources``,
    where the record has none, and ``Username``, where the record does not tell it anywhere.

    The record's own bytes stay as they are.
    """
    more: list[bytes] = []
    resources = bytes(envelope.get("Resources", b""))
    if resources not in _NOTHING and not _has_resources(record):
        more.append(b'"resources":' + resources)
    name = bytes(envelope.get("Username", b""))
    if name not in _NOTHING and name.strip(b'"') not in record:
        more.append(b'"Username":' + name)
    body = record.rstrip()
    if not more or not body.endswith(b"}"):
        return record
    inside = body[:-1].rstrip()
    return inside + (b"" if inside.endswith(b"{") else b",") + b",".join(more) + b"}"


def _has_resources(record: bytes) -> bool:
    if b'"resources"' not in record:
        return False
    fields = fields_of(record)
    return fields is None or "resources" in fields
