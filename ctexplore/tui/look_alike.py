"""Letters that look like others: names of IAM, keys, ARNs and addresses are ASCII, so that one
which is not may be meant to be taken for another: a Cyrillic letter in ``admin``."""

from __future__ import annotations

import re
from typing import Final

from ctexplore.text import shows_only_ascii

SIGN: Final = "≈"
_NAMES = re.compile(
    r"(?i)(?:arn|userName|roleName|groupName|policyName|principalId|accessKeyId|accountId"
    r"|roleSessionName|sourceIdentity|ipAddress)$"
)


def marked(text: str) -> str:
    """A name as the list shows it, with a sign before one that is not all ASCII. Where a terminal
    shows nothing but ASCII such letters are written as their numbers, which is sign enough."""
    return text if text.isascii() or shows_only_ascii() else SIGN + text


def is_doubtful(field: str, text: str) -> bool:
    """Whether a record's field is one of those, and its text is not all ASCII."""
    return not text.isascii() and bool(_NAMES.search(field))
