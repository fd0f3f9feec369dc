"""One CloudTrail record as a dictionary in AWS's field order, and as JSON text.

Source of the fields: CloudTrail User Guide, 'CloudTrail record contents'.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from ctexplore.sources.demo.clock import stamp

GLOBAL = frozenset(
    {"ce", "cloudfront", "health", "iam", "organizations", "route53", "support", "trustedadvisor"}
)
"""Services whose events are recorded in us-east-1, wherever the caller is."""

VPC_ENDPOINT = "vpce-0a1b2c3d4e5f60718"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQD" + "EXAMPLEtoken" * 20


class Call(Struct):
    """What was asked and answered, apart from who asked and when.

    source: the service, without ``.amazonaws.com``.
    error: (errorCode, errorMessage); an empty code or message is left out of the record.
    extra: additionalEventData.
    more: top-level fields that few records have (sharedEventID, addendum, …).
    """

    source: str
    name: str
    read: bool = False
    request: Any = None
    response: Any = None
    resources: Sequence[Mapping[str, str]] | None = None
    error: tuple[str, str] | None = None
    extra: Any = None
    category: str = "Management"
    type: str = "AwsApiCall"
    more: Mapping[str, Any] = field(default_factory=dict)


class Caller(Struct, frozen=True):
    """Who called and by which way.

    channel: ``sdk``; ``console`` (a browser's session); ``vpce`` (through a VPC endpoint);
        ``service`` (an AWS service called: no TLS details); ``signin`` (the login page).
    """

    identity: Any
    address: str
    agent: str
    channel: str = "sdk"


def record(
    call: Call,
    caller: Caller,
    time: int | str,
    account: str,
    region: str,
    event_id: str,
    request_id: str,
) -> dict[str, Any]:
    out: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": caller.identity,
        "eventTime": time if isinstance(time, str) else stamp(time),
        "eventSource": f"{call.source}.amazonaws.com",
        "eventName": call.name,
        "awsRegion": region,
        "sourceIPAddress": caller.address,
        "userAgent": caller.agent,
    }
    if call.error:
        for key, value in zip(("errorCode", "errorMessage"), call.error, strict=True):
            if value:
                out[key] = value
    out["requestParameters"] = call.request
    out["responseElements"] = call.response
    if call.extra is not None:
        out["additionalEventData"] = call.extra
    if caller.channel != "signin":
        out["requestID"] = request_id
    out["eventID"] = event_id
    out["readOnly"] = call.read
    if call.resources is not None:
        out["resources"] = call.resources
    out["eventType"] = call.type
    out["managementEvent"] = call.category == "Management"
    out["recipientAccountId"] = account
    if caller.channel == "vpce":
        out["vpcEndpointId"] = VPC_ENDPOINT
        out["vpcEndpointAccountId"] = account
    out.update(call.more)
    out["eventCategory"] = call.category
    if caller.channel != "service":
        out["tlsDetails"] = _tls(call, region)
    if caller.channel == "console":
        out["sessionCredentialFromConsole"] = "true"
    return out


def _tls(call: Call, region: str) -> dict[str, str]:
    host = f"{call.source}.{region}.amazonaws.com"
    if call.source in GLOBAL:
        host = f"{call.source}.amazonaws.com"
    elif call.source == "signin":
        host = f"{region}.signin.aws.amazon.com"
    tls = {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": host,
    }
    if call.source in ("kms", "secretsmanager"):
        tls["keyExchange"] = "X25519MLKEM768"
    return tls


def text(value: Any) -> str:
    """Compact JSON in ASCII: control characters become escapes, as CloudTrail writes them."""
    return json.dumps(value, separators=(",", ":"))


def bucket(account: str, name: str) -> dict[str, str]:
    return {"accountId": account, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{name}"}


def s3_objects(account: str, name: str, key: str) -> list[dict[str, str]]:
    """The resources of an S3 data event: the object without owner, then its bucket."""
    return [
        {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{name}/{key}"},
        bucket(account, name),
    ]


def s3_extra(sent: Any, received: Any, request_id: str) -> dict[str, Any]:
    """``sent`` and ``received`` in bytes, as S3 sees them: out of the bucket, into it."""
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": received,
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": f"{request_id}EXAMPLEhostid/{request_id}=",
        "bytesTransferredOut": sent,
    }


def credentials(key: str, expiration: str, token: str) -> dict[str, str]:
    """``responseElements.credentials`` of the calls that issue a session."""
    return {"accessKeyId": key, "sessionToken": TOKEN + token + "==", "expiration": expiration}
