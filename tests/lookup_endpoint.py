"""CloudTrail's LookupEvents and STS's GetCallerIdentity on loopback, as strict as AWS.

    with LookupEndpoint({"us-east-1": [event(...), ...]}) as cloudtrail:
        ...  # AWS_ENDPOINT_URL=cloudtrail.url

It keeps the rate by a clock of its own (``tick``), binds tokens to the parameters they were given
for, answers 50 events at most, and compares one attribute exactly. A second attribute, which AWS
ignores without a word, is an error here: nobody may send one. moto has none of this.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from msgspec import Struct

from tests.endpoint import Answering, Endpoint

ACCOUNT = "111122223333"
ARN = f"arn:aws:iam::{ACCOUNT}:user/auditor"
_TARGET = "CloudTrail_20131101.LookupEvents"
_REGION = re.compile(r"Credential=[^/]+/\d{8}/([a-z0-9-]+)/")
_STS = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{account}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


def event(
    at: str,
    name: str = "RunInstances",
    *,
    id: str = "",  # noqa: A002
    user: str = "alice",
    source: str = "ec2.amazonaws.com",
    key: str = "AKIAIOSFODNN7EXAMPLE",
    read: bool = False,
    region: str = "us-east-1",
    resources: Iterable[Mapping[str, str]] = (),
    insight: bool = False,
    record: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An event as LookupEvents gives it. at: as CloudTrail writes times. record: members of the
    record that are other than usual."""
    moment = datetime.fromisoformat(at)
    identifier = (
        id
        or f"{crc32(f'{at}{name}{user}{source}{region}'.encode()):08x}-0000-4000-8000-000000000000"
    )
    inside: dict[str, Any] = {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "IAMUser",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/{user}",
            "accountId": ACCOUNT,
            "accessKeyId": key,
            "userName": user,
        },
        "eventTime": at,
        "eventSource": source,
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "aws-cli/2",
        "eventID": identifier,
        "readOnly": read,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    if insight:
        inside |= {"eventType": "AwsCloudTrailInsight", "eventCategory": "Insight"}
    inside |= record or {}
    return {
        "EventId": identifier,
        "EventName": name,
        "ReadOnly": str(read).lower(),
        "AccessKeyId": key,
        "EventTime": moment.timestamp(),
        "EventSource": source,
        "Username": user,
        "Resources": list(resources),
        "CloudTrailEvent": json.dumps(inside),
        "_insight": insight,
    }


class Sent(Struct, frozen=True):
    """A request for events, and what it was answered: an error's code, or ""."""

    region: str
    params: Mapping[str, Any]
    answer: str


@dataclass
class LookupEndpoint(Endpoint):
    """events: by region, in any order. now: seconds, what the rate is kept by.

    fail: gets a region and parameters, returns an error's code and message or None.
    allowed: requests a second for a region; further ones are throttled with HTTP 400.
    """

    events: dict[str, list[dict[str, Any]]]
    now: Callable[[], float] = time.monotonic
    fail: Callable[[str, Mapping[str, Any]], tuple[str, str] | None] = lambda *_: None
    allowed: int = 2
    sent: list[Sent] = field(default_factory=list)
    operations: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, str, int]] = {}
        self._times: dict[str, deque[float]] = defaultdict(deque)
        super().__init__()

    def handler(endpoint) -> type[Answering]:
        class Handler(Answering):
            def do_POST(self) -> None:
                body = self.body
                if self.headers.get("X-Amz-Target", "").endswith(_TARGET):
                    region = _REGION.search(self.headers["Authorization"])
                    assert region
                    status, answer = endpoint.lookup(region[1], json.loads(body))
                    self._send(status, json.dumps(answer), "application/x-amz-json-1.1")
                elif b"Action=GetCallerIdentity" in body:
                    endpoint.operations["GetCallerIdentity"] += 1
                    self._send(200, _STS.format(arn=ARN, account=ACCOUNT), "text/xml")
                else:
                    self._send(400, '{"__type": "UnknownOperationException"}', "text/json")

            def _send(self, status: int, text: str, kind: str) -> None:
                self.answer(status, text.encode(), kind)

        return Handler

    def asked(self, region: str = "") -> list[Sent]:
        """Requests that were answered with events."""
        return [s for s in self.sent if not s.answer and region in ("", s.region)]

    def codes(self) -> Counter[str]:
        return Counter(s.answer for s in self.sent)

    def lose_tokens(self) -> None:
        """Let every token that was given out be refused."""
        with self._lock:
            self._tokens.clear()

    def lookup(self, region: str, params: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self._lock:
            self.operations["LookupEvents"] += 1
            code, message, answer = self._answer(region, dict(params))
            self.sent.append(Sent(region, params, code))
        if code:
            return 400, {"__type": code, "message": message}
        return 200, answer

    def _answer(self, region: str, params: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        now, times = self.now(), self._times[region]
        while times and times[0] <= now - 1:
            times.popleft()
        if len(times) >= self.allowed:
            return "ThrottlingException", "Rate exceeded", {}
        times.append(now)
        if failed := self.fail(region, params):
            return *failed, {}
        pairs = params.get("LookupAttributes", [])
        if len(pairs) > 1:
            return "InvalidLookupAttributesException", "AWS would ignore the second one", {}
        if params.get("MaxResults", 50) > 50:
            return "InvalidMaxResultsException", "", {}
        if params["StartTime"] > params["EndTime"]:
            return "InvalidTimeRangeException", "", {}
        token, start = params.pop("NextToken", None), 0
        same = json.dumps(params, sort_keys=True)
        if token is not None:
            where, given, start = self._tokens.get(token, ("", "", 0))
            if (where, given) != (region, same):
                return "InvalidNextTokenException", "Invalid nextToken", {}
        found = self._matching(region, params)
        most = params.get("MaxResults", 50)
        page = [{k: v for k, v in e.items() if k[0] != "_"} for e in found[start : start + most]]
        answer: dict[str, Any] = {"Events": page}
        if start + most < len(found):
            name = f"token-{len(self._tokens)}-{start + most}-{now}"
            self._tokens[name] = region, same, start + most
            answer["NextToken"] = name
        return "", "", answer

    def _matching(self, region: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        insight = params.get("EventCategory") == "insight"
        found = [
            e
            for e in self.events.get(region, ())
            if e["_insight"] == insight
            and params["StartTime"] <= e["EventTime"] <= params["EndTime"]
        ]
        for pair in params.get("LookupAttributes", ()):
            key, value = pair["AttributeKey"], pair["AttributeValue"]
            found = [e for e in found if value in _values(e, key)]
        return sorted(found, key=lambda e: -e["EventTime"])


def _values(event: Mapping[str, Any], key: str) -> list[str]:
    if key.startswith("Resource"):
        return [resource.get(key, "") for resource in event["Resources"]]
    return [event[key]]


def stamp(second: float) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
