"""How many requests went to S3, and how many bytes came back."""

from __future__ import annotations

import threading
from typing import Any

from msgspec import Struct, field

from ctexplore.sources.s3.errors import THROTTLED


class Requests(Struct, eq=False):
    """Counters any thread may read; botocore's own retries are counted too.

    list, get: requests sent. bytes: stored bytes received. throttled: answers that asked to
    slow down; a reader that sees it grow should use fewer threads.
    """

    list: int = 0
    get: int = 0
    bytes: int = 0
    throttled: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, client: Any) -> None:
        """Count what this botocore S3 client sends from now on."""
        events = client.meta.events
        events.register("before-send.s3.ListObjectsV2", self._sent_list)
        events.register("before-send.s3.GetObject", self.sent_get)
        events.register("response-received.s3", self._answered)

    def received(self, size: int) -> None:
        with self._lock:
            self.bytes += size

    # botocore takes a handler's result for an answer, so these must return None.
    def _sent_list(self, **_: object) -> None:
        with self._lock:
            self.list += 1

    def sent_get(self, **_: object) -> None:
        with self._lock:
            self.get += 1

    def _answered(self, parsed_response: Any = None, **_: object) -> None:
        if parsed_response and parsed_response.get("Error", {}).get("Code") in THROTTLED:
            with self._lock:
                self.throttled += 1
