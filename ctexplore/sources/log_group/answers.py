"""FilterLogEvents: a log group's events, asked for backwards in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final

from ctexplore.sources.history.asking import Asking, TokenLost
from ctexplore.sources.history.lookup import Answer, Event, Wish
from ctexplore.sources.log_group.errors import explain_logs
from ctexplore.sources.log_group.pattern import pattern_of

# Seconds asked for at once: FilterLogEvents answers the oldest first, so that a span has to come
# whole before its newest event is known. A span grows where little comes and shrinks where much.
_FIRST: Final = 300
_LONGEST: Final = 7 * 86_400
_FEW, _MANY = 2_000, 20_000  # events of a span
# CloudWatch Logs API Reference, "FilterLogEvents".
_MOST_STREAMS: Final = 100
# Five requests a second, the least that any region's quota grants (CloudWatch Logs User Guide,
# "CloudWatch Logs quotas").
BETWEEN: Final = 0.2


class LogAnswers(Asking):
    """Asks a log group. A time is when CloudTrail handed the event over, minutes after it."""

    def __init__(
        self,
        client: Callable[[str], Any],
        group: str,
        region: str,
        streams: Mapping[tuple[str, str], list[str]],
        **more: Any,
    ) -> None:
        """region: where the group is. streams: names by account and region of the events.
        more: as ``Asking`` takes it."""
        super().__init__(client, **{"between": BETWEEN, **more})
        self._group = group
        self._region = region
        self._streams = streams

    def answers(self, wish: Wish, start: int, stop: int) -> Iterator[Answer]:
        names = self._streams.get((wish.account, wish.region), [])
        span = _FIRST
        while start < stop and names:
            low = max(start, stop - span)
            spans = (self._span(part, wish, low, stop) for part in _portions(names))
            events = list(chain.from_iterable(spans))
            events.sort(key=lambda event: event["timestamp"], reverse=True)
            yield Answer([_as_lookup(event) for event in events], complete=low)
            stop = low
            if len(events) > _MANY:
                span = max(1, span // 2)
            elif len(events) < _FEW:
                span = min(_LONGEST, span * 2)

    def _span(
        self, names: list[str], wish: Wish, start: int, stop: int
    ) -> Iterator[Mapping[str, Any]]:
        """start <= time < stop, in seconds; both ends that AWS takes are inclusive."""
        params: dict[str, Any] = {
            "logGroupName": self._group,
            "logStreamNames": names,
            "startTime": start * 1000,
            "endTime": stop * 1000 - 1,
        }
        if pattern := pattern_of(wish.attribute):
            params["filterPattern"] = pattern
        tokens: set[str] = set()
        while True:
            answer = self._ask(params)
            yield from answer.get("events", ())
            token = str(answer.get("nextToken") or "")
            if not token:
                return
            if token in tokens:
                raise TokenLost
            tokens.add(token)
            params["nextToken"] = token

    def _ask(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.ask(
            self._region,
            lambda client: client.filter_log_events(**params),
            lambda error: explain_logs(error, self._group, "FilterLogEvents", self.profile),
            again="nextToken" in params,
        )


def _portions(names: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(names), _MOST_STREAMS):
        yield names[first : first + _MOST_STREAMS]


def _as_lookup(event: Mapping[str, Any]) -> Event:
    """In the form of LookupEvents, which keeps the message as the text it is."""
    return {
        "EventTime": datetime.fromtimestamp(event["timestamp"] // 1000, UTC),
        "CloudTrailEvent": event.get("message", ""),
    }
