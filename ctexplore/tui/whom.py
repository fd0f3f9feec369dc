"""As whom a source is read, for the first line. Asks nobody: that would be a request to STS."""

from __future__ import annotations

import os

from ctexplore.sources.arranged import ArrangedSource
from ctexplore.sources.history.account import HistoryOptions
from ctexplore.sources.history.source import HistorySource
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.source import S3Source
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import Source
from ctexplore.store.cache.kept import KeptSource


def as_whom(source: Source) -> str:
    """``role NAME``, ``profile NAME``, ``key AKIA…``, ``instance role``, ``offline``, several of
    them, or "" where nobody is anybody; not yet safe."""
    match source:
        case KeptSource():
            return "offline" if source.offline else as_whom(source.source)
        case ArrangedSource():
            return as_whom(source.inner)
        case SeveralSource():
            return " + ".join(dict.fromkeys(filter(None, map(as_whom, source.sources))))
        case HistorySource():
            if source.offline:
                return "offline"
            return _credentials(source.options) or source.account.whose
        case S3Source():
            return _credentials(source.options) or source.whose
    return ""


def _credentials(given: S3Options | HistoryOptions) -> str:
    """Whose they are, in botocore's order of looking for them."""
    if given.role_arn:
        return f"role {given.role_arn.rpartition('/')[2]}"
    if given.profile:
        return f"profile {given.profile}"
    if key := os.environ.get("AWS_ACCESS_KEY_ID"):
        return f"key {key}"
    profile = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return f"profile {profile}" if profile else ""
