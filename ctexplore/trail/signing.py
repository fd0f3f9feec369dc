"""What is signed of a digest file, and which of AWS's public keys it was signed for.

Source: CloudTrail User Guide, "Custom implementations of CloudTrail log file integrity
validation"; CloudTrail API Reference, "ListPublicKeys"; the AWS CLI's validate-logs.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from datetime import datetime, timedelta

from ctexplore.trail.digest import Digest
from ctexplore.trail.sidecar import PublicKey

# A digest is signed some minutes after the hour it covers, by a key that may be new then.
ROTATION = timedelta(hours=2)
# A backfill digest is of an earlier time than the key that signs it.
BACKFILL = timedelta(hours=1)


def signed_text(digest: Digest, content_hash: str) -> bytes:
    """What the signature of ``digest`` is of.

    content_hash: SHA-256 of its uncompressed content, hexadecimal.
    """
    place = f"{digest.bucket}/{digest.key}"
    # Where a chain begins the word is signed, as Java writes what is not there.
    before = digest.previous_signature or "null"
    return f"{digest.end}\n{place}\n{content_hash}\n{before}".encode("utf-8", "surrogatepass")


def signature_bytes(value: str) -> bytes | None:
    """None when it is no hexadecimal text."""
    try:
        return binascii.unhexlify(value)
    except (binascii.Error, ValueError):
        return None


def signing_span(
    start: datetime, end: datetime, generated: datetime | None
) -> tuple[datetime, datetime]:
    """Within which time the key of a digest was valid at some moment.

    start, end: what the digest covers. generated: when it was made, of a backfill digest.
    """
    if generated is not None:
        return generated - BACKFILL, generated + BACKFILL
    return start, end + ROTATION


class PublicKeys:
    """Keys by fingerprint; each is of one region, and valid for some time."""

    def __init__(self, keys: Iterable[PublicKey] = ()) -> None:
        self._keys: dict[str, list[PublicKey]] = {}
        self.add(keys)

    def __len__(self) -> int:
        return sum(map(len, self._keys.values()))

    def add(self, keys: Iterable[PublicKey]) -> None:
        for key in keys:
            known = self._keys.setdefault(key.fingerprint, [])
            if key not in known:
                known.append(key)

    def find(
        self, fingerprint: str, region: str, span: tuple[datetime, datetime]
    ) -> PublicKey | str:
        """The key of a digest of ``region``, valid in ``span``, or why there is none."""
        known = [k for k in self._keys.get(fingerprint, ()) if k.region in ("", region)]
        if not known:
            return f"public key not found in region {region} for fingerprint {fingerprint}"
        for key in known:
            if (key.start is None or key.start <= span[1]) and (
                key.end is None or span[0] <= key.end
            ):
                return key
        return (
            f"public key {fingerprint} was valid {_span(known[0])}, not when this digest was signed"
        )


def _span(key: PublicKey) -> str:
    ends = (("from", key.start), ("to", key.end))
    return " ".join(f"{word} {at:%Y-%m-%dT%H:%MZ}" for word, at in ends if at)
