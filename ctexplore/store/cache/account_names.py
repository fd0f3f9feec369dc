"""Names of accounts from AWS Organizations, kept for when nobody can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ctexplore.config import Account
from ctexplore.sources.source import Source, SourceError
from ctexplore.store.cache import entries
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.entries import cache_key
from ctexplore.store.cache.kept import KeptSource
from ctexplore.store.parts import parts_of

if TYPE_CHECKING:
    from ctexplore.sources.s3.source import S3Source

_NAMES: Final = b"ctexplore account names 1\n"


class _Names(msgspec.Struct, array_like=True):
    names: dict[str, str]


def names_of(source: Source, cache: Cache) -> dict[str, Account]:
    """What the organizations of a source's buckets call their accounts; offline, what was kept.

    Asks AWS. Raises SourceError, also where the source has no bucket.
    """
    parts = [part for part in parts_of(source) if hasattr(part, "session")]
    if not parts:
        raise SourceError(source.label, "no bucket is open, whose credentials could be used")
    offline = any(isinstance(part, KeptSource) and part.offline for part in parts_of(source))
    found: dict[str, Account] = {}
    for part in parts:
        found |= _kept(cache, part) if offline else _asked(cache, part)  # type: ignore[arg-type]
    return found


def _asked(cache: Cache, bucket: S3Source) -> dict[str, Account]:
    from ctexplore.sources.aws.organization import organization_accounts

    found = organization_accounts(bucket.session)
    names = _Names({number: account.name for number, account in found.items()})
    cache.put(_key(bucket), entries.write(_NAMES, names))
    return found


def _kept(cache: Cache, bucket: S3Source) -> dict[str, Account]:
    kept = entries.read(_NAMES, _Names, cache.get(_key(bucket)))
    if kept is None:
        reason, hint = "its accounts' names are not on disk", "--org-names without --offline asks"
        raise SourceError(bucket.label, reason, hint)
    return {number: Account(name) for number, name in kept.names.items()}


def _key(bucket: Source) -> str:
    return cache_key("account names", bucket.identity)
