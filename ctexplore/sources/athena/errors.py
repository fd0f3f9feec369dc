"""What Athena refuses, and why a query failed, as one line that says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ctexplore.sources.history.errors import is_throttled, refusal
from ctexplore.sources.s3.errors import Asked, code_of, explain
from ctexplore.sources.s3.unanswered import scrub
from ctexplore.sources.source import SourceError

PLACE: Final = "Athena"
_SETUP: Final = "ctexplore athena setup --bucket … prints the table"
# Of a message of Athena's or of its engine: (what it has, reason, hint). The first that fits.
_REASONS: Final[tuple[tuple[str, str, str], ...]] = (
    (r"TABLE_NOT_FOUND|Table .* does not exist|Table not found", "there is no such table", _SETUP),
    (r"SCHEMA_NOT_FOUND|Database .* not found|Schema .* does not exist",
     "there is no such database", f"{_SETUP}, with --apply the database, too"),
    (r"No output location provided|outputLocation is null",
     "the workgroup does not say where answers are kept", "give --results s3://BUCKET/PREFIX/"),
    (r"WorkGroup .* is not found|WorkGroup is not found|workgroup .* not found",
     "there is no such workgroup", "check --workgroup"),
    (r"WorkGroup .* is disabled|workgroup is disabled", "the workgroup is switched off",
     "use another one, with --workgroup"),
    (r"[Bb]ytes scanned limit|exceeded .*per-query limit|exceeds the limit set by the workgroup",
     "the query was ended at the workgroup's limit of bytes that one query may read",
     "narrow it with times, accounts and regions, or use another --workgroup"),
    (r"Query timeout|EXCEEDED_TIME_LIMIT", "the query took longer than Athena lets one run",
     "narrow it with times, accounts and regions"),
    (r"KMS", "a KMS key does not let these credentials decrypt or encrypt",
     "the key's policy must allow kms:Decrypt for the logs, kms:GenerateDataKey for the answers"),
    (r"(?i)unable to verify/create output bucket|access denied when writing output|"
     r"Access denied when writing to location",
     "answers cannot be written where the workgroup or --results wants them",
     "s3:PutObject, s3:GetBucketLocation and s3:GetObject must be allowed there"),
    (r"CONSTRAINT_VIOLATION|injected projected partition column",
     "this table has to be told which accounts are asked for",
     "name them: account:ID, or --account"),
    (r"PERMISSION_DENIED|AccessDenied|Access Denied|[Ii]nsufficient permissions",
     "these credentials may not read the table or its objects",
     "s3:GetObject and s3:ListBucket on the logs, glue:GetTable and glue:GetPartitions"),
    (r"EXCEEDED_MEMORY_LIMIT|Query exhausted resources",
     "the query needs more than Athena gives it",
     "narrow it, or leave out the order with --count or --by"),
)  # fmt: skip
_WHERE: Final = re.compile(r"s3://[^\s'\"]+")


def explain_athena(error: BaseException, operation: str, profile: str = "") -> SourceError:
    """The SourceError for what botocore raised when a query was started or asked for."""
    permission = "athena:" + "".join(word.title() for word in operation.split("_"))
    if (said := refusal(error, PLACE, permission, "ask Athena")) is not None:
        return SourceError(PLACE, said.reason, said.hint, fatal=True)
    if is_throttled(error) or code_of(error) == "TooManyRequestsException":
        reason = "too many queries at once"
        return SourceError(PLACE, reason, "try again later", retry=True, fatal=True)
    message = _message(error)
    if message and (known := _known(message)):
        return known
    if message and code_of(error) == "InvalidRequestException":
        return SourceError(PLACE, f"Athena refuses the query: {_short(message)}", fatal=True)
    said = explain(error, Asked(PLACE, profile=profile))
    return SourceError(PLACE, said.reason, said.hint, retry=said.retry, fatal=True)


def explain_failed(status: Mapping[str, Any]) -> SourceError:
    """Why a query failed. status: of GetQueryExecution."""
    message = str(
        status.get("StateChangeReason")
        or status.get("AthenaError", {}).get("ErrorMessage")
        or "for no reason that it tells"
    )
    retry = bool(status.get("AthenaError", {}).get("Retryable"))
    known = _known(message)
    return known or SourceError(
        PLACE, f"the query failed: {_short(message)}", retry=retry, fatal=True
    )


def _known(message: str) -> SourceError | None:
    for pattern, reason, hint in _REASONS:
        if re.search(pattern, message):
            where = _WHERE.search(message)
            reason += f" ({scrub(where[0])})" if where else ""
            return SourceError(PLACE, reason, hint, fatal=True)
    return None


def _short(message: str) -> str:
    line = scrub(" ".join(message.split()))
    return line if len(line) <= 300 else line[:299] + "…"


def _message(error: BaseException) -> str:
    answer = getattr(error, "response", None)
    return str(answer.get("Error", {}).get("Message", "")) if isinstance(answer, dict) else ""
