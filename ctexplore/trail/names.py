"""What the name of a trail's file tells: its kind, account, region and delivery time.

``<account>_CloudTrail_<region>_YYYYMMDDTHHmmZ_<unique>.json.gz`` (CloudTrail User Guide,
"CloudTrail log file names"); digests carry the trail's name and home region and seconds
("CloudTrail digest file structure").
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from ctexplore.trail.layout import LogKind, is_region_like, place_of
from ctexplore.trail.sidecar import FETCHED_NAME, KEYS_NAME, SIGNATURE_ENDING

_KINDS = {str(kind): kind for kind in LogKind}

# What downloads and copies do to a name: "x (1).json.gz", "x.json (1).gz", "x.json.gz.1".
_COPY = r"(?: ?\([0-9]{1,4}\)| - Copy(?: \([0-9]{1,4}\))?)?"
_ENDING = (
    rf"{_COPY}(?:\.(?:json|jsonl|ndjson))?{_COPY}(?:\.(?:gz|bz2|xz))?{_COPY}(?:\.[0-9]{{1,4}}|~)?"
)
_TIME = r"([0-9]{8}T[0-9]{4}(?:[0-9]{2})?Z)"
# The documentation still has names without "_" before the unique part.
_log = re.compile(
    rf"([0-9]{{12}})_(CloudTrail(?:-[A-Za-z]+)?)_([a-z0-9-]+)_{_TIME}(?:_?([A-Za-z0-9]+))?{_ENDING}"
).fullmatch
# A trail's name may hold "_" and "-" (3 to 128 of A-Za-z0-9._-), so what lies between the
# region and the home region is read from both ends.
_digest = re.compile(
    rf"([0-9]{{12}})_CloudTrail-Digest_([A-Za-z0-9._-]+)_{_TIME}(_backfill)?{_ENDING}"
).fullmatch


class LogName(NamedTuple):
    """A file name in its parts.

    delivered: UTC; to the minute for logs, to the second for digests (the end of the hour
        they cover).
    unique: keeps names apart, means nothing; empty for digests.
    trail, home_region, backfill: digests only.
    """

    account: str
    kind: LogKind
    region: str
    delivered: datetime
    unique: str = ""
    trail: str = ""
    home_region: str = ""
    backfill: bool = False

    def build(self) -> str:
        """The name as CloudTrail writes it; ``parse_name`` gives the same parts back."""
        at = self.delivered
        time = f"{at.year:04}{at.month:02}{at.day:02}T{at.hour:02}{at.minute:02}"
        if self.kind is LogKind.DIGEST:
            tail = "_backfill" if self.backfill else ""
            middle = f"{self.region}_{self.trail}_{self.home_region}"
            return f"{self.account}_{self.kind}_{middle}_{time}{at.second:02}Z{tail}.json.gz"
        seconds = f"{at.second:02}" if at.second else ""
        unique = f"_{self.unique}" if self.unique else ""
        return f"{self.account}_{self.kind}_{self.region}_{time}{seconds}Z{unique}.json.gz"


# Listing, sorting and reading each ask for the same few thousand names, one folder at a time.
_KNOWN = 1 << 13


@lru_cache(_KNOWN)
def parse_name(name: str) -> LogName | None:
    """The parts of a file name (not a key), or None when CloudTrail does not name files so.

    Lenient where the documentation is silent: seconds in a log's name, a missing unique
    part, ``.json``, ``.jsonl`` or no ending, and what copying adds to one. Never raises.
    """
    if "_CloudTrail-Digest_" in name and (match := _digest(name)):
        account, middle, time, backfill = match.groups()
        region, _, rest = middle.partition("_")
        trail, _, home = rest.rpartition("_")
        delivered = _time(time)
        if not (trail and delivered and is_region_like(region) and is_region_like(home)):
            return None
        kind = LogKind.DIGEST
        return LogName(account, kind, region, delivered, "", trail, home, bool(backfill))
    if match := _log(name):
        account, word, region, time, unique = match.groups()
        log_kind, delivered = _KINDS.get(word), _time(time)
        if log_kind in (None, LogKind.DIGEST) or not delivered or not is_region_like(region):
            return None
        return LogName(account, log_kind, region, delivered, unique or "")
    return None


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def order_key(key: str) -> int:
    """A number that sorts log files by delivery minute, then by a hash of the whole key.

    The upper 32 bits are minutes since 1970 (0 when the name tells no time), the lower 32
    the CRC-32 of the key; so the order is the same whichever file arrives first. Fits a
    signed 64-bit integer and is never negative.
    """
    name = parse_name(key[key.rfind("/") + 1 :])
    minute = int(name.delivered.timestamp()) // 60 if name else 0
    return min(max(minute, 0), 0x7FFF_FFFF) << 32 | crc32(key.encode("utf-8", "surrogatepass"))


class FileClass(StrEnum):
    """What to do with a file, as far as its key and size tell."""

    LOG = "log"
    INSIGHT = "insight"
    NETWORK = "network activity"
    AGGREGATED = "aggregated"
    DIGEST = "digest"
    FOREIGN = "foreign"  # another service's
    MARKER = "marker"  # a zero-byte object that stands for a folder
    ARCHIVE = "archive"  # of many files, named like one
    OURS = "ours"  # what fetch keeps beside a trail's files
    OTHER = "other"  # cannot be a log

    @property
    def read(self) -> bool:
        """Whether files of this class hold events."""
        return self in _READ


_READ = frozenset((FileClass.LOG, FileClass.INSIGHT, FileClass.NETWORK, FileClass.AGGREGATED))
_CLASS_OF_KIND = {
    LogKind.CLOUDTRAIL: FileClass.LOG,
    LogKind.INSIGHT: FileClass.INSIGHT,
    LogKind.NETWORK: FileClass.NETWORK,
    LogKind.AGGREGATED: FileClass.AGGREGATED,
    LogKind.DIGEST: FileClass.DIGEST,
}
_LOG_EXTENSIONS = frozenset(("json", "jsonl", "ndjson", "log", "gz", "bz2", "xz"))
_copied = re.compile(rf"{_COPY}(?:\.[0-9]{{1,4}}|~)?\Z").sub
_extension = re.compile(r"\.([0-9]?[a-z][a-z0-9]{0,9})\Z").search
_is_archive = re.compile(r"\.(?:zip|tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz|zst))\Z").search
_is_services = re.compile(r"[0-9]{12}_(?!CloudTrail)[A-Za-z0-9-]+_([a-z0-9-]+)_.*", re.S).fullmatch


@lru_cache(_KNOWN)
def classify(key: str, size: int) -> FileClass:
    """What the file at ``key`` (full, ``size`` stored bytes) is taken for.

    A name that CloudTrail gives wins over the folder it lies in; then the folder; then the
    ending. A name that could be a log's is a LOG, since only content decides. Never raises.
    """
    folder, name = key[: key.rfind("/") + 1], key[key.rfind("/") + 1 :]
    if size == 0 and (not name or name.endswith("$folder$")):
        return FileClass.MARKER
    if parsed := parse_name(name):
        return _CLASS_OF_KIND[parsed.kind]
    if name in (KEYS_NAME, FETCHED_NAME) or _is_signature(name):
        return FileClass.OURS
    place = place_of(folder)
    if place.foreign:
        return FileClass.FOREIGN
    if (services := _is_services(name)) and is_region_like(services[1]):
        return FileClass.FOREIGN
    # "._x.json.gz" is what macOS archives keep beside x.json.gz; no event is in it.
    if name.startswith("._"):
        return FileClass.OTHER
    bare = _copied("", name.lower())
    if _is_archive(bare):
        return FileClass.ARCHIVE
    if not _may_be_log(bare):
        return FileClass.OTHER
    return _CLASS_OF_KIND[place.kind] if place.kind else FileClass.LOG


def _is_signature(name: str) -> bool:
    if not name.endswith(SIGNATURE_ENDING):
        return False
    of = parse_name(name.removesuffix(SIGNATURE_ENDING))
    return of is not None and of.kind is LogKind.DIGEST


def _may_be_log(bare: str) -> bool:
    extension = _extension(bare)
    if extension is None:
        return not bare.startswith(".")
    return extension[1] in _LOG_EXTENSIONS
