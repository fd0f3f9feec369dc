"""The rules for a bucket's name (Amazon S3 User Guide, "General purpose bucket naming rules")."""

from __future__ import annotations

import re


class AddressError(ValueError):
    """One line: what was typed, what was expected. A usage error."""


_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# Buckets made in us-east-1 before March 2018 may have capitals, underscores and 255 letters.
_OLD_NAME = re.compile(r"[A-Za-z0-9._-]{3,255}")
_IP = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RULE = "a bucket's name is 3 to 63 lower-case letters, digits, dots and hyphens"


def is_bucket(name: str) -> bool:
    """True when ``name`` follows today's rules."""
    return bool(_NAME.fullmatch(name)) and ".." not in name and not _IP.fullmatch(name)


def check_bucket(name: str, region: str = "") -> None:
    """Raise AddressError unless S3 could have a bucket of this name in ``region``.

    ``region`` ``""`` is unknown, and then the old names of us-east-1 pass too.
    """
    if not name:
        raise AddressError(f"the bucket's name is empty: {_RULE}")
    if name.endswith("--x-s3"):
        raise AddressError(f"{name}: directory buckets hold no trails and are not supported")
    if name.endswith("--op-s3"):
        raise AddressError(f"{name}: S3 on Outposts is not supported")
    if is_bucket(name):
        return
    if _OLD_NAME.fullmatch(name) and (name != name.lower() or "_" in name or len(name) > 63):
        if region in ("", "us-east-1"):
            return
        raise AddressError(
            f"{name!r} is not a bucket's name in {region}: {_RULE} (others exist in us-east-1 only)"
        )
    raise AddressError(f"{name[:80]!r} is not a bucket's name: {_RULE}")
