"""As whom a source is read, for the first line. Asks nobody: that would be a request to STS."""

from __future__ import annotations

from ctexplore.sources.s3 import S3Source
from ctexplore.sources.source import Source
from ctexplore.store.kept import KeptSource


def as_whom(source: Source) -> str:
    """``role NAME``, ``profile NAME``, ``offline``, or "" where nothing was said; not yet safe."""
    match source:
        case KeptSource():
            return "offline" if source.offline else as_whom(source.source)
        case S3Source():
            given = source.options
            if given.role_arn:
                return f"role {given.role_arn.rpartition('/')[2]}"
            return f"profile {given.profile}" if given.profile else ""
    return ""
