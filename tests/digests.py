"""A bucket with log files and digests that are signed as AWS signs them, by keys of our own.

    made = Bucket()
    chain = made.deliver(hours=5)         # five digests, each with two log files
    del made.objects[chain.digests[2]]    # damage
    made.write(folder)                    # as ``ctexplore fetch`` leaves it

Format: CloudTrail User Guide, "CloudTrail digest file structure".
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct, field
from msgspec.structs import replace

from ctexplore.sources.source import LogFile, Page
from ctexplore.trail.sidecar import KEYS_NAME, PublicKey, Signature, write_keys
from tests.build import ACCOUNT, event, log
from tests.sources.memory_source import MemorySource

BUCKET = "my-logs"
START = datetime(2026, 3, 2, 4, 7, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
VALIDITY = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """Another one for each name: a region's, or a forger's."""
    return rsa.generate_private_key(65537, 2048)


def public_key(region: str, *, form: PublicFormat = PublicFormat.PKCS1) -> PublicKey:
    der = private_key(region).public_key().public_bytes(Encoding.DER, form)
    return PublicKey(fingerprint_of(region), der, region, *VALIDITY)


def fingerprint_of(name: str) -> str:
    key = private_key(name).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return hashlib.md5(der, usedforsecurity=False).hexdigest()


def stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


class Chain(Struct):
    """Keys of what was delivered, oldest first. logs: of each digest."""

    account: str
    region: str
    trail: str
    home: str
    digests: list[str] = field(default_factory=list)
    logs: list[list[str]] = field(default_factory=list)

    @property
    def all_logs(self) -> list[str]:
        return [key for keys in self.logs for key in keys]


class Bucket:
    """objects, metadata: by key. keys: what ListPublicKeys would answer."""

    def __init__(self, name: str = BUCKET, prefix: str = "") -> None:
        self.name = name
        self.prefix = prefix
        self.objects: dict[str, bytes] = {}
        self.metadata: dict[str, dict[str, str]] = {}
        self.keys: list[PublicKey] = []

    def deliver(
        self,
        *,
        account: str = ACCOUNT,
        region: str = "us-east-1",
        trail: str = "corp_trail-1",
        home: str = "us-east-1",
        hours: int = 5,
        logs: int = 2,
        start: datetime = START,
        off: Collection[int] = (),
        backfill: bool = False,
        events: Mapping[int, Iterable[Mapping[str, Any]]] | None = None,
        undigested: Collection[int] = (),
        contents: Sequence[bytes] = (),
    ) -> Chain:
        """A chain of ``hours`` digests, the first covering the hour from ``start``.

        contents: of each hour's log files, compressed, instead of made-up ones.
        off: hours without logs and digests; a new chain begins after them. undigested: without
        digests alone. events: of an hour's first log file, instead of made-up ones.
        """
        if not any(key.region == region for key in self.keys):
            self.keys.append(public_key(region))
        chain = Chain(account, region, trail, home)
        previous: dict[str, Any] = {}
        for hour in range(hours):
            begin = start + hour * HOUR
            if hour in off:
                previous = {}
                continue
            kept = [
                self._log(chain, begin, number, (events or {}).get(hour) if not number else None)
                for number in range(logs)
            ]
            self.objects.update(zip(kept, contents, strict=False))
            if hour in undigested:
                previous = {}
                continue
            key = self._digest_key(chain, begin + HOUR, backfill)
            content = {
                "awsAccountId": account,
                "digestStartTime": stamp(begin),
                "digestEndTime": stamp(begin + HOUR),
                "digestS3Bucket": self.name,
                "digestS3Object": key,
                "newestEventTime": stamp(begin) if kept else None,
                "oldestEventTime": stamp(begin) if kept else None,
                **dict.fromkeys(_PREVIOUS),
                **previous,
                "digestPublicKeyFingerprint": fingerprint_of(region),
                "digestSignatureAlgorithm": "SHA256withRSA",
                "logFiles": [self._listed(log_key, begin) for log_key in kept],
            }
            self.sign(key, content, region, generated=begin if backfill else None)
            previous = self.link(key)
            chain.digests.append(key)
            chain.logs.append(kept)
        return chain

    def sign(
        self,
        key: str,
        content: dict[str, Any],
        signer: str,
        *,
        generated: datetime | None = None,
    ) -> None:
        """Put a digest, signed with the key of ``signer``."""
        data = json.dumps(content, separators=(",", ":")).encode()
        place = f"{content['digestS3Bucket']}/{content['digestS3Object']}"
        before = content["previousDigestSignature"] or "null"
        hashed = hashlib.sha256(data).hexdigest()
        text = f"{content['digestEndTime']}\n{place}\n{hashed}\n{before}".encode()
        value = private_key(signer).sign(text, padding.PKCS1v15(), SHA256()).hex()
        self.objects[key] = gzip.compress(data, mtime=0)
        self.metadata[key] = {"signature": value, "signature-algorithm": "SHA256withRSA"}
        if generated:
            self.metadata[key]["backfill-generation-timestamp"] = stamp(generated)

    def content(self, key: str) -> dict[str, Any]:
        """A digest's, to change it."""
        content: dict[str, Any] = json.loads(gzip.decompress(self.objects[key]))
        return content

    def link(self, key: str) -> dict[str, Any]:
        """What the digest after it says of one."""
        return {
            "previousDigestS3Bucket": self.name,
            "previousDigestS3Object": key,
            "previousDigestHashValue": hashlib.sha256(
                gzip.decompress(self.objects[key])
            ).hexdigest(),
            "previousDigestHashAlgorithm": "SHA-256",
            "previousDigestSignature": self.metadata[key]["signature"],
        }

    def move(self, key: str, to: str) -> None:
        self.objects[to] = self.objects.pop(key)
        if key in self.metadata:
            self.metadata[to] = self.metadata.pop(key)

    def plant(self, like: str, name: str = "PLANTEDPLANTED00") -> str:
        """A log file beside another that no digest lists."""
        key = like[: -len("0000000000000000.json.gz")] + f"{name}.json.gz"
        self.objects[key] = gzip.compress(log(event(99)), mtime=0)
        return key

    # -- where it lies

    def source(self) -> BucketSource:
        return BucketSource(self)

    def write(self, folder: Path, *, signatures: bool = True, keys: bool = True) -> None:
        """The files, and what ``ctexplore fetch`` keeps beside them."""
        for key, data in self.objects.items():
            path = folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            if signatures and key in self.metadata:
                said = Signature.of(self.metadata[key]).write()
                path.with_name(path.name + ".signature").write_bytes(said)
        if keys:
            (folder / KEYS_NAME).write_bytes(write_keys(self.keys))

    def list_public_keys(self, start: datetime, end: datetime, region: str) -> dict[str, Any]:
        """The answer of ListPublicKeys as JSON."""
        found = [
            {
                "Value": base64.b64encode(key.value).decode(),
                "ValidityStartTime": key.start.timestamp(),
                "ValidityEndTime": key.end.timestamp(),
                "Fingerprint": key.fingerprint,
            }
            for key in self.keys
            if key.start and key.end and key.region == region
            if key.start <= end and start <= key.end
        ]
        return {"PublicKeyList": found}

    # -- what is in it

    def _log(self, chain: Chain, begin: datetime, number: int, given: Iterable[Any] | None) -> str:
        at = begin + timedelta(minutes=3 + 5 * number)
        name = (
            f"{chain.account}_CloudTrail_{chain.region}_{at:%Y%m%dT%H%M}Z_"
            f"{chain.trail[:4].ljust(4, 'x').replace('_', 'x')}{number:012}.json.gz"
        )
        key = f"{self._above(chain)}CloudTrail/{chain.region}/{at:%Y/%m/%d}/{name}"
        records = given or [event(number, eventTime=stamp(begin), awsRegion=chain.region)]
        self.objects[key] = gzip.compress(log(*records), mtime=0)
        return key

    def _listed(self, key: str, begin: datetime) -> dict[str, Any]:
        content = gzip.decompress(self.objects[key])
        return {
            "s3Bucket": self.name,
            "s3Object": key,
            "hashValue": hashlib.sha256(content).hexdigest(),
            "hashAlgorithm": "SHA-256",
            "newestEventTime": stamp(begin),
            "oldestEventTime": stamp(begin),
        }

    def _digest_key(self, chain: Chain, end: datetime, backfill: bool) -> str:
        tail = "_backfill" if backfill else ""
        name = (
            f"{chain.account}_CloudTrail-Digest_{chain.region}_{chain.trail}_{chain.home}_"
            f"{end:%Y%m%dT%H%M%SZ}{tail}.json.gz"
        )
        return f"{self._above(chain)}CloudTrail-Digest/{chain.region}/{end:%Y/%m/%d}/{name}"

    def _above(self, chain: Chain) -> str:
        return f"{self.prefix}AWSLogs/{chain.account}/"


_PREVIOUS = (
    *("previousDigestS3Bucket", "previousDigestS3Object", "previousDigestHashValue"),
    *("previousDigestHashAlgorithm", "previousDigestSignature"),
)


class BucketSource(MemorySource):
    """A Bucket as S3 would give it. gets: keys read."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(bucket.objects)
        self.files = bucket.objects
        self.label = bucket.name
        self.identity = f"memory:{bucket.name}"
        self.gets: list[str] = []
        self._bucket = bucket

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        for page in super().children(folder, start_after):
            page.files = [
                replace(file, version=hashlib.md5(self.files[file.key]).hexdigest())
                for file in page.files
            ]
            yield page

    def read(self, file: LogFile) -> bytes:
        return self.read_tagged(file)[0]

    def read_tagged(self, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
        self.gets.append(file.key)
        return self.files[file.key], self._bucket.metadata.get(file.key, {})
