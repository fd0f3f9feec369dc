"""The whole explorer over a handful of events, for tests of what narrows them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ctexplore.sources.folder import FolderSource
from ctexplore.tui.counts.facets_pane import FacetsPane
from tests.build import log
from tests.tui.explorer import Explorer, opened

Event = dict[str, Any]


def event(time: str, name: str = "GetObject", **fields: Any) -> Event:
    """A record of January 2024; ``who`` is an IAM user's name."""
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


class Narrowed(Explorer):
    """``names``: of the events in the list, the newest first; ``at``: of the one under the
    cursor."""

    @property
    def facets(self) -> FacetsPane:
        return self.screen.query_one(FacetsPane)

    @property
    def filter(self) -> str:
        return self.screen.bar.text

    @property
    def names(self) -> list[str]:
        view = self.screen.events.view
        return [] if view is None else [view.table.text("name", int(r)) for r in view.rows]

    @property
    def at(self) -> str:
        row, view = self.screen.events.cursor_row, self.screen.events.view
        return "" if row is None or view is None else view.table.text("name", row)

    def drawn(self, widget: str) -> list[str]:
        """The lines of a widget."""
        found = self.screen.query_one(widget)
        return [strip.text.rstrip() for strip in found.render_lines(found.size.region)]

    async def counted(self) -> None:
        """Until the timeline tells of the list as it is now."""

        def whole() -> bool:
            line, view = self.screen.timeline.timeline, self.screen.events.view
            if line is None or view is None:
                return False
            return int(line.counts.sum()) + line.undated == len(view)

        await self.until(whole, "the timeline")


@asynccontextmanager
async def exploring(
    folder: Path, events: Sequence[Event], size: tuple[int, int] = (160, 48), text: str = ""
) -> AsyncIterator[Narrowed]:
    """The explorer with all of the events loaded from ``logs`` in the folder. text: the filter."""
    logs = folder / "logs"
    logs.mkdir()
    guid = "{:08x}-0000-4000-8000-000000000000"
    records = [{"eventID": guid.format(number), **e} for number, e in enumerate(events)]
    (logs / "log.json").write_bytes(log(*records))
    async with opened(FolderSource(logs), size=size, text=text) as explorer:
        narrowed = Narrowed(explorer.app, explorer.pilot)
        await narrowed.counted()
        yield narrowed
