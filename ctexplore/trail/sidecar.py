"""What ``fetch`` keeps beside a trail's files so that they can be verified without a connection.

A digest's signature is in no file of the trail but in the metadata of the digest's object, and
the public keys come from an API (CloudTrail User Guide, "CloudTrail digest file structure",
"Custom implementations of CloudTrail log file integrity validation"). So beside ``x.json.gz``
lies ``x.json.gz.signature``, a JSON object with the names that S3's metadata has::

    {"signature": "0f…", "signature-algorithm": "SHA256withRSA"}

``backfill-generation-timestamp`` too where it is a backfill digest's. And in the folder that was
fetched to lies ``ctexplore-public-keys.json``, which is what ``aws cloudtrail list-public-keys``
prints, and for each key the region that it signs in::

    {"PublicKeyList": [{"Fingerprint": "67b9fa73…", "Region": "eu-west-1", "Value": "MIIBCg…",
      "ValidityStartTime": "2026-01-01T00:00:00+00:00", "ValidityEndTime": "2026-02-01T…"}]}

Nothing here verifies anything.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

SIGNATURE_ENDING: Final = ".signature"
KEYS_NAME: Final = "ctexplore-public-keys.json"
# One line for each file that was fetched; ``store/mirror/folder.py`` has its form.
FETCHED_NAME: Final = "ctexplore-fetched.jsonl"

_SIGNATURE: Final = "signature"
_ALGORITHM: Final = "signature-algorithm"
_BACKFILL: Final = "backfill-generation-timestamp"


class Signature(Struct, frozen=True):
    """A digest's, as the metadata of its object has it; "" for what it lacks.

    value: hexadecimal. algorithm: ``SHA256withRSA``. backfill_generated: ISO 8601.
    """

    value: str = ""
    algorithm: str = ""
    backfill_generated: str = ""

    @classmethod
    def of(cls, metadata: Mapping[str, str]) -> Signature:
        """metadata: of an S3 object, names in lower case without ``x-amz-meta-``."""
        return cls(*(str(metadata.get(name, "")) for name in (_SIGNATURE, _ALGORITHM, _BACKFILL)))

    def metadata(self) -> dict[str, str]:
        """What ``of`` was made from."""
        said = {_SIGNATURE: self.value, _ALGORITHM: self.algorithm}
        if self.backfill_generated:
            said[_BACKFILL] = self.backfill_generated
        return said

    def write(self) -> bytes:
        return json.dumps(self.metadata(), indent=1).encode() + b"\n"


class PublicKey(Struct, frozen=True):
    """value: DER, PKCS #1 or a SubjectPublicKeyInfo. start, end: aware, when it is valid; None
    where nothing says. region: "" where nothing says.
    """

    fingerprint: str
    value: bytes
    region: str = ""
    start: datetime | None = None
    end: datetime | None = None


def read_signature(data: bytes) -> Signature:
    """What lies beside a digest. Raises ValueError when it is no such file."""
    said = _object(data)
    if _SIGNATURE not in said:
        raise ValueError(f"it has no {_SIGNATURE!r}")
    wrong = [n for n in (_SIGNATURE, _ALGORITHM, _BACKFILL) if not isinstance(said.get(n, ""), str)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no text")
    return Signature.of(said)


def read_keys(data: bytes) -> list[PublicKey]:
    """A file of public keys, ours or printed by the AWS CLI. Raises ValueError."""
    listed = _object(data).get("PublicKeyList")
    if not isinstance(listed, list):
        raise ValueError("it has no list 'PublicKeyList'")
    return [_key(item, number) for number, item in enumerate(listed)]


def write_keys(keys: Iterable[PublicKey]) -> bytes:
    """The keys, each once, in an order that does not depend on theirs."""
    each = {(key.region, key.fingerprint): key for key in keys}
    listed = [_written(each[at]) for at in sorted(each)]
    return json.dumps({"PublicKeyList": listed}, indent=1).encode() + b"\n"


def _key(item: Any, number: int) -> PublicKey:
    place = f"PublicKeyList[{number}]"
    if not isinstance(item, dict) or not isinstance(item.get("Fingerprint"), str):
        raise ValueError(f"{place} has no 'Fingerprint'")
    try:
        value = base64.b64decode(str(item.get("Value", "")), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{place}: 'Value' is not base64") from None
    return PublicKey(
        item["Fingerprint"],
        value,
        str(item.get("Region", "")),
        _time(item.get("ValidityStartTime"), place),
        _time(item.get("ValidityEndTime"), place),
    )


def _time(value: Any, place: str) -> datetime | None:
    """Of ISO 8601, or of seconds since 1970 as some versions of the AWS CLI print."""
    try:
        if value is None:
            return None
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value, UTC)
        time = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{place}: {value!r} is no time") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _written(key: PublicKey) -> dict[str, str]:
    said = {
        "Fingerprint": key.fingerprint,
        "Region": key.region,
        "Value": base64.b64encode(key.value).decode(),
    }
    if key.start:
        said["ValidityStartTime"] = key.start.isoformat()
    if key.end:
        said["ValidityEndTime"] = key.end.isoformat()
    return said


def _object(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(said, dict):
        raise ValueError("it is no JSON object")
    return said
