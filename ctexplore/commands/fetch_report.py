"""What ``fetch`` says: the price before, how far it is, and what became of every object."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.progress import Progress, first_of, skipped

if TYPE_CHECKING:
    from ctexplore.store.mirror.count import Count, Price
    from ctexplore.store.mirror.mirror import Mirror
    from ctexplore.store.mirror.scope import Wanted


class Report:
    """missing: whether something of the scope is not in the folder."""

    def __init__(self) -> None:
        self.missing = False
        self._line = Progress(tells=sys.stderr.isatty())
        self._objects = 0
        self._keys = ""

    def found(self, found: Wanted) -> None:
        """Say what listing did not get to see, and what it is that is not fetched."""
        for error in found.problems:
            self.lacks(str(error))
        for error in found.noted:
            self.say(str(error))
        files = [(file.key, reason) for file, reason in found.skipped]
        unread = [(error.place, error.reason) for error in found.unread if error.skipped]
        for line in skipped(files + unread):
            self.say(line)

    def price(self, price: Price, *, local: bool) -> None:
        self._objects = price.objects
        self.say(price_line(price, local=local))

    def step(self, count: Count) -> None:
        if self._line.is_due:
            stored = f"{count.stored / (1 << 20):,.1f} MB"
            self._line.show(
                f"{count.written + count.there:,} of {self._objects:,} objects there, {stored} new"
            )

    def keys(self, number: int) -> None:
        self._keys = f"{number:,} public key{'s' * (number != 1)} kept"

    def no_digests(self, any_logs: bool) -> None:
        if any_logs:
            self.say("no digests are there, so nothing can prove these files unchanged")

    def lacks(self, line: str) -> None:
        """Say what is missing."""
        self.missing = True
        self.say(line)

    def end(self, mirror: Mirror, path: Path) -> None:
        """Say what became of every object, and how to go on."""
        count = mirror.count
        for line in first_of([f"{key}: {reason}" for key, reason in count.failures]):
            self.lacks(line)
        if count.unsigned:
            self.say(f"{count.unsigned:,} digests came without a signature in their metadata")
        if mirror.stopped is not None:
            self.lacks(f"stopped: {mirror.stopped}")
        if count.left:
            self.lacks(f"{path}: what is there is whole; the same command goes on from here")
        if self._keys:
            self.say(self._keys)
        if not count.found:
            self.say(
                "nothing is in scope: no log files lie there, or none of these times, regions and "
                "accounts"
            )
            return
        self.say(
            f"{count.found:,} found = {count.written:,} written + {count.there:,} already there "
            f"+ {count.failed:,} failed + {count.skipped:,} skipped"
            + (f" + {count.left:,} not fetched" if count.left else "")
        )

    def say(self, line: str) -> None:
        self._line.say(line)

    def close(self) -> None:
        self._line.close()


def price_line(price: Price, *, local: bool) -> str:
    """What a fetch costs at most, on one line. local: it costs no requests."""
    stored = f"{price.stored / (1 << 20):,.1f} MB"
    cost = (
        f"{price.gets:,} to copy, {stored}"
        if local
        else f"{price.cached:,} in the cache, {price.gets:,} GET requests for {stored}; "
        f"{price.listed:,} LIST made"
    )
    beyond = f" and {price.beyond:,} beyond the scope that these may list" * bool(price.beyond)
    return (
        f"{price.objects:,} objects, {price.digests:,} of them digests{beyond}: "
        f"{price.there:,} there already, {cost}"
    )
