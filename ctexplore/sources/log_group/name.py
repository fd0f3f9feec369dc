"""What a person writes for a log group: its name, or its ARN."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

# CloudWatch Logs API Reference, "CreateLogGroup", logGroupName.
_NAME: Final = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_ARN: Final = re.compile(r"arn:[a-z-]+:logs:([a-z0-9-]+):[0-9]{12}:log-group:([^:]+)(?::\*)?")


class GroupName(Struct, frozen=True):
    """region: "" where only AWS's configuration can tell it."""

    name: str
    region: str = ""


def parse_group(text: str) -> GroupName:
    """Raises ValueError, which says what was expected."""
    region, name = "", text.strip()
    if found := _ARN.fullmatch(name):
        region, name = found.groups()
    if not _NAME.fullmatch(name):
        raise ValueError(f"{text!r} is no name of a log group, and no ARN of one")
    return GroupName(name, region)
