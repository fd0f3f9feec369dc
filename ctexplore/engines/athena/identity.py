"""Who made the call, in SQL: what ``trail.identity`` reads of a userIdentity.

A caller's name takes several steps, so they are columns of inner SELECTs: the members that are
looked at (``Members``), of those ``ct_role`` and ``ct_name``, of all these ``ct_who``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ctexplore.engines.athena.table import TEXT, Struct, Table

# The columns of the inner SELECTs, and which of them each field of the language needs.
NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "role": ("ct_role",),
    "user": ("ct_name",),
    "actor": ("ct_role", "ct_name", "ct_who"),
    "who": ("ct_role", "ct_name", "ct_who"),
}

At = Callable[[str], str]  # a member of userIdentity as text, '' where there is none


def member(table: Table, path: str) -> str:
    """A member of userIdentity; '' where this table has none."""
    kind: object = table.columns["useridentity"]
    for part in path.split("."):
        kind = kind.members.get(part) if isinstance(kind, Struct) else None
    return f"coalesce(useridentity.{path}, '')" if kind == TEXT else "''"


class Members:
    """Members of userIdentity under short names, and which of them were used."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._named: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        short = "ct_" + "_".join(path.split(".")[-2:])
        self._named[short] = member(self._table, path)
        return short

    @property
    def columns(self) -> list[str]:
        return [f"{expression} AS {short}" for short, expression in self._named.items()]


def role(at: At) -> str:
    arn, kind = at("arn"), at("type")
    named = f"nullif({at('sessioncontext.sessionissuer.username')}, '')"
    return (
        f"CASE WHEN {kind} = 'Role' THEN coalesce(nullif({at('username')}, ''), {_last(arn)})\n"
        f"  WHEN strpos({arn}, ':assumed-role/') > 0"
        f" THEN coalesce({named}, split_part({_assumed(arn)}, '/', 1))\n"
        f"  WHEN {kind} = 'AssumedRole' THEN coalesce({named}, '')\n"
        "  ELSE '' END"
    )


def name(at: At) -> str:
    """The user's, session's or source identity's name."""
    arn, kind = at("arn"), at("type")
    session = (
        f"CASE WHEN {kind} = 'Role' THEN ''\n"
        f"    WHEN strpos({arn}, ':assumed-role/') > 0 THEN {_after(_assumed(arn), '/')}\n"
        f"    WHEN {kind} = 'AssumedRole' THEN {_after(at('principalid'), ':')}\n"
        "    ELSE '' END"
    )
    own = (
        f"CASE WHEN {kind} = 'Role' THEN '' WHEN {at('username')} <> '' THEN {at('username')}\n"
        f"    WHEN {kind} = 'FederatedUser' THEN {_last(arn)} ELSE '' END"
    )
    given = at("sessioncontext.sourceidentity")
    return f"coalesce(nullif({given}, ''),\n  nullif({session}, ''),\n  {own})"


def who(at: At) -> str:
    """The label that a person reads; of ``ct_role`` and ``ct_name``."""
    account, principal = account_of(at), at("principalid")
    tail = f"regexp_extract({principal}, '[^:]*$')"
    issuer, provider = at("sessioncontext.sessionissuer.username"), at("identityprovider")
    federated = f"coalesce(nullif({at('username')}, ''), {principal})"
    known_by = f"CASE WHEN {provider} LIKE 'arn:%' THEN {_after(provider, '/')} ELSE {provider} END"
    assumed = at("sessioncontext.assumedroot")
    last = _last(at("arn"))
    label = (
        f"CASE {at('type')}\n"
        f"    WHEN 'Root' THEN 'root@' || {account}"
        f" || CASE WHEN lower({assumed}) = 'true' THEN ' (AssumeRoot)' ELSE '' END\n"
        f"    WHEN 'AWSService' THEN {at('invokedby')}\n"
        f"    WHEN 'AWSAccount' THEN 'account ' || {account}"
        f" || CASE WHEN {tail} IN ('', {account}) THEN '' ELSE '/' || {tail} END\n"
        + "".join(
            f"    WHEN '{kind}' THEN CASE WHEN {federated} <> '' AND {provider} <> ''"
            f" THEN {federated} || ' via ' || {known_by} ELSE {federated} END\n"
            for kind in ("SAMLUser", "WebIdentityUser")
        )
        + f"    WHEN 'FederatedUser' THEN CASE WHEN {last} <> '' AND {issuer} <> ''"
        f" THEN {last} || ' by ' || {issuer} ELSE {last} END\n"
        "    ELSE '' END"
    )
    permission_set = "regexp_extract(ct_role, '^AWSReservedSSO_(.+)_[0-9a-f]{16}$', 1)"
    ladder = (
        label,
        f"CASE WHEN ct_name <> '' THEN ct_name || ' as ' || nullif({permission_set}, '') END",
        "CASE WHEN ct_role <> '' AND ct_name <> '' THEN ct_role || '/' || ct_name ELSE ct_role END",
        "CASE WHEN ct_name = 'HIDDEN_DUE_TO_SECURITY_REASONS'"
        " THEN 'unknown user (failed sign-in)' ELSE ct_name END",
        at("onbehalfof.userid"),
        last,
        tail,
        at("invokedby"),
        account,
    )
    steps = ",\n  ".join(f"nullif({step}, '')" for step in ladder)
    return f"CASE WHEN useridentity IS NULL THEN '' ELSE coalesce({steps},\n  '?') END"


def user(at: At) -> str:
    return f"coalesce(nullif(ct_name, ''), {at('onbehalfof.userid')})"


def actor(at: At) -> str:
    """What all sessions of one role or user share; of ``ct_who``."""
    arn = at("arn")
    of_role = (
        f"replace(split_part({arn}, ':assumed-role/', 1), ':sts:', ':iam:') || ':role/'"
        f" || split_part({_assumed(arn)}, '/', 1)"
    )
    steps = (
        at("sessioncontext.sessionissuer.arn"),
        f"CASE WHEN strpos({arn}, ':assumed-role/') > 0 THEN {of_role} ELSE {arn} END",
        at("onbehalfof.userid"),
    )
    ladder = ", ".join(f"nullif({step}, '')" for step in steps)
    return f"coalesce({ladder}, ct_who)"


def account_of(at: At) -> str:
    """The caller's account, else the one its ARN names."""
    arn = at("arn")
    named = f"regexp_extract({arn}, '^(?:[^:]*:){{4}}([^:]*):', 1)"
    return f"coalesce(nullif({at('accountid')}, ''), {named}, '')"


def _assumed(arn: str) -> str:
    """``role/session`` of an assumed-role ARN."""
    return f"substr({arn}, strpos({arn}, ':assumed-role/') + 14)"


def _after(text: str, mark: str) -> str:
    return (
        f"CASE WHEN strpos({text}, '{mark}') > 0"
        f" THEN substr({text}, strpos({text}, '{mark}') + 1) ELSE '' END"
    )


def _last(text: str) -> str:
    """What follows the last ``/``, else the last ``:``."""
    return (
        f"CASE WHEN strpos({text}, '/') > 0 THEN regexp_extract({text}, '[^/]*$')"
        f" ELSE regexp_extract({text}, '[^:]*$') END"
    )
