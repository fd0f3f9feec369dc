"""The public keys for the digests that were fetched, kept beside them in one file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from ctexplore.sources.source import LogFile
from ctexplore.store.mirror.folder import MirrorFolder, Taken
from ctexplore.trail.names import parse_name
from ctexplore.trail.sidecar import (
    KEYS_NAME,
    SIGNATURE_ENDING,
    PublicKey,
    read_keys,
    read_signature,
    write_keys,
)

# Keys overlap, and a digest of the hour of a change may be signed with either.
_MARGIN: Final = timedelta(days=1)


def signing_times(
    digests: Iterable[LogFile], folder: MirrorFolder
) -> dict[str, tuple[datetime, datetime]]:
    """For each region with digests, the times between which they were signed, and some more.

    A backfill digest is signed when it is made, which may be long after the hour it is of.
    """
    times: dict[str, list[datetime]] = {}
    for digest in digests:
        if name := parse_name(digest.name):
            signed = times.setdefault(name.region, [])
            signed.append(name.delivered)
            if name.backfill and (made := _made(folder, digest)):
                signed.append(made)
    return {
        region: (_moved(min(signed), -_MARGIN), _moved(max(signed), _MARGIN))
        for region, signed in sorted(times.items())
    }


def add_keys(folder: MirrorFolder, keys: Iterable[PublicKey]) -> int:
    """Keep these keys and those kept before; how many there are now. Raises Taken when what is in
    the file's place has other content, NoRoom, OSError."""
    data = folder.read(KEYS_NAME)
    try:
        before = read_keys(data) if data is not None else []
    except ValueError as error:
        raise Taken(f"{KEYS_NAME}: {error}; left as it is") from None
    every = {(key.region, key.fingerprint): key for key in [*before, *keys]}
    content = write_keys(every.values())
    if content != data:
        folder.replace(KEYS_NAME, content)
    return len(every)


def _made(folder: MirrorFolder, digest: LogFile) -> datetime | None:
    try:
        data = folder.read(digest.key + SIGNATURE_ENDING)
        made = datetime.fromisoformat(read_signature(data or b"").backfill_generated)
    except (Taken, OSError, ValueError):
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _moved(at: datetime, span: timedelta) -> datetime:
    try:
        return at + span
    except OverflowError:
        return at
