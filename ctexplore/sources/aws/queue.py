"""An SQS queue that a trail's notifications come to: it says when to look, not what is there."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from ctexplore.sources.aws.session import open_client, open_session
from ctexplore.sources.s3.errors import Asked, explain
from ctexplore.sources.s3.unanswered import failures
from ctexplore.trail.notices import objects_in

_POLL: Final = 10  # seconds that SQS is asked to wait; how late a signal or a closed pipe is seen
_SEEN: Final = 100_000  # ids of messages that rang and may come again
_AGAIN: Final = 5.0  # seconds between two looks into a queue that has nothing new
_HOST: Final = re.compile(r"(?:sqs\.)?([a-z0-9-]+)\.(?:queue\.)?amazonaws\.com(?:\.cn)?")


class Queue:
    """Waits for messages that name objects of a bucket.

    Messages stay where they are unless ``delete``: each rings once here, and comes again to
    whoever else reads the queue.
    """

    def __init__(
        self,
        client: Any,
        url: str,
        bucket: str,
        *,
        delete: bool = False,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """bucket: "" for any. sleep, clock: seconds, there for tests."""
        self._client = client
        self._url = url
        self._bucket = bucket
        self._delete = delete
        self._sleep = sleep
        self._clock = clock
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._rang: list[dict[str, str]] = []

    def wait(self, seconds: float, check: Callable[[float], object] = lambda _: None) -> list[str]:
        """Wait for messages, so many seconds at most; the keys that those name which came.

        What rang the last time has been looked at by now: its messages are deleted first, where
        that is wanted. check: is called with 0 now and then, and may raise. Raises SourceError.
        """
        try:
            self._done()
            return self._wait(self._clock() + seconds, check)
        except failures() as error:
            raise explain(error, Asked(f"queue {self._url}")) from None

    def _wait(self, until: float, check: Callable[[float], object]) -> list[str]:
        while (left := until - self._clock()) > 0:
            check(0)
            answer = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=int(min(left, _POLL))
            )
            messages = answer.get("Messages", ())
            if keys := [key for message in messages for key in self._take(message)]:
                return keys
            self._done()
            if messages or left < 1:
                self._sleep(min(_AGAIN, left))
        return []

    def _take(self, message: dict[str, Any]) -> list[str]:
        """The keys that a message names, where it is new."""
        known = message["MessageId"] in self._seen
        named = [
            key
            for bucket, key in objects_in(str(message.get("Body", "")))
            if bucket == self._bucket or not self._bucket
        ]
        if named:
            self._seen[message["MessageId"]] = None
            self._rang.append(
                {"Id": str(len(self._rang)), "ReceiptHandle": message["ReceiptHandle"]}
            )
        while len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        return [] if known else named

    def _done(self) -> None:
        rang, self._rang = self._rang, []
        if rang and self._delete:
            self._client.delete_message_batch(QueueUrl=self._url, Entries=rang)


def open_queue(
    url: str, bucket: str, *, profile: str = "", role_arn: str = "", delete: bool = False
) -> Queue:
    """Raises SourceError; ValueError where ``url`` is none of a queue."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.count("/") < 2:
        raise ValueError(
            f"{url!r} is no URL of a queue, such as https://sqs.REGION.amazonaws.com/…"
        )
    own = _HOST.fullmatch(parts.hostname)
    try:
        session = open_session(profile, own[1] if own else "", role_arn)
        endpoint = "" if own else f"{parts.scheme}://{parts.netloc}"
        client = open_client(session, "sqs", region=own[1] if own else "", endpoint_url=endpoint)
    except failures() as error:
        raise explain(error, Asked(f"queue {url}", profile=profile)) from None
    return Queue(client, url, bucket, delete=delete)
