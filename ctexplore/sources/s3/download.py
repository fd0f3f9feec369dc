"""One object's body, read to its end against a clock and checked.

botocore retries a request, never its body: a body that is cut off, stalls or holds wrong
bytes has to be asked for again.
"""

from __future__ import annotations

import base64
import hashlib
import random
import re
import threading
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from ctexplore.sources.s3.body import Body
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError

DEADLINE = 120.0
# Bytes a second: below the first after the first 10 s a try is given up; a large object may
# take as long as the second rate needs, if that is more than the deadline.
SLOWEST, SLOWEST_LARGE = 1 << 10, 256 << 10
PATIENCE = 10.0
_CHUNK = 1 << 20


class Again(Exception):
    """This try failed; another may not."""

    def __init__(self, reason: str, hint: str = "try again", throttled: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self._pause = 2.0 if throttled else 0.2

    def wait(self, tried: int) -> float:
        """Seconds before the next try, random so that threads do not return together."""
        return self._pause * (1 << (tried - 1)) * random.uniform(0.5, 1.0)


def stored_md5(etag: str, answer: Mapping[str, Any]) -> str:
    """MD5 in hex of the content when the ETag is one, else ``""``.

    It is not for multipart uploads, SSE-KMS and SSE-C (Amazon S3 API Reference, "Object").
    """
    if answer.get("SSECustomerAlgorithm") or answer.get("SSEKMSKeyId"):
        return ""
    if answer.get("ServerSideEncryption", "AES256") != "AES256":
        return ""
    return etag if re.fullmatch(r"[0-9a-f]{32}", etag) else ""


def is_whole(data: bytes, answer: Mapping[str, Any]) -> bool:
    """False when ``data`` is not what the checksums in S3's answer are of.

    A checksum of parts' checksums ends in ``-`` and their number, and says nothing here
    (Amazon S3 User Guide, "Checking object integrity").
    """
    md5 = stored_md5(str(answer.get("ETag", "")).strip('"'), answer)
    if md5 and hashlib.md5(data, usedforsecurity=False).hexdigest() != md5:
        return False
    for name, digest in _DIGESTS.items():
        stored = str(answer.get(name, ""))
        if stored and "-" not in stored and base64.b64encode(digest(data)).decode() != stored:
            return False
    return True


_DIGESTS: Mapping[str, Callable[[bytes], bytes]] = {
    "ChecksumCRC32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "ChecksumSHA1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "ChecksumSHA256": lambda data: hashlib.sha256(data).digest(),
    "ChecksumSHA512": lambda data: hashlib.sha512(data).digest(),
}


class Download:
    """``received``: bytes so far. ``interrupt`` may be called from any thread."""

    def __init__(
        self, body: Body, size: int, clock: Callable[[], float], stopped: threading.Event
    ) -> None:
        self.received = 0
        self._body = body
        self._size = size
        self._clock = clock
        self._stopped = stopped

    @staticmethod
    def longest(size: int) -> float:
        """Seconds an object of ``size`` bytes may take, all tries together."""
        return max(DEADLINE, size / SLOWEST_LARGE)

    def read(self, place: str, deadline: float, answer: Mapping[str, Any]) -> bytes:
        """All bytes, checked by ``answer``.

        Raises Again, or SourceError when another try would not help.
        """
        began = self._clock()
        parts: list[bytes] = []
        try:
            while part := self._body.read(_CHUNK):
                parts.append(part)
                self.received += len(part)
                self._check_pace(place, began, deadline)
        except failures() as error:
            if self._stopped.is_set():
                raise SourceError(place, "stopped", retry=True) from None
            raise self._broken(error) from None
        if self._stopped.is_set():
            raise SourceError(place, "stopped", retry=True)
        if self.received != self._size:
            raise Again(f"download cut off at {self.received:,} of {self._size:,} bytes")
        data = b"".join(parts)
        if not is_whole(data, answer):
            raise Again("content does not match its checksum")
        return data

    def _check_pace(self, place: str, began: float, deadline: float) -> None:
        if self._stopped.is_set():
            raise SourceError(place, "stopped", retry=True)
        if self.received > self._size:
            raise Again(f"download is longer than the {self._size:,} bytes listed")
        now = self._clock()
        of = f"{self.received:,} of {self._size:,} bytes"
        if now > deadline:
            reason = f"not read within {self.longest(self._size):.0f} s ({of})"
            raise SourceError(place, reason, "try again", retry=True)
        if now - began > PATIENCE and self.received < (now - began) * SLOWEST:
            raise Again(f"slower than {SLOWEST >> 10} KB/s ({of})")

    def _broken(self, error: BaseException) -> Again:
        kind = type(error).__name__
        if kind == "FlexibleChecksumError":
            return Again("content does not match its checksum")
        at = f"at {self.received:,} of {self._size:,} bytes"
        if kind == "ReadTimeoutError" or isinstance(error, TimeoutError):
            return Again(f"stalled for 20 s {at}")
        return Again(f"download cut off {at}")

    def interrupt(self) -> None:
        """Wake the reading thread, which then finds ``stopped`` set."""
        self._body.interrupt()

    def close(self) -> None:
        self._body.close()
