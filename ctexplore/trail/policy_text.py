"""Documents that sit in a text: policies and other JSON, plain or URL-encoded."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from ctexplore.trail.exact import JsonError, parse, parse_text
from ctexplore.trail.node import Node, Object

MAX_LENGTH = 1_000_000  # characters; CloudTrail leaves out request parameters past 100 KB
_BEGIN = re.compile(r"\s*+(?:[{\[]|(?P<coded>(?:%(?:20|09|0a|0d))*+%(?:7b|5b)))", re.I)


def embedded(value: str) -> Object | list[Node] | None:
    """The object or array that a text holds; None when it holds none, or an empty one.

    IAM takes policies as JSON in ``requestParameters`` and gives them back percent-encoded in
    ``responseElements`` (IAM API Reference, "GetRolePolicy": "The document is URL-encoded
    compliant with RFC 3986").
    """
    begin = _BEGIN.match(value)
    if begin is None or len(value) > MAX_LENGTH:
        return None
    try:
        if begin["coded"]:
            root = parse(unquote_to_bytes(value.encode("utf-8", "surrogatepass"))).root
        else:
            root = parse_text(value).root
    except JsonError:
        return None
    return root if isinstance(root, Object | list) and root else None
