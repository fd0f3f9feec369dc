"""Links that no key proves: console sign-ins, answers without a key, Identity Center's portal.

Candidates are found in columns; the few that are near in time have their records read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from ctexplore.investigate.chains.caller import Began, Pair
from ctexplore.investigate.chains.ledger import NEVER, SLACK, Ledger
from ctexplore.investigate.chains.said import Facts, read_facts
from ctexplore.investigate.chains.use import Array
from ctexplore.store.columns.issued import number_of
from ctexplore.store.session import Session
from ctexplore.trail.identity import role_of

_SIGN_INS = ("ConsoleLogin", "SwitchRole")
_ROLES = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
_PORTAL = ("Federate", "GetRoleCredentials")
_SESSION = 12 * 3600 * 1000  # milliseconds; the longest that a role's session lasts
_SIGN_IN = 60_000  # milliseconds between a sign-in and the credentials made for it
_HANDED = 30_000  # milliseconds between the portal and the role that it leads to
_READ = 50  # records that are read for one link, at most

_ARN = "userIdentity.arn"
_CREATED = "userIdentity.sessionContext.attributes.creationDate"
_ISSUER = "userIdentity.sessionContext.sessionIssuer.arn"
_ROLE: Pair = ("requestParameters.roleArn", _ISSUER)


class Likely:
    def __init__(self, session: Session, ledger: Ledger) -> None:
        self.session = session
        self.ledger = ledger
        self.table = session.table

    # -- where it came from

    def began(self, key: int) -> Began | None:
        """The event that a key without a proven beginning likely came from."""
        text = self.ledger.keys[key]
        if text.startswith("AKIA") or self.ledger.claims(key):
            return None  # kept keys come from no session, and what was refused is no likely link
        rows = self.ledger.rows_of(key)
        first = int(rows[np.argmin(self.table.time[rows])])
        facts = read_facts(self.session, first)
        if self._by_console(rows):
            return self._sign_in(first, facts)
        return self._role_taken(first, facts)

    def before(self, row: int) -> Began | None:
        """What likely, or by a token's id for sure, came before an event without a key."""
        table = self.table
        if table.text("name", row) == "AssumeRoleWithWebIdentity":
            return self._token(row)
        role = role_of(table.text("target", row))
        if table.text("name", row) != "AssumeRoleWithSAML" or role is None:
            return None
        time = int(table.time[row])
        for other in self._near(_PORTAL, time - _HANDED, time + SLACK, time):
            if _portal_role(read_facts(self.session, other)) in _names(role):
                fields = (
                    ("serviceEventDetails.account_id", "requestParameters.roleArn"),
                    ("serviceEventDetails.role_name", "requestParameters.roleArn"),
                    ("eventTime", "eventTime"),
                )
                return self._link(other, fields, "the portal's event names no session")
        return None

    def own_copy(self, row: int) -> int:
        """The caller's own log's event of a call that came from another account, else the row:
        both have one sharedEventID."""
        table = self.table
        if table.text("idtype", row) != "AWSAccount":
            return row
        shared = read_facts(self.session, row).shared
        time = int(table.time[row])
        for other in self._near((table.text("name", row),), time - SLACK, time + SLACK, time):
            named = shared and table.text("key", other) and other != row
            if named and read_facts(self.session, other).shared == shared:
                return other
        return row

    def _sign_in(self, first: int, facts: Facts) -> Began | None:
        table = self.table
        actor, time = table.text("actor", first), int(table.time[first])
        made = facts.created
        low, high = (time - _SESSION, time) if made is None else (made - _SIGN_IN, made + _SIGN_IN)
        for row in self._near(_SIGN_INS, low, high, time if made is None else made):
            if table.text("actor", row) == actor:
                when = _CREATED if made is not None else "eventTime"
                fields = ((_ARN, _ARN), ("eventTime", when))
                return self._link(row, fields, "a sign-in names no key")
        return None

    def _role_taken(self, first: int, facts: Facts) -> Began | None:
        """A call that took the role under the session's name, whose answer has no key."""
        table = self.table
        role = role_of(table.text("actor", first))
        if role is None:
            return None
        time, made = int(table.time[first]), facts.created
        low, high = (time - _SESSION, time) if made is None else (made - SLACK, made + SLACK)
        name = facts.arn.rpartition("/")[2]
        for row in self._near((*_ROLES, *_PORTAL), low, high, high):
            if row in self.ledger.rows:
                continue  # it issued another key
            fields: tuple[Pair, ...]
            if role_of(table.text("target", row)) == role:
                if read_facts(self.session, row).at("requestParameters", "roleSessionName") != name:
                    continue
                fields = (_ROLE, ("requestParameters.roleSessionName", _ARN))
            elif table.text("name", row) not in _PORTAL:
                continue
            elif _portal_role(read_facts(self.session, row)) in _names(role):
                fields = (("requestParameters.role_name", _ISSUER),)
            else:
                continue
            when = ("eventTime", _CREATED if made is not None else "eventTime")
            return self._link(row, (*fields, when), "its answer holds no key")
        return None

    def _token(self, row: int) -> Began | None:
        """Who asked for the token that was exchanged (IAM User Guide, "Federating AWS identities
        to external services")."""
        token = read_facts(self.session, row).at("requestParameters", "webIdentityTokenId")
        if not token:
            return None
        found = np.flatnonzero(self.table.issued.ids == np.uint64(number_of(token)))
        if not len(found):
            return None
        issuer = int(self.table.issued.rows[found[0]])
        pair = ("responseElements.webIdentityTokenId", "requestParameters.webIdentityTokenId")
        return self._link(issuer, (pair,), "")

    # -- where it led to

    def after(self, row: int) -> list[tuple[int, Began]]:
        """The keys that a console sign-in likely led to."""
        if self.table.text("name", row) not in _SIGN_INS or self.table.text("error", row):
            return []
        actor, time = self.table.text("actor", row), int(self.table.time[row])
        keys = self._console_keys(actor, time, lambda _: True)
        return [
            (key, began)
            for key in keys
            if (began := self.began(key)) is not None and began.row == row
        ]

    def opened(self, key: int) -> list[tuple[int, Began]]:
        """Console sessions that a key likely opened (sign-in's GetSigninToken exchanges a session
        for a link to the console)."""
        table, ledger = self.table, self.ledger
        mine = [row for row in self._links if ledger.of_entry[ledger.codes[row]] == key]
        if not mine:
            return []
        entry = ledger.entries[key][0]
        actor, user = (table.values(field)[entry] for field in ("actor", "user"))
        found = []
        for row in mine:
            time = int(table.time[row])
            for other in self._console_keys(actor, time, lambda e: table.values("user")[e] == user):
                if other != key:
                    fields = ((_ARN, _ARN), ("eventTime", "eventTime"))
                    link = self._link(row, fields, "a link to the console names no key")
                    found.append((other, link))
        return found

    @cached_property
    def _links(self) -> list[int]:
        """Successful exchanges of a session for a link to the console."""
        rows = self._named(("GetSigninToken",))
        return [row for row in rows if not self.table.text("error", row)]

    def _console_keys(self, actor: str, time: int, wanted: Callable[[int], bool]) -> list[int]:
        """Keys without a proven beginning that an actor used in the console, first from ``time``
        on and within a session's length."""
        ledger, actors = self.ledger, self.table.values("actor")
        found = []
        for key, entries in enumerate(ledger.entries):
            first = ledger.first[key]
            if first == NEVER or not time - SLACK <= first <= time + _SESSION:
                continue
            if actors[entries[0]] != actor or not wanted(entries[0]) or ledger.claims(key):
                continue
            if self._by_console(ledger.rows_of(key)):
                found.append(key)
        return found[:_READ]

    # -- in columns

    def _by_console(self, rows: Array) -> bool:
        console = np.array([text == "true" for text in self.table.values("console")])
        return bool(console[self.table.codes("kind")[rows]].any())

    def _named(self, names: tuple[str, ...]) -> list[int]:
        wanted = np.array([name in names for name in self.table.values("name")])
        if not wanted.any():
            return []
        found = wanted[self.table.codes("kind")[: self.ledger.count]] & self.ledger.kept
        return [int(row) for row in np.flatnonzero(found)]

    def _near(self, names: tuple[str, ...], low: int, high: int, time: int) -> list[int]:
        """Successful events of these names between two times, those nearest to ``time`` first."""
        table = self.table
        found = [
            row
            for row in self._named(names)
            if low <= int(table.time[row]) <= high and not table.text("error", row)
        ]
        return sorted(found, key=lambda row: abs(int(table.time[row]) - time))[:_READ]

    def _link(self, row: int, fields: tuple[Pair, ...], lacks: str) -> Began:
        name, time = self.table.text("name", row), int(self.table.time[row])
        return Began(row, name, time, fields, lacks)


def _portal_role(facts: Facts) -> tuple[str, str]:
    """(account, role or permission set) that Identity Center's event names."""
    for where in ("serviceEventDetails", "requestParameters"):
        if role := facts.at(where, "role_name"):
            return facts.at(where, "account_id"), role
    return "", ""


def _names(role: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """A role, and the permission set it was made for (``AWSReservedSSO_<set>_<16 digits>``)."""
    account, name = role
    inner = name.removeprefix("AWSReservedSSO_")
    return (role, (account, inner.rpartition("_")[0])) if inner != name else (role,)
