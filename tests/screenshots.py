"""``python -m tests.screenshots [NAME …]``: the published pictures, from the real program."""

from __future__ import annotations

import asyncio
import functools
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from ctexplore.sources.demo import DemoSource
from ctexplore.store.cache.cache import NoCache
from ctexplore.tui.theme import DARK, MONO
from tests.tui.explorer import Explorer, opened
from tests.tui.snapshot import lines_of

FOLDER = Path(__file__).parent.parent / "screenshots"
_QUIET = 4  # looks in a row, 0.3 s apart, that find nothing changed
# How small files are packed is up to the zlib of the machine.
_SIZE = re.compile(r" · [0-9.]+ MB")


class Picture(NamedTuple):
    """size: columns and rows, so few that a page shows letters of a size that can be read. text:
    the filter to start with. keys: pressed once all is read. shows: what is waited for then."""

    name: str
    size: tuple[int, int]
    text: str
    keys: tuple[str, ...]
    shows: str
    theme: str = DARK

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.svg"


# The demo's intrusion: from the address of the thief to the moment that matters.
_THIEF = "ip:192.0.2.66"
_DOWN = ("j", "j")  # to AttachUserPolicy
PICTURES = (
    Picture("main", (140, 36), _THIEF, _DOWN, "policyArn"),
    Picture("facets", (160, 40), "is:failed", ("F",), "8 of 145"),
    Picture("chain", (120, 32), "name:StopLogging", ("c",), "proof"),
    Picture("profile", (110, 34), "name:StopLogging", ("w",), "GetObject"),
    Picture("around", (120, 24), "name:StopLogging", ("a", "s", "plus", "plus", "plus"), "±6h"),
    Picture("mono", (80, 24), _THIEF, (*_DOWN, "enter"), "result", MONO),
)


@functools.cache
def _demo() -> DemoSource:
    """Made once for all pictures: that takes as long as reading it."""
    return DemoSource()


@asynccontextmanager
async def posed(picture: Picture) -> AsyncIterator[Explorer]:
    """The explorer after the keys of a picture; what it counts and reads may still be coming."""
    async with opened(_demo(), size=picture.size, cache=NoCache(""), text=picture.text) as explorer:
        explorer.app.theme = picture.theme
        await explorer.press(*picture.keys)
        await explorer.shows(picture.shows)
        yield explorer


def told(svg: str) -> list[str]:
    """The lines of a picture, as they are on every machine."""
    return [_SIZE.sub("", line) for line in lines_of(svg)]


async def take(picture: Picture) -> str:
    """The SVG of the explorer once nothing moves any more."""
    async with posed(picture) as explorer:
        before, quiet = explorer.text, 0
        while quiet < _QUIET:
            await explorer.pilot.pause(0.3)
            quiet = quiet + 1 if explorer.text == before else 0
            before = explorer.text
        return explorer.app.export_screenshot(title="ctexplore")


def main(names: Sequence[str]) -> None:
    """names: of the pictures to take; all of them where none is said."""
    os.environ.pop("NO_COLOR", None)
    FOLDER.mkdir(exist_ok=True)
    # Nobody's own marks, themes and history are in them.
    with tempfile.TemporaryDirectory() as nobody:
        for name in ("CONFIG", "STATE", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = f"{nobody}/{name.lower()}"
        for picture in (p for p in PICTURES if not names or p.name in names):
            picture.file.write_text(asyncio.run(take(picture)))
            print(f"screenshots/{picture.file.name}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
