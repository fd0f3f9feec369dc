"""What a fetch would cost, and what becomes of each object, counted where it happens."""

from __future__ import annotations

from msgspec import Struct, field


class Count(Struct):
    """What became of each object: found = written + there + failed + skipped + left.

    there: in the folder before, whole. left: not tried yet, and in the end none, unless the fetch
    was stopped. stored:
    bytes written. cached: those that came out of the cache. failures: why, by key.
    unsigned: digests that came without a signature.
    """

    found: int = 0
    written: int = 0
    there: int = 0
    failed: int = 0
    skipped: int = 0
    left: int = 0
    stored: int = 0
    cached: int = 0
    unsigned: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, key: str, reason: str) -> None:
        self.failed += 1
        self.failures.append((key, reason))


class Price(Struct, frozen=True):
    """At most: the log files ``beyond`` the scope are fetched only if digests list them.

    objects: found and not skipped. digests, beyond: of these. stored: bytes to get in ``gets``.
    """

    objects: int
    digests: int
    beyond: int
    there: int
    cached: int
    gets: int
    stored: int
    listed: int
