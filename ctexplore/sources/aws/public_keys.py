"""The public keys that CloudTrail signed digests with: ListPublicKeys, region by region.

Each region signs with keys of its own, which overlap in time (CloudTrail API Reference,
"ListPublicKeys").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ctexplore.sources.aws.session import open_client
from ctexplore.sources.s3.errors import Asked, code_of, explain
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError
from ctexplore.trail.sidecar import PublicKey

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}


def public_keys(session: Any, region: str, since: datetime, until: datetime) -> list[PublicKey]:
    """The keys of a region that were valid some time between two aware datetimes.

    session: of ``aws_session.open_session``. One request for each page of the answer. Raises
    SourceError.
    """
    keys: list[PublicKey] = []
    try:
        client = open_client(session, "cloudtrail", region=region, tries=3)
        pages = client.get_paginator("list_public_keys")
        for page in pages.paginate(StartTime=since, EndTime=until):
            keys += (_key(item, region) for item in page.get("PublicKeyList", ()))
    except failures() as error:
        place = f"public keys of {region}"
        if code_of(error) in _DENIED:
            reason = "not allowed (cloudtrail:ListPublicKeys)"
            raise SourceError(place, reason, "digests need them offline", denied=True) from None
        raise explain(error, Asked(place)) from None
    return keys


def _key(item: Mapping[str, Any], region: str) -> PublicKey:
    return PublicKey(
        str(item.get("Fingerprint", "")),
        bytes(item.get("Value", b"")),
        region,
        _time(item.get("ValidityStartTime")),
        _time(item.get("ValidityEndTime")),
    )


def _time(value: Any) -> datetime | None:
    return value.astimezone(UTC) if isinstance(value, datetime) else None
