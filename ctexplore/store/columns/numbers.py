"""Numbers for the distinct values of a dimension, and which fields of a record make one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from ctexplore.store.columns import distinct
from ctexplore.store.columns.batch import Codes
from ctexplore.trail import target


class Numbers(dict[Any, int]):
    """Numbers keys in order of first sight; a look-up of a known key costs one C call."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number

    def of(self, keys: Iterable[Any], count: int) -> Codes:
        return np.fromiter(map(self.__getitem__, keys), np.uint32, count)


class Memo(Numbers):
    """Gives JSON the number of the text that is found in its value."""

    def __init__(self, read: Callable[[object], str], numbers: Numbers) -> None:
        self._read = read
        self._of_text = numbers

    def __missing__(self, key: bytes) -> int:
        self[key] = number = self._of_text[distinct.target(self._read, key)]
        return number


# What tells the entries of a dimension apart.
FIELDS: Final = {
    "kind": (
        "eventSource",
        "eventName",
        "eventType",
        "eventCategory",
        "readOnly",
        "sessionCredentialFromConsole",
    ),
    "ip": ("sourceIPAddress",),
    "region": ("awsRegion",),
    "account": ("recipientAccountId",),
    "error": ("errorCode", "errorMessage"),
    "agent": ("userAgent",),
}

# Where a record names its target; the first of them that does so counts.
TARGETS: Final = {
    "resources": target.from_resources,
    "requestParameters": target.from_request,
    "responseElements": target.from_anything,
    "serviceEventDetails": target.from_anything,
}
