"""What S3 and STS refuse, as one line that says what to do.

Error codes: Amazon S3 API Reference, "Error responses". botocore's exceptions for a request
that got no answer are in ``s3_unanswered``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from ctexplore.sources.s3.unanswered import explain_unanswered, scrub
from ctexplore.sources.source import SourceError

THROTTLED = {
    *("SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException", "503", "429"),
    *("ThrottledException", "RequestThrottled", "RequestLimitExceeded", "TooManyRequestsException"),
    "BandwidthLimitExceeded",
}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_INTERNAL = {"InternalError", "InternalFailure", "RequestTimeout", "500", "502", "504"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedAccess", "Forbidden", "403"}
_MOVED = {"PermanentRedirect", "AuthorizationHeaderMalformed", "301"}
RESTORING = "restore in progress"
_LISTED_AGAIN = "list the folder again"
_RENEW = "get new ones (aws sso login, for instance), then try again"
# code: (reason, hint, fatal)
_PLAIN: Mapping[str, tuple[str, str, bool]] = {
    "NoSuchBucket": ("the bucket does not exist", "check its name and the endpoint", True),
    "NoSuchAccessPoint": ("the access point does not exist", "check its ARN or alias", True),
    "InvalidBucketName": ("S3 does not accept this bucket's name", "check its name", True),
    "AllAccessDisabled": ("AWS has disabled all access to this bucket", "", True),
    "InvalidAccessKeyId": (
        "the access key is not known here",
        "it is deleted, inactive, or of another partition or S3 service",
        True,
    ),
    "InvalidClientTokenId": (
        "the access key is not known here",
        "it is deleted, inactive, or of another partition",
        True,
    ),
    "SignatureDoesNotMatch": (
        "the signature was refused: the secret key does not fit the access key",
        "check the credentials; a proxy that changes requests does this too",
        True,
    ),
    "KMS.DisabledException": ("the KMS key is disabled", "its owner can enable it", False),
    "KMS.KMSInvalidStateException": (
        "the KMS key is disabled or pending deletion",
        "its owner can cancel the deletion and enable it",
        False,
    ),
    "KMS.NotFoundException": ("the KMS key no longer exists", "", False),
}
_REFUSAL = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>[\w:*]+)"
    r"(?: on resource: \"?(?P<what>[^\s\"]+)\"?)?(?P<why>[ ,]+(?:because|with) .+)?",
    re.DOTALL,
)
_KEY = re.compile(r"arn:[\w-]+:kms:[\w-]*:\d*:(?:key|alias)/[\w/-]+")


class Asked(Struct, frozen=True):
    """What was asked, as far as an error's text needs it.

    place: as a user would write it. who: ARN of the caller when known. payer: requests
    already say that the requester pays.
    """

    place: str
    bucket: str = ""
    key: str = ""
    who: str = ""
    profile: str = ""
    payer: bool = False


def code_of(error: BaseException) -> str:
    """The code in S3's answer, ``""`` when there was none."""
    answer: Any = getattr(error, "response", None)
    return str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""


def explain(error: BaseException, asked: Asked) -> SourceError:
    """The SourceError for what botocore raised. No secret of the request is in its text."""
    answer: Any = getattr(error, "response", None)
    if not isinstance(answer, dict):
        return explain_unanswered(error, asked.place, asked.profile)
    said = answer.get("Error", {})
    code, message = code_of(error), str(said.get("Message", ""))
    meta = answer.get("ResponseMetadata", {})
    operation = str(getattr(error, "operation_name", ""))
    place = asked.place
    if (other := _not_s3(code, meta)) is not None:
        return SourceError(place, other, "a proxy or a portal may stand before it", retry=True)
    if plain := _PLAIN.get(code):
        return SourceError(place, plain[0], plain[1], fatal=plain[2])
    if code in _EXPIRED:
        return SourceError(place, "the credentials expired", _RENEW, fatal=True, retry=True)
    if code == "InvalidToken":
        reason = "the credentials' session token is not valid"
        return SourceError(place, reason, _RENEW, fatal=True, retry=True)
    if code == "RequestTimeTooSkewed":
        fix = "set this machine's clock, then try again"
        return SourceError(place, _skew(said, meta), fix, fatal=True, retry=True)
    if code in THROTTLED:
        return SourceError(place, "S3 is throttling", "try again later", retry=True)
    if code in _INTERNAL:
        tries = int(meta.get("RetryAttempts", 0)) + 1
        reason = f"S3 internal error after {tries} {'try' if tries == 1 else 'tries'}"
        return SourceError(place, reason, "try again", retry=True)
    if code in ("NoSuchKey", "404") and operation == "GetObject":
        return SourceError(place, "deleted since it was listed", _LISTED_AGAIN)
    if code in ("PreconditionFailed", "412"):
        return SourceError(place, "changed since it was listed", _LISTED_AGAIN, retry=True)
    if code == "InvalidObjectState":
        tiers = (said.get("StorageClass"), said.get("AccessTier"))
        return archived(asked, ", ".join(str(t) for t in tiers if t) or "unknown class")
    if code in _MOVED:
        return _moved(place, said, meta)
    if code in _DENIED:
        return _denied(operation, message, asked)
    if code.startswith("KMS."):
        return SourceError(place, f"the KMS key cannot be used: {scrub(message)} ({code})")
    return SourceError(place, f"{scrub(message) or 'refused'} ({code})")


def archived(asked: Asked, storage: str) -> SourceError:
    """The SourceError for an object in an archive class or tier, ``storage`` as S3 names it.

    Intelligent-Tiering takes no number of days (Amazon S3 User Guide, "Restoring an archived
    object").
    """
    days = "" if storage.startswith("INTELLIGENT") else "Days=7,"
    hint = shlex.join(
        [
            *("aws", "s3api", "restore-object", "--bucket", asked.bucket, "--key", asked.key),
            *("--restore-request", f"{days}GlacierJobParameters={{Tier=Standard}}"),
        ]
    )
    hint = "" if RESTORING in storage else hint
    return SourceError(asked.place, f"archived ({storage})", hint, skipped=True)


def _not_s3(code: str, meta: Mapping[str, Any]) -> str | None:
    """The reason when an answer is no S3 XML.

    botocore then has an empty code or the HTTP status for one; a listing with status 200
    that is not XML becomes a 500. An answer without a body is a plain status.
    """
    headers = meta.get("HTTPHeaders", {})
    if code and (not code.isdigit() or headers.get("content-length") == "0"):
        return None
    kind = str(headers.get("content-type", "none")).split(";")[0]
    status = meta.get("HTTPStatusCode", "?")
    return f"the endpoint did not answer with S3 XML (content type {kind}, {status})"


def _denied(operation: str, message: str, asked: Asked) -> SourceError:
    refusal = _REFUSAL.search(message)
    who = refusal["who"] if refusal else asked.who
    by = f" as {who}" if who else ""
    why = scrub(refusal["why"] or "").strip(" ,.") if refusal else ""
    tail = f", {why}" if why else ""
    if "MultiFactorAuthentication" in message:
        reason, hint = "the MFA code was refused", "try again with the next code"
        return SourceError(asked.place, reason, hint, fatal=True, retry=True)
    if operation.startswith("AssumeRole"):
        reason = f"not allowed to assume the role (sts:{operation}){by}{tail}"
        hint = "the role's trust policy and the caller's policy must both allow it"
        return SourceError(asked.place, reason, hint, fatal=True, denied=True)
    if "kms:" in message or "ciphertext refers to" in message:
        key = _KEY.search(message)
        reason = f"the log's KMS key refuses kms:Decrypt{by}" + (f"; key {key[0]}" if key else "")
        hint = "the key's policy and the caller's policy must both allow kms:Decrypt"
        return SourceError(asked.place, reason + tail, hint, denied=True)
    if re.search(r"requester.?pays", message, re.IGNORECASE) and not asked.payer:
        return SourceError(
            asked.place,
            "the bucket's requesters pay",
            "try --request-payer: requests and transfer are then billed to you",
            fatal=True,
        )
    listing = operation == "ListObjectsV2"
    action = refusal["action"] if refusal else "s3:ListBucket" if listing else "s3:GetObject"
    reason = f"not allowed to {'list this prefix' if listing else 'read'} ({action}){by}{tail}"
    hint = "" if refusal or asked.payer else "if its requesters pay, --request-payer is needed"
    return SourceError(asked.place, reason, hint, denied=True)


def _moved(place: str, said: Mapping[str, Any], meta: Mapping[str, Any]) -> SourceError:
    headers = meta.get("HTTPHeaders", {})
    region = str(said.get("Region") or headers.get("x-amz-bucket-region") or "")
    where = f"in {region}" if region else "in another region"
    hint = f"try --region {region}" if region else "give --region"
    return SourceError(
        place, f"the bucket is {where}, and S3 does not lead there", hint, fatal=True
    )


def _skew(said: Mapping[str, Any], meta: Mapping[str, Any]) -> str:
    server = str(said.get("ServerTime") or "")
    try:
        ours = datetime.strptime(str(said.get("RequestTime")), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        theirs = datetime.fromisoformat(server)
        minutes = round(abs((theirs - ours).total_seconds()) / 60)
    except (ValueError, TypeError):
        date = meta.get("HTTPHeaders", {}).get("date", "another time")
        return f"this machine's clock is wrong (the server's says {server or date})"
    return f"this machine's clock is off by {minutes:,} min (the server's says {server})"
