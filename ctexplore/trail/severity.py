"""How loudly an event speaks: one level a row, shown as one colour and one sign."""

from __future__ import annotations

import re
from enum import IntEnum


class Severity(IntEnum):
    """READ says nothing; NOTABLE is a write, a cross-account call, a secret read or an Insight;
    ALERT failed, destroys, or was done by root."""

    READ = 0
    NOTABLE = 1
    ALERT = 2


# Verbs that take something away for good, plus the calls that blind a trail or open an account.
_DESTRUCTIVE = re.compile(
    r"((Batch|Admin)?Delete|Terminate|Destroy|Purge|Schedule.*Deletion|StopLogging|Deactivate|Disable|"
    r"RemovePermission|Revoke|Deregister|LeaveOrganization|CloseAccount)"
)
_SECRET = frozenset(
    {
        ("secretsmanager.amazonaws.com", "GetSecretValue"),
        ("secretsmanager.amazonaws.com", "BatchGetSecretValue"),
        ("ssm.amazonaws.com", "GetParameter"),
        ("ssm.amazonaws.com", "GetParameters"),
        ("ssm.amazonaws.com", "GetParametersByPath"),
        ("ec2.amazonaws.com", "GetPasswordData"),
        ("sts.amazonaws.com", "GetSessionToken"),
        ("sts.amazonaws.com", "GetFederationToken"),
        ("redshift.amazonaws.com", "GetClusterCredentials"),
        ("ecr.amazonaws.com", "GetAuthorizationToken"),
        ("codeartifact.amazonaws.com", "GetAuthorizationToken"),
    }
)


def is_destructive(name: str) -> bool:
    return bool(_DESTRUCTIVE.match(name))


def reads_secret(source: str, name: str) -> bool:
    return (source, name) in _SECRET


def severity(
    source: str,
    name: str,
    *,
    readonly: str,
    error: str,
    idtype: str,
    caller_account: str,
    account: str,
    category: str = "",
) -> Severity:
    """The level of an event; ``readonly`` is "true", "false" or "" as the record has it.

    category: eventCategory. An Insight is no call, so only its error counts beside it.
    """
    if category == "Insight":
        return Severity.ALERT if error else Severity.NOTABLE
    if error or idtype == "Root" or is_destructive(name):
        return Severity.ALERT
    crosses = bool(caller_account and account and caller_account != account)
    if readonly == "false" or crosses or reads_secret(source, name):
        return Severity.NOTABLE
    return Severity.READ
