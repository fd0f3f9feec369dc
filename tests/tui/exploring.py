"""The whole explorer over a few made-up events, for tests of what its keys do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from ctexplore.sources.folder import FolderSource
from ctexplore.store.cache import NoCache
from ctexplore.store.scope import Limits, Scope
from ctexplore.tui.app import ExplorerApp
from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.facets_pane import FacetsPane
from ctexplore.tui.theme import ANSI

Event = dict[str, Any]
_PATIENCE = 400  # looks, a few milliseconds each


def event(time: str, name: str = "GetObject", **fields: Any) -> Event:
    """A record with an id of its own; ``who`` is an IAM user's name."""
    who = fields.pop("who", "alice")
    return {
        "eventTime": f"2024-01-{time}Z",
        "eventName": name,
        "eventSource": "s3.amazonaws.com",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.15",
        "userIdentity": {"type": "IAMUser", "userName": who},
        "readOnly": name.startswith(("Get", "List", "Head")),
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
        **fields,
    }


class Explorer:
    """The screen with its pilot, and words for what the tests look at."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot

    @property
    def screen(self) -> ExploreScreen:
        (found,) = (s for s in self.pilot.app.screen_stack if isinstance(s, ExploreScreen))
        return found

    @property
    def facets(self) -> FacetsPane:
        return self.screen.query_one(FacetsPane)

    @property
    def filter(self) -> str:
        return self.screen.bar.text

    @property
    def names(self) -> list[str]:
        """Of the events in the list, the newest first."""
        view = self.screen.events.view
        return [] if view is None else [view.table.text("name", int(r)) for r in view.rows]

    @property
    def here(self) -> str:
        """The name of the event under the cursor."""
        row, view = self.screen.events.cursor_row, self.screen.events.view
        return "" if row is None or view is None else view.table.text("name", row)

    def lines(self, widget: str) -> list[str]:
        """What a widget draws."""
        found = self.screen.query_one(widget)
        return [strip.text.rstrip() for strip in found.render_lines(found.size.region)]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, done: Callable[[], object]) -> None:
        """Wait for what a thread answers; fails when it never does."""
        for _ in range(_PATIENCE):
            if done():
                return
            await self.pilot.pause(0.005)
        raise AssertionError("it never came")

    async def counted(self) -> None:
        """Wait until timeline and facets tell of the list as it is now."""
        await self.until(lambda: len(self.names) == self._drawn())

    def _drawn(self) -> int:
        timeline = self.screen.timeline.timeline
        return -1 if timeline is None else int(timeline.counts.sum()) + timeline.undated


@asynccontextmanager
async def exploring(
    folder: Path, events: Sequence[Event], size: tuple[int, int] = (160, 48), text: str = ""
) -> AsyncIterator[Explorer]:
    """The explorer with all of the events loaded. text: the filter to start with."""
    logs = folder / "logs"
    logs.mkdir()
    records = [
        {"eventID": f"{n:08x}-0000-4000-8000-000000000000", **e} for n, e in enumerate(events)
    ]
    (logs / "log.json").write_text(json.dumps({"Records": records}), "utf-8")
    source = FolderSource(logs)
    app = ExplorerApp(source, NoCache(""), Scope(("",)), Limits(), text=text, theme=ANSI)
    async with app.run_test(size=size) as pilot:
        explorer = Explorer(pilot)
        await explorer.until(lambda: isinstance(app.screen, ExploreScreen))
        await explorer.until(lambda: explorer.screen.events.view is not None)
        await explorer.until(
            lambda: (
                not explorer.screen.desk.running
                and explorer.screen.events.view is not None
                and explorer.screen.events.view.total == len(events)
            )
        )
        await explorer.counted()
        yield explorer
