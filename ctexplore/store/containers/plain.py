"""Text files with records in them that are no JSON as a whole."""

from __future__ import annotations

import re
from typing import Final

from ctexplore.store.containers.console import console_csv
from ctexplore.store.containers.salvage import salvage
from ctexplore.store.containers.split import Split

# What an export task of CloudWatch Logs writes before each message.
_STAMP: Final = re.compile(rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z (?=\{)", re.MULTILINE)


def plain(data: bytes) -> Split | None:
    """The records of the console's CSV or of a CloudWatch Logs export; None for anything else."""
    if data[:1] in (b"{", b"["):
        return None
    if _STAMP.match(data):
        return salvage(_STAMP.sub(b"", data))
    return console_csv(data)
