"""Digest files of the production trail: an hourly chain over the files it delivered.

The hashes are true; the signatures are not, since only AWS holds the key to make them.
Source: CloudTrail User Guide, 'CloudTrail digest file structure'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ctexplore.sources.demo.clock import HOUR, date, stamp
from ctexplore.sources.demo.clues import STARTED, STOPPED
from ctexplore.sources.demo.dice import hexdigits
from ctexplore.sources.demo.files import Made
from ctexplore.sources.demo.fleet import HOME, PROD
from ctexplore.sources.demo.records import text

BUCKET = "corp-trail-logs"
_PAST = 432
"""Digests end 7 minutes and 12 seconds past the hour."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A delivered log file, as its digest lists it."""

    key: str
    sha256: str
    delivered: int
    first: int
    last: int


def hashed(folder: str, made: Made) -> Hashed:
    digest = sha256(made.content).hexdigest()
    return Hashed(folder + made.name, digest, made.delivered, made.first, made.last)


def folder(day: int) -> str:
    return f"AWSLogs/{PROD}/CloudTrail-Digest/{HOME}/{date(day, '/')}/"


def link(
    day: int, files: Iterable[Hashed], previous: dict[str, Any]
) -> tuple[list[Made], dict[str, Any]]:
    """A day's digests, and what the next day's first says of the last of them.

    files: delivered on this day and the day before. While logging was stopped no digest was
    delivered, and a new chain begins after it.
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
        previous = {
            "previousDigestS3Bucket": BUCKET,
            "previousDigestS3Object": folder(day) + name,
            "previousDigestHashValue": sha256(content).hexdigest(),
            "previousDigestHashAlgorithm": "SHA-256",
            "previousDigestSignature": "".join(
                hexdigits(32, "signature", end, part) for part in range(16)
            ),
        }
        out.append(Made(name, content, end, 0))
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
        "digestPublicKeyFingerprint": hexdigits(32, "fingerprint"),
        "digestSignatureAlgorithm": "SHA256withRSA",
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
