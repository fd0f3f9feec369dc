"""Credentials that a call issued: the id by which later events name them.

Sources: IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail"; the API reference
of each service for where its answer has the id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ctexplore.trail.record import value_of

# Names of calls whose answer may hold an access key id, or the id of a token that another call
# exchanges for one.
ISSUING: Final = frozenset(
    {
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "AssumeRoot",
        "GetSessionToken",
        "GetFederationToken",
        "GetWebIdentityToken",
        "CreateAccessKey",
        "GetRoleCredentials",  # IAM Identity Center
        "GetCredentialsForIdentity",  # Cognito
        "AssumeRoleForPodIdentity",  # EKS
        "CreateSession",  # IAM Roles Anywhere, S3 directory buckets
        "GetDataAccess",  # S3 Access Grants
    }
)


class _Key(msgspec.Struct, gc=False):
    accessKeyId: str = ""


class _InSet(msgspec.Struct, gc=False):
    credentials: _Key | None = None


class _Answer(msgspec.Struct, gc=False):
    credentials: _Key | None = None
    accessKey: _Key | None = None
    roleCredentials: _Key | None = None
    credentialSet: list[_InSet] = []
    webIdentityTokenId: str = ""


_decode = msgspec.json.Decoder(_Answer).decode
_HOLDERS: Final = ("credentials", "accessKey", "roleCredentials")


def issued_by(response: bytes | msgspec.Raw) -> str:
    """The id that a call's responseElements issue; "" where they issue none. Never raises.

    Of several sets of credentials in one answer the first counts.
    """
    try:
        answer = _decode(response)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _loosely(value_of(bytes(response)))
    holder = answer.credentials or answer.accessKey or answer.roleCredentials
    if holder is None and answer.credentialSet:
        holder = answer.credentialSet[0].credentials
    return holder.accessKeyId if holder else answer.webIdentityTokenId


def _loosely(answer: Any) -> str:
    """As ``issued_by``, where something in the answer is of another type."""
    if not isinstance(answer, Mapping):
        return ""
    several = answer.get("credentialSet")
    first = several[0] if isinstance(several, list) and several else None
    within = first.get("credentials") if isinstance(first, Mapping) else None
    for holder in (*map(answer.get, _HOLDERS), within):
        key = holder.get("accessKeyId") if isinstance(holder, Mapping) else None
        if isinstance(key, str) and key:
            return key
    token = answer.get("webIdentityTokenId")
    return token if isinstance(token, str) else ""
