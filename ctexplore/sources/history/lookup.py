"""LookupEvents: the requests that ask for a stretch of Event history, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from ctexplore.sources.history.asking import Asking, TokenLost
from ctexplore.sources.history.errors import explain_lookup

# AWS CloudTrail API Reference, "LookupEvents".
MOST: Final = 50
KEYS: Final = (
    *("EventId", "AccessKeyId", "ResourceName", "ResourceType", "Username", "EventName"),
    *("EventSource", "ReadOnly"),
)
_OF_INSIGHTS: Final = ("EventId", "EventName", "EventSource")

Event = dict[str, Any]


class Answer(Struct, frozen=True):
    """events: newest first. complete: the second from which on all have come; None where only
    the times of the events tell."""

    events: list[Event]
    complete: int | None = None


class Attribute(Struct, frozen=True):
    """The one attribute that a lookup may be narrowed by; AWS ignores a second one.

    key: one of KEYS. value: compared as it is, case and all.
    """

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class Wish(Struct, frozen=True):
    """Whose events: of a region, Insights events or management events, with an attribute.

    account: "" where there is but one.
    """

    region: str
    insights: bool = False
    attribute: Attribute | None = None
    account: str = ""

    def params(self) -> dict[str, Any]:
        """The parameters that stay the same over all pages: a NextToken is bound to them."""
        params: dict[str, Any] = {"MaxResults": MOST}
        if self.insights:
            params["EventCategory"] = "insight"
        if self.attribute and (not self.insights or self.attribute.key in _OF_INSIGHTS):
            pair = {"AttributeKey": self.attribute.key, "AttributeValue": self.attribute.value}
            params["LookupAttributes"] = [pair]
        return params


class Lookups(Asking):
    """Asks an account's Event history, region by region at the pace that AWS allows."""

    def answers(self, wish: Wish, start: int, stop: int) -> Iterator[Answer]:
        if start >= stop:
            return
        params = wish.params()
        # Both ends are inclusive, and whole seconds are all that they tell.
        params["StartTime"] = datetime.fromtimestamp(start, UTC)
        params["EndTime"] = datetime.fromtimestamp(stop - 1, UTC)
        tokens: set[str] = set()
        while True:
            answer = self._ask(wish.region, params)
            yield Answer(list(answer.get("Events", ())))
            token = str(answer.get("NextToken") or "")
            if not token:
                return
            if token in tokens:
                raise TokenLost
            tokens.add(token)
            params["NextToken"] = token

    def _ask(self, region: str, params: dict[str, Any]) -> dict[str, Any]:
        place = f"Event history of {region}"
        return self.ask(
            region,
            lambda client: client.lookup_events(**params),
            lambda error: explain_lookup(error, place, self.profile),
            again="NextToken" in params,
        )
