"""What CloudWatch Logs refuses, as one line that says what to do."""

from __future__ import annotations

from ctexplore.sources.history.errors import is_throttled, may_pass, refusal
from ctexplore.sources.s3.errors import Asked, code_of, explain
from ctexplore.sources.source import SourceError


def explain_logs(
    error: BaseException, group: str, operation: str, profile: str = ""
) -> SourceError:
    """The SourceError for what botocore raised. Nothing else of the group can be had then."""
    place = f"log group {group}"
    code = code_of(error)
    if (said := refusal(error, place, f"logs:{operation}", "read the log group")) is not None:
        return SourceError(place, said.reason, said.hint, fatal=True)
    if code == "ResourceNotFoundException":
        reason = "there is no such log group in this region"
        return SourceError(place, reason, "name its region with its ARN or --profile", fatal=True)
    if is_throttled(error):
        reason = "CloudWatch Logs keeps throttling"
        return SourceError(place, reason, "try again later", retry=True, fatal=True)
    if code and may_pass(error):
        reason = f"CloudWatch Logs has an internal error ({code})"
        return SourceError(place, reason, "try again", retry=True, fatal=True)
    said = explain(error, Asked(place, profile=profile))
    return SourceError(place, said.reason, said.hint, retry=said.retry, fatal=True)
