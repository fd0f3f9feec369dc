"""Digest files: what one says, and how they hang together. Nothing here verifies anything.

Source: CloudTrail User Guide, "CloudTrail digest file structure".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ctexplore.trail import exact
from ctexplore.trail.facts import text
from ctexplore.trail.names import LogName, parse_name
from ctexplore.trail.node import Node, Object

_NEEDED = (
    *("digestPublicKeyFingerprint", "digestS3Bucket", "digestS3Object"),
    *("previousDigestSignature", "digestEndTime", "digestStartTime"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A log file as its digest lists it; texts as written, "" where nothing is.

    hash: hexadecimal, of the uncompressed content. oldest, newest: times of its events.
    """

    bucket: str
    key: str
    hash: str
    algorithm: str
    oldest: str
    newest: str


@dataclass(frozen=True, slots=True)
class Digest:
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


@dataclass(frozen=True, slots=True)
class Link:
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
        root = exact.parse(data).root
    except exact.JsonError as error:
        raise ValueError(f"no digest: {error}") from None
    if not isinstance(root, Object) or "digestEndTime" not in root:
        raise ValueError("no digest: it has no digestEndTime")
    files = root.get("logFiles")
    return Digest(
        found,
        text(root, "awsAccountId"),
        text(root, "digestS3Bucket"),
        text(root, "digestS3Object"),
        text(root, "digestStartTime"),
        text(root, "digestEndTime"),
        text(root, "oldestEventTime"),
        text(root, "newestEventTime"),
        text(root, "digestPublicKeyFingerprint"),
        text(root, "digestSignatureAlgorithm"),
        text(root, "previousDigestS3Bucket"),
        text(root, "previousDigestS3Object"),
        text(root, "previousDigestHashValue"),
        text(root, "previousDigestHashAlgorithm"),
        text(root, "previousDigestSignature"),
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


def _listed(node: Node) -> Listed:
    return Listed(
        text(node, "s3Bucket"),
        text(node, "s3Object"),
        text(node, "hashValue"),
        text(node, "hashAlgorithm"),
        text(node, "oldestEventTime"),
        text(node, "newestEventTime"),
    )
