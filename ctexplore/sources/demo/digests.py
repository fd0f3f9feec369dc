"""Digest files of the production trail: an hourly chain over the files it delivered.

The hashes are those of the files as they were delivered, and the signatures are made by a key of
the demo's own (signing.py).
Source: CloudTrail User Guide, 'CloudTrail digest file structure'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from msgspec import Struct

from ctexplore.sources.demo.clock import HOUR, date, stamp
from ctexplore.sources.demo.clues import STARTED, STOPPED
from ctexplore.sources.demo.files import Made
from ctexplore.sources.demo.fleet import HOME, PROD
from ctexplore.sources.demo.records import text
from ctexplore.sources.demo.signing import ALGORITHM, FINGERPRINT, sign
from ctexplore.trail.digest import read_digest
from ctexplore.trail.signing import signed_text

BUCKET = "corp-trail-logs"
_PAST = 432
"""Digests end 7 minutes and 12 seconds past the hour."""


class Hashed(Struct, frozen=True):
    """A delivered log file, as its digest lists it."""

    key: str
    sha256: str
    delivered: int
    first: int
    last: int


def hashed(folder: str, made: Made) -> Hashed:
    digest = sha256(made.original or made.content).hexdigest()
    return Hashed(folder + made.name, digest, made.delivered, made.first, made.last)


def folder(day: int) -> str:
    return f"AWSLogs/{PROD}/CloudTrail-Digest/{HOME}/{date(day, '/')}/"


def link(
    day: int, files: Iterable[Hashed], previous: dict[str, Any]
) -> tuple[list[Made], dict[str, Any]]:
    """A day's digests, and what the next day's first says of the last of them.

    files: delivered on this day and the day before, of every kind. While logging
    was stopped no digest was delivered, and a new chain begins after it.
    """
    by_hour: dict[int, list[Hashed]] = {}
    for file in files:
        by_hour.setdefault((file.delivered - _PAST - 1) // HOUR, []).append(file)
    out: list[Made] = []
    for hour in range(day * 24, day * 24 + 24):
        end = hour * HOUR + _PAST
        if end - HOUR > STOPPED and end < STARTED:
            previous = {}
            continue
        name = (
            f"{PROD}_CloudTrail-Digest_{HOME}_corp-trail_{HOME}_"
            f"{stamp(end).replace('-', '').replace(':', '')}.json.gz"
        )
        whole = _digest(folder(day) + name, end, by_hour.get(hour - 1, []), previous)
        content = text(whole).encode("ascii")
        digest = sha256(content).hexdigest()
        signature = sign(signed_text(read_digest(content, folder(day) + name), digest))
        previous = {
            "previousDigestS3Bucket": BUCKET,
            "previousDigestS3Object": folder(day) + name,
            "previousDigestHashValue": digest,
            "previousDigestHashAlgorithm": "SHA-256",
            "previousDigestSignature": signature.value,
        }
        out.append(Made(name, content, end, 0, signature=signature))
    return out, previous


def _digest(
    key: str, end: int, files: Sequence[Hashed], previous: dict[str, Any]
) -> dict[str, Any]:
    names = ("S3Bucket", "S3Object", "HashValue", "HashAlgorithm", "Signature")
    return {
        "awsAccountId": PROD,
        "digestStartTime": stamp(end - HOUR),
        "digestEndTime": stamp(end),
        "digestS3Bucket": BUCKET,
        "digestS3Object": key,
        "digestPublicKeyFingerprint": FINGERPRINT,
        "digestSignatureAlgorithm": ALGORITHM,
        "newestEventTime": stamp(max(file.last for file in files)) if files else None,
        "oldestEventTime": stamp(min(file.first for file in files)) if files else None,
        **{f"previousDigest{name}": previous.get(f"previousDigest{name}") for name in names},
        "logFiles": [
            {
                "s3Bucket": BUCKET,
                "s3Object": file.key,
                "hashValue": file.sha256,
                "hashAlgorithm": "SHA-256",
                "newestEventTime": stamp(file.last),
                "oldestEventTime": stamp(file.first),
            }
            for file in files
        ],
    }
