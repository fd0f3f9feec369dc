"""What a message about new objects names: a trail's own notification, or that of its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import orjson


def objects_in(message: str) -> list[tuple[str, str]]:
    """(bucket, key) of each object that a message names; none of one that is about something else.

    It may lie in an SNS envelope. Forms: a trail's (CloudTrail User Guide, "Configuring Amazon SNS
    notifications for CloudTrail"), S3's event notification, and S3's by way of EventBridge (Amazon
    S3 User Guide, "Event message structure", "EventBridge event message structure").
    """
    return list(dict.fromkeys(_objects(_loads(message), depth=2)))


def _objects(body: Any, depth: int) -> Iterator[tuple[str, str]]:
    match body:
        case {"s3Bucket": str(bucket), "s3ObjectKey": [*keys]}:
            yield from ((bucket, key) for key in keys if isinstance(key, str))
        case {"Records": [*records]}:
            for record in records:
                match record:
                    case {"s3": {"bucket": {"name": str(bucket)}, "object": {"key": str(key)}}}:
                        yield bucket, unquote_plus(key)
        case {"detail": {"bucket": {"name": str(bucket)}, "object": {"key": str(key)}}}:
            yield bucket, key
        case {"Message": str(inner)} if depth:
            yield from _objects(_loads(inner), depth - 1)


def _loads(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
