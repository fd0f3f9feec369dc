"""Amounts of bytes as a person reads them."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[0-9]{1,400}(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?", re.ASCII)


def size(digits: str) -> str:
    """``5.0 MB`` of the digits of so many bytes, which CloudTrail writes as 812 or 812.0; any
    other text as it is."""
    amount = float(digits) if _NUMBER.fullmatch(digits) else math.inf
    if not math.isfinite(amount):
        return digits
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1024:
            return f"{amount:.0f} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} TB" if amount < 1e15 else digits
