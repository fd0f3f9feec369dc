"""An event in five lines: who, did what, to what, from where, with which result.

Field names and their meaning: CloudTrail User Guide, "CloudTrail record contents" and
"CloudTrail userIdentity element". Nothing here raises for what a record holds: a part of an
unexpected type is shown as text or left out. Lines are not made safe for a screen, but secrets
in them are masked.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ctexplore.trail.facts import at, event_of, failure, identity_of, targets_of, text
from ctexplore.trail.identity import Identity
from ctexplore.trail.node import Node, Object
from ctexplore.trail.secrets import veil
from ctexplore.trail.severity import Severity, severity

_MORE = 3  # resources named one by one


class Summary(NamedTuple):
    """The lines, and how loudly the result is to be said.

    row: time, event name, event source, who, target, source IP, region, account, error.
    """

    who: str
    did: str
    target: str
    origin: str
    result: str
    severity: Severity
    row: tuple[str, ...]


def summarise(root: Node) -> Summary:
    """Read a record; one that is no object gives lines that say so."""
    record = root if isinstance(root, Object) else Object()
    identity = identity_of(record)
    account = text(record, "recipientAccountId") or text(record, "accountId")
    what, source = event_of(record)
    error = failure(record)
    level = severity(
        source,
        what,
        readonly=text(record, "readOnly"),
        error=error,
        idtype=identity.idtype,
        caller_account=identity.idaccount,
        account=account,
    )
    named = targets_of(record)
    lines = [
        _who(record, identity),
        _did(record, what, source),
        _target(named, account, identity),
        _origin(record),
        _result(record, error),
    ]
    row = (
        text(record, "eventTime") or text(record, "timeWindow", "windowStart"),
        what,
        source,
        identity.who,
        named[0] if named else "",
        text(record, "sourceIPAddress"),
        text(record, "awsRegion"),
        account,
        error,
    )
    if not isinstance(root, Object):
        lines = ["-", "not a record: its JSON is no object", "-", "-", "-"]
    who, did, target, origin, result = map(veil, lines)
    return Summary(who, did, target, origin, result, level, tuple(map(veil, row)))


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part) or "-"


def _labelled(label: str, value: str) -> str:
    return f"{label} {value}" if value else ""


def _who(record: Object, identity: Identity) -> str:
    user = at(record, "userIdentity")
    context = at(user, "sessionContext")
    federated = at(context, "webIdFederationData")
    insight = at(record, "insightDetails", "insightContext")
    console = text(record, "sessionCredentialFromConsole") == "true"
    mfa = identity.mfa or {"Yes": "true", "No": "false"}.get(
        text(record, "additionalEventData", "MFAUsed"), ""
    )
    issuer = text(context, "sessionIssuer", "arn")
    service = identity.invokedby if identity.invokedby != identity.who else ""
    owner = identity.idaccount or text(record, "accountId")
    return _join(
        identity.who or ("CloudTrail Insights" if insight else ""),
        identity.idtype,
        _labelled("account", owner if owner != identity.who else ""),
        _labelled("key", identity.key),
        {"true": "MFA", "false": "no MFA"}.get(mfa, _labelled("MFA", mfa)),
        "console session" if console else "",
        _labelled("called by", service),
        _labelled("source identity", text(context, "sourceIdentity")),
        _session(identity),
        _labelled("role" if identity.role else "issued by", issuer),
        _labelled("federated by", text(federated, "federatedProvider")),
        _labelled("identity provider", text(user, "identityProvider")),
        _labelled("Identity Center user", text(user, "onBehalfOf", "userId")),
        _labelled("user name", text(record, "additionalEventData", "UserName")),
        _labelled("for", text(user, "inScopeOf", "credentialsIssuedTo")),
        _labelled("delegate", text(user, "invokedByDelegate", "accountId")),
        _labelled("credential", text(user, "credentialId")),
        _labelled("IMDS", text(context, "ec2RoleDelivery")),
        _labelled("since", text(context, "attributes", "creationDate")),
    )


def _session(identity: Identity) -> str:
    """The session where the label leaves it out, or what kind of caller its name gives away."""
    if identity.user.startswith("i-") and identity.role:
        return f"instance {identity.user}"
    if identity.role.startswith("AWSReservedSSO_"):
        return f"Identity Center {identity.role}"
    said = identity.user in identity.who or identity.who.startswith("unknown user")
    return _labelled("user", "" if said else identity.user)


def _did(record: Object, name: str, source: str) -> str:
    window = at(record, "timeWindow")
    details = at(record, "insightDetails")
    kind = text(record, "eventType")
    reads = {"true": "read", "false": "write"}.get(text(record, "readOnly").lower(), "")
    managed = {"true": "Management", "false": "Data"}.get(text(record, "managementEvent"), "")
    when = text(record, "eventTime") or " to ".join(
        found for end in ("windowStart", "windowEnd") if (found := text(window, end))
    )
    return _join(
        name or "no event name",
        source,
        reads,
        text(record, "eventCategory") or managed,
        kind if kind != "AwsApiCall" else "",
        _labelled("insight", text(details, "insightType")),
        text(details, "state"),
        _rate(at(details, "insightContext", "statistics")),
        _counts(at(record, "summary", "primaryDimension", "statistics")),
        when or "no time",
    )


def _rate(statistics: Node) -> str:
    usual = text(statistics, "baseline", "average")
    now = text(statistics, "insight", "average")
    return f"{usual} → {now} a minute" if usual and now else ""


def _counts(statistics: Node) -> str:
    """The values of an aggregated event's dimension."""
    items = statistics if isinstance(statistics, list) else []
    counted = [f"{text(i, 'name')} {text(i, 'value')}".strip() for i in items[:_MORE]]
    more = f" and {len(items) - _MORE:,} more" if len(items) > _MORE else ""
    return ", ".join(counted) + more


def _target(named: list[str], account: str, identity: Identity) -> str:
    more = len(named) - _MORE
    across = identity.idaccount and account and identity.idaccount != account
    return _join(
        *named[:_MORE],
        f"and {more:,} more resources" if more > 0 else "",
        _labelled("in account", account),
        f"called from account {identity.idaccount}" if across else "",
    )


def _origin(record: Object) -> str:
    address, agent = text(record, "sourceIPAddress"), text(record, "userAgent")
    endpoint_owner = text(record, "vpcEndpointAccountId")
    tls = at(record, "tlsDetails")
    return _join(
        address,
        text(record, "awsRegion"),
        _labelled("endpoint", text(record, "vpcEndpointId")),
        _labelled("endpoint's account", endpoint_owner),
        agent if agent != address else "",
        text(tls, "tlsVersion"),
        text(tls, "clientProvidedHostHeader"),
        _labelled("device", text(record, "edgeDeviceDetails", "deviceId")),
    )


def _result(record: Object, error: str) -> str:
    said = text(record, "errorMessage")
    extra, answer = at(record, "additionalEventData"), at(record, "responseElements")
    outcome = f"{error}: {said}" if error and said and said != error else error
    issued = text(answer, "credentials", "accessKeyId") or text(answer, "accessKey", "accessKeyId")
    until = text(answer, "credentials", "expiration")
    return _join(
        outcome or "succeeded",
        _labelled("key issued", issued) + (f" until {until}" if issued and until else ""),
        _labelled("in", _size(text(extra, "bytesTransferredIn"))),
        _labelled("out", _size(text(extra, "bytesTransferredOut"))),
        _labelled("insight error", text(record, "insightDetails", "errorCode")),
        *_left_out(record),
        _labelled("corrected later:", text(record, "addendum", "reason")),
        _labelled("fields", text(record, "addendum", "updatedFields")),
        _labelled("of event", text(record, "addendum", "originalEventID")),
    )


def _left_out(record: Object) -> list[str]:
    """Parts too large for CloudTrail carry ``"omitted": true`` in place of their content."""
    parts = ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails")
    return [f"{p} left out by CloudTrail" for p in parts if text(record, p, "omitted") == "true"]


def _size(digits: str) -> str:
    """Bytes for a person; CloudTrail writes them as 812 or 812.0. "" for none."""
    try:
        size = float(digits)
    except ValueError:
        return digits
    if not 0 < size < math.inf:
        return "" if size == 0 else digits
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TB"
