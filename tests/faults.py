"""Faults between a client and an S3 endpoint: mixed by chance, the same in every run, and noted.

faults = Faults(seed=1, share=0.05)
with FakeS3(faults.before(upstream(url))) as proxy:
    ...                       # an S3 client at proxy.url
    faults.struck             # key or prefix: the fault its requests met
    faults.off = True         # from now on nothing is spoiled
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tests.fakes3 import Reply, Request, Script, error

_HOP = {"connection", "content-length", "date", "server", "transfer-encoding", "keep-alive"}


def upstream(url: str) -> Script:
    """What the server at ``url`` answers."""
    host = urlsplit(url).netloc

    def script(request: Request) -> Reply:
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            # The host as the client signed it.
            connection.request("GET", request.target, headers=dict(request.headers))
            answer = connection.getresponse()
            headers = {n: v for n, v in answer.getheaders() if n.lower() not in _HOP}
            return Reply(answer.status, answer.read(), headers)
        finally:
            connection.close()

    return script


class Fault(Struct, frozen=True):
    """becomes: what a reader must make of an object that meets it: "read", "failed" or "skipped".

    times: how many requests it strikes before it passes; 0 is all of them. retry: trying again
    later can help. listing: it may meet listings too.
    """

    spoil: Callable[[Reply], Reply]
    becomes: str = "read"
    times: int = 2
    retry: bool = False
    listing: bool = False


def _cut(reply: Reply, fault: str) -> Reply:
    """Half of the body under the length of the whole."""
    half = len(reply.body) // 2
    return replace(reply, body=reply.body[:half], length=len(reply.body), fault=fault)


def _flip(reply: Reply) -> Reply:
    body = bytearray(reply.body)
    body[len(body) // 2] ^= 0x10
    return replace(reply, body=bytes(body))


def _slowly(reply: Reply) -> Reply:
    time.sleep(0.02)
    return replace(reply, fault="drip")


def _one(reply: Reply) -> Callable[[Reply], Reply]:
    return lambda _: reply


PORTAL = Reply(403, b"<html>log in</html>", {"Content-Type": "text/html"})
TIER = {"StorageClass": "INTELLIGENT_TIERING", "AccessTier": "DEEP_ARCHIVE_ACCESS"}
FAULTS = {
    "slow down": Fault(_one(error("SlowDown", 503)), times=3, listing=True),
    "one internal error": Fault(_one(error("InternalError", 500)), times=1, listing=True),
    "reset before the headers": Fault(_one(Reply(0, fault="reset")), listing=True),
    "reset in the body": Fault(lambda reply: _cut(reply, "reset")),
    "cut off": Fault(lambda reply: _cut(reply, "close")),
    "claims less": Fault(lambda reply: replace(reply, length=len(reply.body) - 7)),
    "claims more": Fault(lambda r: replace(r, length=len(r.body) + 7, fault="close")),
    "claims nothing": Fault(lambda reply: replace(reply, length=None), times=0),
    "flipped bit": Fault(_flip),
    "garbage": Fault(_one(Reply(0, b"\x00\xff HTTP\r\n\r\n", fault="close")), listing=True),
    "slowly": Fault(_slowly, times=0, listing=True),
    "internal errors": Fault(_one(error("InternalError", 500)), "failed", 0, retry=True),
    "cut off for good": Fault(lambda reply: _cut(reply, "close"), "failed", 0, retry=True),
    "flipped for good": Fault(_flip, "failed", 0, retry=True),
    "a portal": Fault(_one(PORTAL), "failed", 0, retry=True),
    "denied": Fault(_one(error("AccessDenied", 403, "Access Denied")), "failed", 0),
    "KMS disabled": Fault(_one(error("KMS.DisabledException", 400)), "failed", 0),
    "deleted": Fault(_one(error("NoSuchKey", 404)), "failed", 0),
    "archived tier": Fault(_one(error("InvalidObjectState", 403, **TIER)), "skipped", 0),
}


class Faults:
    """``share``: of all keys and prefixes, from 0 to 1, that meet a fault."""

    def __init__(self, seed: int, share: float) -> None:
        self.off = False
        self.struck: dict[str, Fault] = {}
        self._seed = seed
        self._share = share
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()

    def before(self, script: Script) -> Script:
        """``script`` with its answers spoiled."""

        def spoiled(request: Request) -> Reply:
            fault = self._next(request)
            reply = script(request)
            return fault.spoil(reply) if fault else reply

        return spoiled

    def count(self, becomes: str) -> int:
        return sum(fault.becomes == becomes for fault in self.struck.values())

    def _next(self, request: Request) -> Fault | None:
        listing = request.operation == "ListObjectsV2"
        place = f"?{request.query.get('prefix', '')}" if listing else request.key
        chance = random.Random(f"{self._seed} {place}")
        if self.off or chance.random() >= self._share:
            return None
        fault = chance.choice([f for f in FAULTS.values() if f.listing or not listing])
        with self._lock:
            self._times[place] += 1
            if fault.times and self._times[place] > fault.times:
                return None
            self.struck[place] = fault
            return fault
