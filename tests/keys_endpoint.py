"""CloudTrail's ListPublicKeys on loopback, which moto lacks."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from tests.endpoint import Answering, Endpoint


class Asked(Struct, frozen=True):
    region: str
    since: datetime
    until: datetime


class KeysEndpoint(Endpoint):
    """Two keys for each region, one a page. asked: every first page's request.

    refuses: regions that answer with AccessDeniedException.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.refuses: set[str] = set()
        super().__init__()

    def said(self, operation: str, region: str, said: dict[str, Any]) -> tuple[int, Any]:
        assert operation.endswith(".ListPublicKeys")
        if region in self.refuses:
            return 400, {"__type": "AccessDeniedException", "message": "not authorized"}
        number = int(said.get("NextToken", 0))
        if not number:
            times = (datetime.fromtimestamp(said[n], UTC) for n in ("StartTime", "EndTime"))
            self.asked.append(Asked(region, *times))
        key = {
            "Value": base64.b64encode(f"{region} {number}".encode()).decode(),
            "ValidityStartTime": 1_700_000_000 + number,
            "ValidityEndTime": 1_800_000_000,
            "Fingerprint": f"{number:032x}",
        }
        return 200, {"PublicKeyList": [key]} | ({} if number else {"NextToken": "1"})

    def handler(endpoint) -> type[Answering]:
        class Handler(Answering):
            def do_POST(self) -> None:
                said = json.loads(self.body)
                scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", self.headers["Authorization"])
                assert scope
                status, answer = endpoint.said(self.headers["X-Amz-Target"], scope[1], said)
                self.answer(status, json.dumps(answer).encode(), "application/x-amz-json-1.1")

        return Handler
