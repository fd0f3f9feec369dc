"""Requests at the pace that a service allows, tried again where that may help."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from ctexplore.sources.history.errors import is_throttled, may_pass
from ctexplore.sources.history.pace import Rate
from ctexplore.sources.s3.errors import code_of
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError

# With the waits of ``Rate`` some four minutes.
_PATIENCE: Final = 12
_TRIES: Final = 4
_TOKEN_REFUSED: Final = ("InvalidNextTokenException", "InvalidParameterException")


class TokenLost(Exception):
    """The pages cannot be gone on with; what is still missing has to be asked for anew."""


class Asking:
    """Asks a service, region by region at the pace that AWS allows.

    requests: sent so far. Threads may ask at once.
    """

    def __init__(
        self,
        client: Callable[[str], Any],
        *,
        profile: str = "",
        between: float | None = None,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """client: of a region, which tries once; raises what botocore raises. between: seconds
        from one request to the next, None as Event history wants it. sleep, clock: seconds,
        there for tests."""
        self.requests = 0
        self.profile = profile
        self._client = client
        self._between = between
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._clock = clock
        self._rates: dict[str, Rate] = {}
        self._lock = threading.Lock()

    def ask(
        self,
        region: str,
        call: Callable[[Any], dict[str, Any]],
        explain: Callable[[BaseException], SourceError],
        *,
        again: bool = False,
    ) -> dict[str, Any]:
        """What ``call`` answers, given a client. again: it goes on with a token.

        Raises what ``explain`` makes of the last error; TokenLost.
        """
        rate = self._rate(region)
        throttled = failed = 0
        while True:
            rate.wait()
            if self._closed.is_set():
                raise SourceError(region, "stopped", retry=True)
            with self._lock:
                self.requests += 1
            try:
                answer = call(self._client(region))
            except failures() as error:
                throttled += is_throttled(error)
                failed += not is_throttled(error)
                if again and code_of(error) in _TOKEN_REFUSED:
                    raise TokenLost from None
                passing = is_throttled(error) or may_pass(error)
                if passing and throttled < _PATIENCE and failed < _TRIES:
                    rate.slow_down()
                    continue
                raise explain(error) from None
            rate.went_well()
            return answer

    def close(self) -> None:
        """Let nobody wait for a turn any longer; whoever does gets a SourceError."""
        self._closed.set()

    def throttled(self) -> int:
        """Answers that asked to slow down."""
        return sum(rate.throttled for rate in self._rates.values())

    def _rate(self, region: str) -> Rate:
        with self._lock:
            return self._rates.setdefault(region, Rate(self._sleep, self._clock, self._between))
