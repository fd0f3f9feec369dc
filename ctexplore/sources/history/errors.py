"""What CloudTrail refuses when Event history is asked, as one line that says what to do."""

from __future__ import annotations

import re
from typing import Final

from ctexplore.sources.s3.errors import THROTTLED, Asked, code_of, explain
from ctexplore.sources.s3.unanswered import scrub
from ctexplore.sources.source import SourceError

PERMISSION: Final = "cloudtrail:LookupEvents"
_DENIED: Final = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
# What a region says that the account has not enabled (AWS Account Management Reference Guide,
# "Enable or disable AWS Regions in your account"), and what any says of keys it does not know.
_UNKNOWN: Final = {"UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired"}
_INTERNAL: Final = {"InternalError", "InternalFailure", "InternalServerError"}
_WHO: Final = re.compile(r"User: (\S+) is not authorized")
_WHY: Final = re.compile(r"because .+", re.DOTALL)


def is_throttled(error: BaseException) -> bool:
    """CloudTrail throttles with HTTP 400, so the code tells and the status does not."""
    return code_of(error) in THROTTLED


def may_pass(error: BaseException) -> bool:
    """Whether the same request may succeed in a moment: no answer, or an error inside AWS."""
    code = code_of(error)
    if code:
        return code in _INTERNAL or code in ("500", "502", "503", "504")
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return not kinds.isdisjoint(("ConnectionError", "HTTPClientError"))


def explain_lookup(error: BaseException, place: str, profile: str = "") -> SourceError:
    """The SourceError for what botocore raised when Event history was asked.

    denied: the permission is missing, or, skipped too, the region is not enabled. fatal and retry:
    nothing can be asked now, and the same may succeed later.
    """
    code = code_of(error)
    if (said := refusal(error, place, PERMISSION, "look up events")) is not None:
        return said
    if code in _UNKNOWN:
        reason = "the region is not enabled for this account, or does not know the access key"
        hint = "leave the region out, or enable it"
        return SourceError(place, reason, hint, denied=True, skipped=True)
    if is_throttled(error):
        reason = "CloudTrail keeps throttling: somebody else asks for this account's events, too"
        return SourceError(place, reason, "try again later", retry=True, fatal=True)
    if may_pass(error):
        said = explain(error, Asked(place, profile=profile)) if not code else None
        reason = said.reason if said else f"CloudTrail has an internal error ({code})"
        hint = said.hint if said else "try again"
        return SourceError(place, reason, hint, retry=True, fatal=True)
    if code.isdigit():
        reason = f"the endpoint did not answer as CloudTrail does (HTTP status {code})"
        return SourceError(place, reason, "a proxy or a portal may stand before it", fatal=True)
    return explain(error, Asked(place, profile=profile))


def refusal(error: BaseException, place: str, permission: str, deed: str) -> SourceError | None:
    """That a permission is missing, with whose it is and why, where AWS says so; None where it
    is something else."""
    if code_of(error) not in _DENIED:
        return None
    message = _message(error)
    who = _WHO.search(message)
    why = _WHY.search(message)
    reason = f"not allowed to {deed} ({permission})"
    reason += f" as {who[1]}" if who else ""
    reason += f", {scrub(why[0]).rstrip('.')}" if why else ""
    return SourceError(place, reason, f"a policy must allow {permission}", denied=True)


def _message(error: BaseException) -> str:
    answer = getattr(error, "response", None)
    return str(answer.get("Error", {}).get("Message", "")) if isinstance(answer, dict) else ""
