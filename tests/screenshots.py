"""``python -m tests.screenshots``: the published pictures, from the real program on its demo."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from ctexplore.sources.demo import DemoSource
from ctexplore.store.cache import NoCache
from ctexplore.store.scope import Limits, Scope
from ctexplore.tui.app import ExplorerApp
from ctexplore.tui.explore import ExploreScreen

FOLDER = Path(__file__).parent.parent / "screenshots"
# name, size in cells, the filter to start with, keys to press once everything is loaded
PICTURES: tuple[tuple[str, tuple[int, int], str, tuple[str, ...]], ...] = (
    ("main", (160, 48), "", ("j", "j")),
    ("intrusion", (160, 48), "key:AKIAIOSFODNN7EXAMPLE ip:192.0.2.66", ("j",)),
    ("facets", (160, 48), "is:failed", ("F",)),
    ("narrow", (80, 24), "is:write -is:service", ("j", "enter")),
)


async def picture(size: tuple[int, int], text: str, keys: Sequence[str]) -> str:
    """The SVG of the explorer after these keys."""
    app = ExplorerApp(
        DemoSource(), NoCache(""), Scope(("",)), Limits(), text=text, theme="ctexplore-dark"
    )
    async with app.run_test(size=size) as pilot:
        while not (isinstance(app.screen, ExploreScreen) and app.screen.desk.session):
            await pilot.pause(0.1)
        session = app.screen.desk.session
        while not session.done or app.screen.desk.running:
            await pilot.pause(0.1)
        await pilot.pause(1)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(1)
        app.clear_notifications()
        await pilot.pause(0.5)
        return app.export_screenshot(title="ctexplore")


def main() -> None:
    os.environ.pop("NO_COLOR", None)
    FOLDER.mkdir(exist_ok=True)
    for name, size, text, keys in PICTURES:
        (FOLDER / f"{name}.svg").write_text(asyncio.run(picture(size, text, keys)))
        print(f"screenshots/{name}.svg", flush=True)


if __name__ == "__main__":
    main()
