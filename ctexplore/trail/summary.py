"""An event in five lines: who, did what, to what, from where, with which result.

Field names and their meaning: CloudTrail User Guide, "CloudTrail record contents" and
"CloudTrail userIdentity element". Nothing here raises for what a record holds: a part of an
unexpected type is shown as text or left out. Lines are not made safe for a screen, but secrets
in them are masked.
"""

from __future__ import annotations

from typing import NamedTuple

from ctexplore.trail.accounts import NAMES
from ctexplore.trail.categories import Category, category_of
from ctexplore.trail.category_lines import (
    AGGREGATED,
    CALLS,
    INSIGHT,
    aggregated_lines,
    correction_of,
    insight_lines,
)
from ctexplore.trail.category_lines import joined as _join
from ctexplore.trail.category_lines import labelled as _labelled
from ctexplore.trail.change_words import change_words
from ctexplore.trail.facts import at, event_of, failure, identity_of, targets_of, text
from ctexplore.trail.identity import Identity
from ctexplore.trail.insight import read_insight
from ctexplore.trail.node import Node, Object
from ctexplore.trail.secrets import veil
from ctexplore.trail.severity import Severity, severity
from ctexplore.trail.signin import sign_in_parts, sign_in_result
from ctexplore.trail.size import size
from ctexplore.trail.who_line import who_line

_MORE = 3  # resources named one by one


class Summary(NamedTuple):
    """The lines, and how loudly the result is to be said.

    row: time, event name, event source, who, target, source IP, region, account, error.
    labels: what the five lines are called; of Insights and aggregated events other than of calls.
    """

    who: str
    did: str
    target: str
    origin: str
    result: str
    severity: Severity
    row: tuple[str, ...]
    labels: tuple[str, ...] = CALLS
    category: Category = Category.MANAGEMENT


def summarise(root: Node) -> Summary:
    """Read a record; one that is no object gives lines that say so."""
    record = root if isinstance(root, Object) else Object()
    category = category_of(record)
    identity = identity_of(record)
    account = text(record, "recipientAccountId") or text(record, "accountId")
    what, source = event_of(record)
    insight = read_insight(record)
    error = failure(record) or (insight.error if insight else "")
    level = severity(
        source,
        what,
        readonly=text(record, "readOnly"),
        error=error,
        idtype=identity.idtype,
        caller_account=identity.idaccount,
        account=account,
        category=category,
    )
    named = targets_of(record)
    labels = CALLS
    if insight is not None:
        labels, lines = INSIGHT, list(insight_lines(record, insight))
    elif category is Category.AGGREGATED:
        labels = AGGREGATED
        lines = list(aggregated_lines(record, who_line(record, identity)))
    else:
        lines = [
            who_line(record, identity),
            _did(record, what, source),
            _target(named, account, identity, _met(record, category)),
            _origin(record, category),
            _result(record, error, category),
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
        labels = CALLS
        lines = ["-", "not a record: its JSON is no object", "-", "-", "-"]
    who, did, target, origin, result = map(veil, lines)
    shown = tuple(map(veil, row))
    return Summary(who, did, target, origin, result, level, shown, labels, category)


def _did(record: Object, name: str, source: str) -> str:
    kind = text(record, "eventType")
    reads = {"true": "read", "false": "write"}.get(text(record, "readOnly").lower(), "")
    managed = {"true": "Management", "false": "Data"}.get(text(record, "managementEvent"), "")
    return _join(
        name or "no event name",
        source,
        reads,
        text(record, "eventCategory") or managed,
        kind if kind != "AwsApiCall" else "",
        text(record, "eventTime") or "no time",
    )


def _met(record: Object, category: Category) -> list[str]:
    """What was called where it is no resource: an endpoint of a VPC, the console."""
    match category:
        case Category.NETWORK:
            owner = text(record, "vpcEndpointAccountId")
            endpoint = _labelled("endpoint", text(record, "vpcEndpointId"))
            return [endpoint, _labelled("owned by account", owner)]
        case Category.SIGN_IN:
            return sign_in_parts(record)
    return sign_in_parts(record) if "signin." in text(record, "eventSource") else []


def _target(named: list[str], account: str, identity: Identity, met: list[str]) -> str:
    more = len(named) - _MORE
    across = identity.idaccount and account and identity.idaccount != account
    return _join(
        *met,
        *named[:_MORE],
        f"and {more:,} more resources" if more > 0 else "",
        _labelled("in account", NAMES.titled(account)),
        NAMES.note(account),
        f"called from account {NAMES.titled(identity.idaccount)}" if across else "",
    )


def _origin(record: Object, category: Category) -> str:
    address, agent = text(record, "sourceIPAddress"), text(record, "userAgent")
    through = () if category is Category.NETWORK else ("vpcEndpointId", "vpcEndpointAccountId")
    labels = ("endpoint", "endpoint's account")
    tls = at(record, "tlsDetails")
    return _join(
        address,
        text(record, "awsRegion"),
        *(_labelled(label, text(record, n)) for label, n in zip(labels, through, strict=False)),
        agent if agent != address else "",
        text(tls, "tlsVersion"),
        text(tls, "clientProvidedHostHeader"),
        _labelled("device", text(record, "edgeDeviceDetails", "deviceId")),
    )


def _result(record: Object, error: str, category: Category) -> str:
    said = text(record, "errorMessage")
    extra, answer = at(record, "additionalEventData"), at(record, "responseElements")
    outcome = f"{error}: {said}" if error and said and said != error else error
    issued = text(answer, "credentials", "accessKeyId") or text(answer, "accessKey", "accessKeyId")
    until = text(answer, "credentials", "expiration")
    refused = category is Category.NETWORK and text(record, "errorCode") == "VpceAccessDenied"
    return _join(
        "denied by the endpoint's policy" if refused else "",
        outcome or sign_in_result(record) or _worked(category),
        *change_words(record)[:_MORE],
        _labelled("key issued", issued) + (f" until {until}" if issued and until else ""),
        _labelled("in", _size(text(extra, "bytesTransferredIn"))),
        _labelled("out", _size(text(extra, "bytesTransferredOut"))),
        *_details(record, category),
        *_left_out(record),
        *correction_of(record),
    )


def _worked(category: Category) -> str:
    # Service events tell what happened; nobody asked for it, so that it succeeded says nothing.
    return "no error" if category is Category.SERVICE else "succeeded"


def _details(record: Object, category: Category) -> list[str]:
    """The first plain members of a service event's own part."""
    details = at(record, "serviceEventDetails")
    if category is not Category.SERVICE or not isinstance(details, Object):
        return []
    name = text(record, "eventName")
    said = [f"{key} {text(details, key)}" for key in details if text(details, key) and key != name]
    return said[:_MORE]


def _left_out(record: Object) -> list[str]:
    """Parts too large for CloudTrail carry ``"omitted": true`` in place of their content."""
    parts = ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails")
    return [f"{p} left out by CloudTrail" for p in parts if text(record, p, "omitted") == "true"]


def _size(digits: str) -> str:
    """The amount, "" for none."""
    said = size(digits)
    return "" if said == "0 B" else said
