"""A start page on ways that answer when a test lets them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from ctexplore.sources.aws.trails import Trail, Trails
from ctexplore.sources.source import Source, SourceError
from ctexplore.store.cache.buckets import KeptBucket
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Limits, Scope
from ctexplore.trail.selectors import Selected
from ctexplore.tui.start_page.start_list import StartList
from ctexplore.tui.start_page.start_page import StartApp
from ctexplore.tui.start_page.ways import Ask, Local, Opening, SignedIn
from tests.tui.explorer import Explorer, SlowSource, trail

ARN = "arn:aws:cloudtrail:{}:111122223333:trail/{}"
ME = "arn:aws:iam::111122223333:user/eve"
KEPT = KeptBucket("s3:aws/my-logs", "", ("s3://my-logs/",), "2026-03-07T09:14:00+00:00")
RECENT = (("s3://my-logs/", "--profile", "audit"), ("/cases/17/logs",))
AUDIT = Trail(
    "audit", ARN.format("us-east-1", "audit"), "my-logs", "deep/er", "us-east-1",
    multi_region=True, validation=True, kms_key="arn:aws:kms:us-east-1:111122223333:key/k",
    logging=True, last_delivery=datetime(2026, 3, 7, 9, 14, tzinfo=UTC),
    events=Selected(
        ("read and write, without KMS",), ("S3, all buckets",), unlogged=("events of KMS",)
    ),
    kinds=("call rate",), asked=True,
)  # fmt: skip
ORG = Trail(
    "org", ARN.format("eu-west-1", "org"), "org-logs", "", "eu-west-1", multi_region=True,
    organization=True, unknown=("cloudtrail:GetTrailStatus is not allowed",), asked=True,
)  # fmt: skip
STOPPED = Trail(
    "old", ARN.format("us-east-1", "old"), "old-logs", "", "us-east-1", logging=False,
    stopped=datetime(2025, 1, 2, tzinfo=UTC), events=Selected(("read and write",)), kinds=(),
    asked=True,
)  # fmt: skip
THREE = Trails((AUDIT, ORG, STOPPED), done=True)


class ClosingSource(SlowSource):
    closed = False

    def close(self) -> None:
        self.closed = True


class ScriptedWays:
    """gates: what signing in, each step of the trails and opening wait at; open at first.

    found: what trails come, in steps, by profile or else as for none. refused: why signing in
    fails. source: what is opened, or why not. asked: profiles signed in as, and whether anew.
    opened: arguments.
    """

    def __init__(self, local: Local | None = None, found: Sequence[Trails] = (THREE,)) -> None:
        self.profile = ""
        self.local = local or Local(("audit", "prod"), kept=(KEPT,), recent=RECENT)
        self.found = {"": list(found)}
        self.regions = ("us-east-1", "all", "eu-west-1")
        self.refused: SourceError | None = None
        self.question = ""
        self.codes: list[str] = []
        self.source: ClosingSource | SourceError = ClosingSource(trail(5))
        self.gates = {name: threading.Event() for name in ("sign", "trails", "open")}
        for gate in self.gates.values():
            gate.set()
        self.asked: list[tuple[str, bool]] = []
        self.opened: list[tuple[str, ...]] = []

    def wait(self, name: str) -> None:
        assert self.gates[name].wait(30)

    def look(self) -> Local:
        return self.local

    def sign_in(self, profile: str, ask: Ask, *, again: bool = False) -> SignedIn:
        self.profile = profile
        self.asked.append((profile, again))
        self.wait("sign")
        if self.question:
            try:
                self.codes.append(ask(self.question))
            except EOFError:
                raise SourceError("AWS", "an MFA code is needed", fatal=True) from None
        if self.refused:
            raise self.refused
        reach = ("--profile", profile) if profile else ()
        return SignedIn(f"profile {profile or 'default'}", "us-east-1", reach, (), self.regions)

    def caller(self) -> str:
        return ME

    def trails(self) -> Iterator[Trails]:
        for found in self.found.get(self.profile, self.found[""]):
            self.wait("trails")
            yield found

    def open(self, words: Sequence[str], ask: Ask) -> Opening:
        self.opened.append(tuple(words))
        self.wait("open")
        if isinstance(self.source, SourceError):
            raise self.source
        return Opening(self.source, MemoryCache(), Scope(("",)), Limits())

    def left(self, source: Source) -> None:
        source.close()


class StartedPage(Explorer):
    """A running start page."""

    @property
    def listed(self) -> StartList:
        return self.app.screen_stack[1].query_one(StartList)

    @property
    def cursor(self) -> tuple[int, str]:
        """The line of the screen that the cursor is on, and its text."""
        return next((n, line) for n, line in enumerate(self.lines) if line.startswith("▌"))

    @property
    def keys(self) -> list[str]:
        """Of all entries, in sight or not."""
        return [line.item.key for line in self.listed._lines if line.item]

    async def to(self, text: str) -> None:
        """Move the cursor down to an entry."""
        for _ in range(30):
            if text in self.cursor[1]:
                return
            await self.press("down")
        raise AssertionError(f"no entry {text!r}\n{self.text}")


@asynccontextmanager
async def page(
    ways: ScriptedWays | None = None, size: tuple[int, int] = (80, 24), **options: Any
) -> AsyncIterator[StartedPage]:
    app = StartApp(ways or ScriptedWays(), theme="ctexplore-dark", **options)
    async with app.run_test(size=size, notifications=True) as pilot:
        started = StartedPage(app, pilot)  # type: ignore[arg-type]
        await started.shows("Trails")
        yield started
