"""The twenty questions of ``ctexplore help questions``: the demo answers them, and on real logs
the answers are those of plain Python over the records."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

import numpy as np
import pytest

from ctexplore.commands.help_questions import QUESTIONS
from ctexplore.query.canonical import canonical
from ctexplore.query.evaluate import Filter
from ctexplore.query.facets import facet
from ctexplore.query.parse import parse
from ctexplore.sources.demo import clues
from ctexplore.store.columns.table import Table
from tests.query.events import NOW, Bytes, table_of
from tests.query.real_logs import LOGS, read_logs
from tests.sources.test_demo import whole

Event = dict[str, Any]

# Events of the demo that answer each question, and the most frequent value of what it counts by.
DEMO: dict[int, tuple[int, str]] = {
    1: (460, "PutObject"),
    2: (7, ""),
    3: (1, ""),
    4: (1, ""),
    5: (3, ""),
    6: (5, ""),
    7: (12, ""),
    8: (13, ""),
    9: (11, clues.THIEF_ADDRESSES[0]),
    10: (73, ""),
    11: (10, ""),
    12: (3, ""),
    13: (2474, clues.BUCKET),
    14: (0, ""),
    15: (1704, ""),
    16: (724, "GetObject"),
    17: (26, ""),
    18: (174, ""),
    19: (391, "999900001111"),
    20: (145, clues.THIEF_AGENT),
}


@cache
def demo() -> tuple[Table, Bytes]:
    raw = [json.dumps(record, ensure_ascii=False).encode() for _, record in whole()]
    return table_of(raw), Bytes(raw)


def answers(number: int, logs: tuple[Table, Bytes], text: str = "") -> list[Event]:
    table, records = logs
    wanted = Filter(parse(text or QUESTIONS[number - 1].filter, NOW))
    mask = wanted.mask(table, 0, table.count, records)
    return [json.loads(records.raw[row] or b"") for row in np.flatnonzero(mask)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.text)
def test_each_line_is_a_filter_in_its_printed_form(question: Any) -> None:
    assert canonical(parse(question.filter, NOW)) == question.filter


def test_there_are_twenty() -> None:
    assert len({q.text for q in QUESTIONS}) == len(QUESTIONS) == len(DEMO) == 20


@pytest.mark.parametrize("number", DEMO)
def test_the_demo_answers(number: int) -> None:
    count, most = DEMO[number]
    found = answers(number, demo())
    assert len(found) == count
    if most:
        option, _, field = QUESTIONS[number - 1].options.partition(" ")
        assert option == "--by"
        table, records = demo()
        mask = Filter(parse(QUESTIONS[number - 1].filter, NOW)).mask(table, 0, table.count, records)
        rows = np.flatnonzero(mask).astype(np.uint32)
        assert facet(table, rows, field, 1, records)[0][0] == most


def test_the_demos_answers_tell_its_story() -> None:
    logs = demo()
    named = {n: [e["eventName"] for e in answers(n, logs)] for n in (2, 4, 6, 11, 12, 17)}
    assert sorted(named[2])[:3] == ["AssumeRole", "AttachUserPolicy", "CreateAccessKey"]
    assert named[4] == ["AuthorizeSecurityGroupIngress"]
    assert "StopLogging" in named[6] and "StopLogging" in named[11]
    assert {"StopLogging", "StartLogging"} < set(named[12])
    assert named[17].count("SendSSHPublicKey") == 1
    (issued,) = answers(3, logs)
    assert "maya.ortiz@corp.example" in issued["userIdentity"]["principalId"]
    (opened,) = answers(4, logs)
    assert opened["requestParameters"]["groupId"] == clues.GROUP


# -- real logs


def has(found: Any, *keys: str) -> list[Any]:
    """What stands at a path, arrays opened."""
    values = found if isinstance(found, list) else [found]
    for key in keys:
        values = [v.get(key) for v in values if isinstance(v, dict)]
        values = [w for v in values for w in (v if isinstance(v, list) else [v])]
    return [v for v in values if v is not None]


def who(e: Event) -> Event:
    return e.get("userIdentity") or {}


def failed(e: Event) -> bool:
    answer = e.get("responseElements")
    login = isinstance(answer, dict) and answer.get("ConsoleLogin") == "Failure"
    return bool(e.get("errorCode") or e.get("errorMessage") or login)


def service(e: Event) -> bool:
    kind = who(e).get("type")
    return (
        kind == "AWSService"
        or e.get("eventType") == "AwsServiceEvent"
        or (not kind and bool(who(e).get("invokedBy")))
    )


def denied(e: Event) -> bool:
    error = e.get("errorCode") or e.get("errorMessage") or ""
    return "AccessDenied" in error or "Unauthorized" in error or error == "AuthorizationError"


def within(e: Event, *blocks: str) -> bool:
    try:
        at = ip_address(e.get("sourceIPAddress") or "")
    except ValueError:
        return False
    return any(at in ip_network(block) for block in blocks)


def by_service(e: Event) -> bool:
    return (e.get("sourceIPAddress") or "").endswith(".amazonaws.com")


def of(e: Event, *sources: str) -> bool:
    return e["eventSource"] in [f"{s}.amazonaws.com" for s in sources]


def begins(e: Event, *names: str) -> bool:
    return e["eventName"].startswith(names)


def role(e: Event) -> str:
    found = has(who(e), "sessionContext", "sessionIssuer", "userName")
    arn = who(e).get("arn") or ""
    return found[0] if found else arn.split("/")[-2] if ":assumed-role/" in arn else ""


Values = dict[str, str]

REAL: dict[int, Callable[[Event, Values], bool]] = {
    1: lambda e, v: who(e).get("accessKeyId") == v[clues.LEAKED_KEY],
    2: lambda e, v: (
        role(e) == v["deploy-admin"]
        or (
            begins(e, "AssumeRole")
            and any(
                a.endswith(f":role/{v['deploy-admin']}")
                for a in has(e, "requestParameters", "roleArn")
            )
        )
    ),
    3: lambda e, v: (
        v[clues.RESPONSE_KEY] in has(e, "responseElements", "credentials", "accessKeyId")
    ),
    4: lambda e, _: (
        e["eventName"] == "AuthorizeSecurityGroupIngress"
        and '"0.0.0.0/0"' in json.dumps(e)
        and 22
        in (
            *has(e, "requestParameters", "fromPort"),
            *has(e, "requestParameters", "ipPermissions", "items", "fromPort"),
        )
    ),
    6: lambda e, v: (
        e.get("readOnly") is False
        and not service(e)
        and v["2026-03-07T03:30"] <= e["eventTime"] < v["2026-03-07T04:00"]
    ),
    7: lambda e, v: denied(e) and role(e) == v["catalog-worker-role"],
    8: lambda e, _: (
        e["eventName"] == "ConsoleLogin"
        and (
            failed(e)
            or who(e).get("type") == "Root"
            or (
                who(e).get("type") == "IAMUser"
                and has(e, "additionalEventData", "MFAUsed") == ["No"]
            )
        )
    ),
    9: lambda e, _: e["eventName"] == "ConsoleLogin" and failed(e),
    11: lambda e, _: (
        (
            of(e, "cloudtrail")
            and e["eventName"] in ("StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors")
        )
        or e["eventName"] in ("DeleteFlowLogs", "DeleteDetector", "StopConfigurationRecorder")
        or begins(e, "PutBucketLifecycle")
    ),
    12: lambda e, _: bool(e.get("addendum")) or e["eventName"] in ("StopLogging", "StartLogging"),
    13: lambda e, _: (
        of(e, "s3")
        and e["eventName"] in ("GetObject", "CopyObject")
        and not within(e, "10.0.0.0/8")
        and not by_service(e)
    ),
    14: lambda e, _: (
        "/i-" in (who(e).get("arn") or "")
        and not within(e, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
        and not by_service(e)
    ),
    15: lambda e, _: (
        e["awsRegion"] not in ("us-east-1", "eu-west-1", "us-west-2") and not service(e)
    ),
    16: lambda e, v: role(e) == v["catalog-worker-role"] and not failed(e),
    17: lambda e, _: (
        e["eventName"]
        in ("SendSSHPublicKey", "SendSerialConsoleSSHPublicKey", "StartSession", "SendCommand")
    ),
    19: lambda e, _: (
        bool(who(e).get("accountId") and e.get("recipientAccountId"))
        and who(e)["accountId"] != e["recipientAccountId"]
    ),
    20: lambda e, v: (
        v["2026-03-07T03:30"] <= e["eventTime"] <= v["2026-03-07T04:00"] and not service(e)
    ),
}


@pytest.fixture(scope="module")
def logs() -> tuple[Table, Bytes]:
    return read_logs()


@pytest.fixture(scope="module")
def events(logs: tuple[Table, Bytes]) -> list[Event]:
    return [json.loads(raw) for raw in logs[1].raw if raw]


def usual(values: Iterable[str]) -> str:
    return Counter(v for v in values if v).most_common(1)[0][0]


@pytest.fixture(scope="module")
def values(events: list[Event]) -> Values:
    """In place of the demo's names, keys and times, those that the logs have most of."""
    arns = (a for e in events for a in has(e, "requestParameters", "roleArn"))
    minute = usual(
        e["eventTime"][:16] for e in events if e.get("readOnly") is False and not service(e)
    )
    return {
        clues.LEAKED_KEY: usual(who(e).get("accessKeyId", "") for e in events),
        "deploy-admin": usual(a.split(":role/")[-1] for a in arns if a.count("/") == 1),
        clues.RESPONSE_KEY: usual(
            k for e in events for k in has(e, "responseElements", "credentials", "accessKeyId")
        ),
        "catalog-worker-role": usual(role(e) for e in events if denied(e)),
        "2026-03-07T03:30": f"{minute[:13]}:00:00Z",
        "2026-03-07T04:00": f"{minute[:13]}:59:00Z",
        "2026-03-04T02:15+-10m": f"{minute[:13]}:29:30Z+-29m30s",
    }


@pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS does not say where real logs are")
@pytest.mark.parametrize("number", REAL)
def test_real_logs_answer(
    number: int, logs: tuple[Table, Bytes], events: list[Event], values: Values
) -> None:
    text = QUESTIONS[number - 1].filter
    if number == 16:
        allowed = usual(role(e) for e in events if not failed(e))
        values = values | {"catalog-worker-role": allowed}
    for made_up, real in values.items():
        text = text.replace(made_up, real)
    found = sorted(e["eventID"] for e in answers(number, logs, text))
    assert found == sorted(e["eventID"] for e in events if REAL[number](e, values))
    assert found or number == 19, "no other account reached into these"
