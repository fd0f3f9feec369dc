"""What a filter means, in plain Python over dicts: one event at a time, nothing clever."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from ctexplore.query import syntax as s
from ctexplore.trail.identity import identify

Event = dict[str, Any]


class Judged(Event):
    """An event with the values that columns of rooms above have for it."""

    added: dict[str, tuple[str, ...]]


DENIED = {
    "accessdenied",
    "accessdeniedexception",
    "client.unauthorizedoperation",
    "unauthorizedoperation",
    "authorizationerror",
    "vpceaccessdenied",
}


def matches(node: s.Node, event: Event) -> bool:
    match node:
        case s.And(parts):
            return all(matches(p, event) for p in parts)
        case s.Or(parts):
            return any(matches(p, event) for p in parts)
        case s.Not(part):
            return not matches(part, event)
        case s.Time(start=start, stop=stop):
            at = time_of(event)
            return at is not None and (start is None or at >= start) and (stop is None or at < stop)
        case s.Flag(_, names):
            return any(flag(name, event) for name in names)
        case s.Word(word):
            return any(word.casefold() in t.casefold() for t in everything(event))
        case s.Term(field, values):
            found = (
                column(field.name, event) if isinstance(field, s.Column) else at_path(field, event)
            )
            return any(has(field, value, found) for value in values)


def has(field: s.Field, value: s.Value, found: list[Any]) -> bool:
    texts = [text(v) for v in found if not isinstance(v, dict) and text(v)]
    match value:
        case s.Text(""):
            return not texts and not found
        case s.Present():
            return bool(texts or found)
    if field == s.Column("source"):
        texts += [t[: -len(".amazonaws.com")] for t in texts if t.endswith(".amazonaws.com")]
    wanted = [value]
    if isinstance(field, s.Path) and isinstance(value, s.Text):
        # A number however it is written.
        with suppress(json.JSONDecodeError, OverflowError):
            read = json.loads(value.value)
            wanted += [s.Text(text(read))] * isinstance(read, float)
    return any(t and one(w, t) for t in texts for w in wanted)


def one(value: s.Value, text: str) -> bool:
    match value:
        case s.Text(wanted):
            return text.casefold() == wanted.casefold()
        case s.Wild(parts):
            pattern = ".*".join(re.escape(p.casefold()) for p in parts)
            return re.fullmatch(pattern, text.casefold(), re.DOTALL) is not None
        case s.Regex(pattern, fold):
            return re.search(pattern, text, re.IGNORECASE if fold else 0) is not None
        case s.Network(block):
            try:
                return ipaddress.ip_address(text) in ipaddress.ip_network(block)
            except ValueError:
                return False
        case s.Compare(op, _, bound, is_time):
            try:
                have = milliseconds(text) if is_time else float(text)
            except ValueError:
                return False
            return {">": have > bound, ">=": have >= bound, "<": have < bound}.get(
                op, have <= bound
            )
    raise AssertionError(value)


def column(name: str, event: Event) -> list[Any]:
    who = identify(event.get("userIdentity"))
    members = {
        "source": "eventSource", "name": "eventName", "region": "awsRegion", "type": "eventType",
        "ip": "sourceIPAddress", "agent": "userAgent", "account": "recipientAccountId",
        "id": "eventID", "category": "eventCategory", "readonly": "readOnly",
        "console": "sessionCredentialFromConsole",
    }  # fmt: skip
    found: list[Any]
    match name:
        case "who":
            found = [who.who, who.user, who.role, who.actor]
        case "error":
            found = [error_of(event)]
        case "integrity" | "rule" | "new":
            found = list(event.added.get(name, ())) if isinstance(event, Judged) else []
        case _ if name in members:
            found = [event.get(members[name])]
        case _:
            found = [getattr(who, name)]
    return [v for v in found if v is not None and v != ""]


def at_path(path: s.Path, event: Event) -> list[Any]:
    found: list[Any] = [event]
    for key in path.keys:
        found = [
            v
            for item in flat(found)
            if isinstance(item, dict)
            for k, v in item.items()
            if k.casefold() == key.casefold()
        ]
    return [v for v in flat(found) if v is not None and v != ""]


def flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from flat(value)
        else:
            yield value


def everything(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from everything(member)
    elif isinstance(value, list):
        for item in value:
            yield from everything(item)
    elif value is not None:
        yield text(value)


def text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e17:
        return str(int(value))
    return value if isinstance(value, str) else repr(value)


def error_of(event: Event) -> str:
    answer = event.get("responseElements")
    failed = (
        event.get("eventName") == "ConsoleLogin"
        and isinstance(answer, dict)
        and answer.get("ConsoleLogin") == "Failure"
    )
    said: str = event.get("errorCode") or event.get("errorMessage") or ""
    return said or ("Failure" if failed else "")


def flag(name: str, event: Event) -> bool:
    who = identify(event.get("userIdentity"))
    error = error_of(event)
    kind, account = event.get("eventType") or "", event.get("recipientAccountId") or ""
    read_only = text(event.get("readOnly")).lower()
    return {
        "write": read_only == "false",
        "read": read_only == "true",
        "failed": error != "",
        "denied": error.casefold() in DENIED,
        "root": who.idtype == "Root",
        "service": who.idtype == "AWSService"
        or kind == "AwsServiceEvent"
        or (not who.idtype and bool(who.invokedby)),
        "console": kind.lower() in ("awsconsolesignin", "awsconsoleaction")
        or text(event.get("sessionCredentialFromConsole")).lower() == "true",
        "crossaccount": bool(who.idaccount and account) and who.idaccount != account,
        "insight": event.get("eventCategory") == "Insight" or kind == "AwsCloudTrailInsight",
        "mfa": who.mfa == "true",
        "new": bool(column("new", event)),
    }[name]


def time_of(event: Event) -> int | None:
    try:
        return milliseconds(event.get("eventTime") or "")
    except ValueError:
        return None


def milliseconds(written: str) -> int:
    at = datetime.fromisoformat(written)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
