"""LookupEvents: the requests that ask for a stretch of Event history, page by page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ctexplore.sources.history.errors import explain_lookup, is_throttled, may_pass
from ctexplore.sources.history.pace import Rate
from ctexplore.sources.s3.errors import code_of
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError

# AWS CloudTrail API Reference, "LookupEvents".
MOST: Final = 50
KEYS: Final = (
    *("EventId", "AccessKeyId", "ResourceName", "ResourceType", "Username", "EventName"),
    *("EventSource", "ReadOnly"),
)
_OF_INSIGHTS: Final = ("EventId", "EventName", "EventSource")
# With the waits of ``Rate`` some four minutes.
_PATIENCE: Final = 12
_TRIES: Final = 4

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attribute:
    """The one attribute that a lookup may be narrowed by; AWS ignores a second one.

    key: one of KEYS. value: compared as it is, case and all.
    """

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose events: of a region, Insights events or management events, with an attribute."""

    region: str
    insights: bool = False
    attribute: Attribute | None = None

    def params(self) -> dict[str, Any]:
        """The parameters that stay the same over all pages: a NextToken is bound to them."""
        params: dict[str, Any] = {"MaxResults": MOST}
        if self.insights:
            params["EventCategory"] = "insight"
        if self.attribute and (not self.insights or self.attribute.key in _OF_INSIGHTS):
            pair = {"AttributeKey": self.attribute.key, "AttributeValue": self.attribute.value}
            params["LookupAttributes"] = [pair]
        return params


class TokenLost(Exception):
    """The pages cannot be gone on with; what is still missing has to be asked for anew."""


class Lookups:
    """Asks an account's Event history, region by region at the pace that AWS allows.

    requests: sent so far. Threads may ask at once.
    """

    def __init__(
        self,
        client: Callable[[str], Any],
        *,
        profile: str = "",
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """client: of a region's CloudTrail, which tries once; raises what botocore raises.
        sleep, clock: seconds, there for tests."""
        self.requests = 0
        self._client = client
        self._profile = profile
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._clock = clock
        self._rates: dict[str, Rate] = {}
        self._lock = threading.Lock()

    def answers(self, wish: Wish, start: int, stop: int) -> Iterator[list[Event]]:
        """The events with start <= eventTime < stop, seconds since 1970, newest first, an answer
        at a time. An answer may be empty and yet not be the last.

        Raises SourceError; TokenLost when a later page is refused.
        """
        if start >= stop:
            return
        params = wish.params()
        # Both ends are inclusive, and whole seconds are all that they tell.
        params["StartTime"] = datetime.fromtimestamp(start, UTC)
        params["EndTime"] = datetime.fromtimestamp(stop - 1, UTC)
        tokens: set[str] = set()
        while True:
            answer = self._ask(wish.region, params)
            yield list(answer.get("Events", ()))
            token = str(answer.get("NextToken") or "")
            if not token:
                return
            if token in tokens:
                raise TokenLost
            tokens.add(token)
            params["NextToken"] = token

    def close(self) -> None:
        """Let nobody wait for a turn any longer; whoever does gets a SourceError."""
        self._closed.set()

    def throttled(self) -> int:
        """Answers that asked to slow down."""
        return sum(rate.throttled for rate in self._rates.values())

    def _rate(self, region: str) -> Rate:
        with self._lock:
            return self._rates.setdefault(region, Rate(self._sleep, self._clock))

    def _ask(self, region: str, params: dict[str, Any]) -> dict[str, Any]:
        rate, place = self._rate(region), f"Event history of {region}"
        throttled = failed = 0
        while True:
            rate.wait()
            if self._closed.is_set():
                raise SourceError(place, "stopped", retry=True)
            with self._lock:
                self.requests += 1
            try:
                answer: dict[str, Any] = self._client(region).lookup_events(**params)
            except failures() as error:
                throttled += is_throttled(error)
                failed += not is_throttled(error)
                if code_of(error) == "InvalidNextTokenException" and "NextToken" in params:
                    raise TokenLost from None
                passing = is_throttled(error) or may_pass(error)
                if passing and throttled < _PATIENCE and failed < _TRIES:
                    rate.slow_down()
                    continue
                raise explain_lookup(error, place, self._profile) from None
            rate.went_well()
            return answer
