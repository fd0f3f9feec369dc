"""What is to be loaded, and what that would cost."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

# Used for estimates only: compression and record size measured on real trails.
_JSON_PER_STORED = 5.6
_RECORD = 1450
_TABLE_PER_EVENT = 120


class Scope(Struct, frozen=True):
    """folders: full keys that end in "/" ("" is the root). since: inclusive; until: exclusive.

    regions and accounts narrow by folder; empty means all.
    """

    folders: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None
    regions: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()


class Limits(Struct, frozen=True):
    """Where a load asks (explorer) or stops (headless).

    max_objects: log files. max_memory: bytes the table may hold. ask_objects: files that would
    have to be fetched before the explorer asks. ask_folders: folders to list before it asks.
    """

    max_objects: int = 100_000
    max_memory: int = 1 << 40
    ask_objects: int = 5_000
    ask_folders: int = 200


class Estimate(Struct, frozen=True):
    """The price of a load. objects: log files found so far, ``cached`` of them on disk already.

    stored: compressed bytes of those not cached. listings: LIST requests still to make (0 once
    everything is listed). listed: LIST requests made.
    """

    objects: int = 0
    cached: int = 0
    stored: int = 0
    all_stored: int = 0
    listings: int = 0
    listed: int = 0

    def plus(self, more: Estimate) -> Estimate:
        """Both together; ``listed`` is a running count and is the later one's."""
        return Estimate(
            self.objects + more.objects,
            self.cached + more.cached,
            self.stored + more.stored,
            self.all_stored + more.all_stored,
            more.listings,
            more.listed,
        )

    @property
    def gets(self) -> int:
        return self.objects - self.cached

    @property
    def events(self) -> int:
        """A guess from the bytes, for lack of anything better before reading."""
        return int(self.all_stored * _JSON_PER_STORED / _RECORD)

    @property
    def memory(self) -> int:
        """Bytes, a guess."""
        return self.events * _TABLE_PER_EVENT
