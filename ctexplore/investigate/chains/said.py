"""What records say that no column has, and who is behind a chain."""

from __future__ import annotations

from typing import NamedTuple

from ctexplore.investigate.chains.caller import Caller
from ctexplore.sources.source import SourceError
from ctexplore.store.columns.stamps import one_time
from ctexplore.store.session import Session
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.facts import text
from ctexplore.trail.node import Object


class Facts(NamedTuple):
    """Of one record. created: milliseconds since 1970, when its session's credentials were made.
    root: the whole record, None where it cannot be read."""

    root: Object | None = None
    arn: str = ""
    created: int | None = None
    source_identity: str = ""
    user_id: str = ""
    shared: str = ""

    def at(self, *path: str) -> str:
        return text(self.root, *path)


def read_facts(session: Session, row: int) -> Facts:
    """Reads the record. Never raises: what cannot be read says nothing."""
    try:
        root = parse(session.records.one(row)).root
    except (SourceError, JsonError, IndexError):
        return Facts()
    if not isinstance(root, Object):
        return Facts()
    context = ("userIdentity", "sessionContext")
    created = text(root, *context, "attributes", "creationDate")
    return Facts(
        root,
        text(root, "userIdentity", "arn"),
        one_time(created) if created else None,
        text(root, *context, "sourceIdentity"),
        text(root, "userIdentity", "onBehalfOf", "userId"),
        text(root, "sharedEventID"),
    )


def behind(root: Caller, here: Caller, facts: Facts) -> str:
    """Who is behind a chain, and by which field: raw log text in it.

    facts: of a record of ``here``. A source identity is set once and stays for all sessions that
    follow (IAM User Guide, "Monitor and control actions taken with assumed roles").
    """
    if facts.source_identity:
        return f"{facts.source_identity} (userIdentity.sessionContext.sourceIdentity)"
    if root.idtype == "AWSService":
        return f"no person: the service {root.who}"
    if root.idtype == "AWSAccount":
        return f"{root.who}, whose own log is not loaded"
    if root.idtype in ("AssumedRole", "FederatedUser") and root.began is None:
        return f"not known: nothing loaded says who began {root.who}"
    likely = any(c.began and c.began.likely for c in _way(root, here))
    sure = ", likely" if likely else ""
    kind = {
        "IAMUser": "IAM user",
        "Root": "the account's root user",
        "SAMLUser": "signed in by SAML",
        "WebIdentityUser": "by a web identity's token",
        "IdentityCenterUser": "user of IAM Identity Center",
    }.get(root.idtype, root.idtype)
    where = f" of {root.account}" if root.account else ""
    return f"{root.who} ({kind}{where}{sure})"


def _way(root: Caller, here: Caller) -> list[Caller]:
    """The callers from the first to this one."""
    way: list[Caller] = []
    for depth, caller in root.walk():
        del way[depth:]
        way.append(caller)
        if caller is here:
            return way
    return []
