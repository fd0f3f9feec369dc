"""The fields of the language as a table's columns, and what they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from ipaddress import IPv6Address
from typing import Final

from ctexplore.engines.athena import identity
from ctexplore.engines.athena.quoting import NotInSql, folded
from ctexplore.engines.athena.table import Table
from ctexplore.engines.athena.values import either, in_network, is_one_of
from ctexplore.query.match import DOMAIN, tester
from ctexplore.query.syntax import Column, Network, Text, Value
from ctexplore.trail.accounts import NAMES
from ctexplore.trail.record import SIGN_INS

_PLAIN: Final = {
    "source": "eventsource",
    "name": "eventname",
    "region": "awsregion",
    "ip": "sourceipaddress",
    "agent": "useragent",
    "account": "recipientaccountid",
    "id": "eventid",
    "category": "eventcategory",
    "type": "eventtype",
    "readonly": "readonly",
    "console": "sessioncredentialfromconsole",
    "link": "addendum.originaleventid",
}
_OF_IDENTITY: Final = {
    "key": "accesskeyid",
    "idtype": "type",
    "invokedby": "invokedby",
}
_AUTHENTICATED: Final = "sessioncontext.attributes.mfaauthenticated"
_UNKNOWN: Final = {
    "target": "target: is put together from many members; name the member, as resources.ARN:",
    "oddity": "oddity: is known only where the log file itself is read",
}


class Columns:
    """A table's columns as text.

    needed: names of ``identity.NEEDS`` that what was asked for so far refers to.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.needed: set[str] = set()
        self.members = identity.Members(table)

    def texts(self, column: str) -> list[str]:
        """The texts that a column of the language looks at. Raises NotInSql."""
        if column in _UNKNOWN:
            raise NotInSql(_UNKNOWN[column])
        if column in _PLAIN:
            return [f"coalesce({_PLAIN[column]}, '')"]
        if column in _OF_IDENTITY:
            return [identity.member(self.table, _OF_IDENTITY[column])]
        self.needed.update(identity.NEEDS.get(column, ()))
        match column:
            case "role":
                return ["ct_role"]
            case "user":
                return [identity.user(self.members)]
            case "actor":
                return [identity.actor(self.members)]
            case "who":
                return ["ct_who", *self.texts("user"), *self.texts("role"), *self.texts("actor")]
            case "idaccount":
                return [identity.account_of(partial(identity.member, self.table))]
            case "error":
                return [_error()]
            case "mfa":
                return [_mfa(identity.member(self.table, _AUTHENTICATED))]
        raise NotInSql(f"{column}: is no column of the table")

    def has(self, column: str, values: Sequence[Value]) -> str:
        """Whether a column has one of the values. Raises NotInSql."""
        texts = self.texts(column)
        wanted = tuple(v for v in values if v != Text(""))
        found = [_has(column, text, wanted) for text in texts] if wanted else []
        if len(wanted) < len(values):
            found.append("(" + " AND ".join(f"{text} = ''" for text in texts) + ")")
        return either(found)


def _has(column: str, text: str, values: tuple[Value, ...]) -> str:
    match column:
        case "source":
            return _source(text, values)
        case "ip":
            six = [v for v in values if isinstance(v, Text) and ":" in v.value and _is_six(v.value)]
            rest = tuple(v for v in values if v not in six)
            found = [in_network(text, f"{v.value}/128") for v in six]
            return either([*found, is_one_of(text, rest)] if rest else found)
        case "account" | "idaccount":
            test = tester(Column("name"), values)
            named = [Text(i) for i, known in NAMES.known().items() if test(known.name)]
            return is_one_of(text, (*values, *named))
    return is_one_of(text, values)


def _is_six(text: str) -> bool:
    try:
        return IPv6Address(text).scope_id is None
    except ValueError:
        return False


def _source(text: str, values: tuple[Value, ...]) -> str:
    """``iam`` stands for ``iam.amazonaws.com``."""
    names = [Text(folded(v.value)) for v in values if isinstance(v, Text)]
    names += [Text(v.value + DOMAIN) for v in names if not v.value.endswith(DOMAIN)]
    others = tuple(v for v in values if not isinstance(v, Text | Network))
    found = [is_one_of(text, names)] if names else []
    if others:
        bare = f"regexp_replace({text}, '[.]amazonaws[.]com$', '')"
        found += [is_one_of(text, others), is_one_of(bare, others)]
    return either(found)


def _error() -> str:
    """errorCode, else errorMessage, else the result of a failed sign-in."""
    failed = " OR ".join(
        f"eventname = '{name}' AND json_extract_scalar(responseelements, '$.{name}') = 'Failure'"
        for name in SIGN_INS
    )
    return (
        "coalesce(nullif(errorcode, ''), nullif(errormessage, ''),"
        f" CASE WHEN {failed} THEN 'Failure' ELSE '' END)"
    )


def _mfa(authenticated: str) -> str:
    """mfaAuthenticated, for a console sign-in what it says itself."""
    used = "json_extract_scalar(additionaleventdata, '$.MFAUsed')"
    names = ", ".join(f"'{name}'" for name in SIGN_INS)
    return (
        f"CASE WHEN eventname IN ({names}) AND {used} = 'Yes' THEN 'true'"
        f" WHEN eventname IN ({names}) AND {used} = 'No' THEN 'false'"
        f" ELSE lower({authenticated}) END"
    )
