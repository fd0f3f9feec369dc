"""Digest files: what one says, and how they hang together. Nothing here verifies anything.

Source: CloudTrail User Guide, "CloudTrail digest file structure".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from ctexplore.trail.names import LogName, parse_name

_NEEDED = (
    *("digestPublicKeyFingerprint", "digestS3Bucket", "digestS3Object"),
    *("previousDigestSignature", "digestEndTime", "digestStartTime"),
)

_LISTED = (
    *("s3Bucket", "s3Object", "hashValue", "hashAlgorithm"),
    *("oldestEventTime", "newestEventTime"),
)


class Listed(Struct, frozen=True):
    """A log file as its digest lists it; texts as written, "" where nothing is.

    hash: hexadecimal, of the uncompressed content. oldest, newest: times of its events.
    """

    bucket: str
    key: str
    hash: str
    algorithm: str
    oldest: str
    newest: str


class Digest(Struct, frozen=True):
    """What a digest file says; texts as written, "" for null and for what is missing.

    found: the key it was found at; key: the one it says it was delivered to. start, end: the
    hour it covers. previous, previous_hash, previous_signature: of the digest before it; a chain
    begins where they are null. Its own signature is not in the file but in the object's metadata.
    lacks: names without which nothing can be verified.
    """

    found: str
    account: str
    bucket: str
    key: str
    start: str
    end: str
    oldest: str
    newest: str
    fingerprint: str
    algorithm: str
    previous_bucket: str
    previous: str
    previous_hash: str
    previous_algorithm: str
    previous_signature: str
    files: tuple[Listed, ...]
    lacks: tuple[str, ...] = ()

    @property
    def name(self) -> LogName | None:
        """What the name of the file tells: region, trail, home region, whether it is backfill."""
        return parse_name(self.found.rpartition("/")[2])

    @property
    def chain(self) -> tuple[str, ...]:
        """The same for all digests that follow one another."""
        name = self.name
        if name is None:
            return (self.account,)
        backfill = "backfill" if name.backfill else ""
        return (self.account or name.account, name.region, name.trail, name.home_region, backfill)


class Link(Struct, frozen=True):
    """A digest in its chain. before: the one that it names as previous, where that is at hand.

    gap: start and end of the time between it and the next older one that no digest at hand
    covers; None without a gap.
    """

    digest: Digest
    before: Digest | None
    gap: tuple[str, str] | None


def read_digest(data: bytes, found: str) -> Digest:
    """Read a digest's JSON. Raises ValueError when the bytes are no digest.

    found: its key or path.
    """
    try:
        # Digests hold names and texts: nothing that a plain reading would change.
        root = json.loads(data, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no digest: {error}") from None
    if not isinstance(root, dict) or "digestEndTime" not in root:
        raise ValueError("no digest: it has no digestEndTime")
    files = root.get("logFiles")
    return Digest(
        found,
        _text(root, "awsAccountId"),
        _text(root, "digestS3Bucket"),
        _text(root, "digestS3Object"),
        _text(root, "digestStartTime"),
        _text(root, "digestEndTime"),
        _text(root, "oldestEventTime"),
        _text(root, "newestEventTime"),
        _text(root, "digestPublicKeyFingerprint"),
        _text(root, "digestSignatureAlgorithm"),
        _text(root, "previousDigestS3Bucket"),
        _text(root, "previousDigestS3Object"),
        _text(root, "previousDigestHashValue"),
        _text(root, "previousDigestHashAlgorithm"),
        _text(root, "previousDigestSignature"),
        tuple(map(_listed, files if isinstance(files, list) else ())),
        tuple(name for name in _NEEDED if name not in root),
    )


def chains(digests: Iterable[Digest]) -> dict[tuple[str, ...], list[Link]]:
    """The digests by chain, in each the newest first, with what links them."""
    by_chain: dict[tuple[str, ...], list[Digest]] = {}
    for digest in digests:
        by_chain.setdefault(digest.chain, []).append(digest)
    return {key: _linked(found) for key, found in sorted(by_chain.items())}


def _linked(digests: list[Digest]) -> list[Link]:
    newest_first = sorted(digests, key=lambda each: (each.end, each.found), reverse=True)
    # A copy of a bucket has other keys above AWSLogs, so the file's name decides.
    by_name = {_name(each.key or each.found): each for each in digests}
    links = []
    for number, digest in enumerate(newest_first):
        older = newest_first[number + 1] if number + 1 < len(newest_first) else None
        # Times of one form sort as texts.
        gap = (older.end, digest.start) if older and older.end < digest.start else None
        before = by_name.get(_name(digest.previous)) if digest.previous else None
        links.append(Link(digest, before, gap))
    return links


def _name(key: str) -> str:
    return key.rpartition("/")[2]


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _listed(node: Any) -> Listed:
    said = node if isinstance(node, dict) else {}
    # One call for each text would be half of the time that reading a digest takes.
    return Listed(*[value if isinstance(value, str) else "" for value in map(said.get, _LISTED)])
