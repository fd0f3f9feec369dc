"""What each screen looks like, as text; CTEXPLORE_UPDATE_SNAPSHOTS=1 keeps what it is now."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from ctexplore.sources.source import SourceError
from ctexplore.store.scope import Estimate, Limits
from ctexplore.tui.dialogs import AskToLoad
from tests.build import log
from tests.sources.memory_source import log_key
from tests.tui.explorer import DAYS, Explorer, SlowSource, call, opened, trail
from tests.tui.snapshot import check
from tests.tui.test_explore_panes import detail_shows

SIZES = [(80, 24), (160, 48)]


def source() -> SlowSource:
    """Not compressed: gzip's sizes differ between machines, and the screen shows them."""
    files = {key: gzip.decompress(data) for key, data in trail(240).items()}
    files[log_key(DAYS[2], unique="eeeeffffgggghhhh")] = log(call(719, DAYS[2]))
    return SlowSource(files)


def name(of: str, size: tuple[int, int]) -> str:
    return f"{of}-{size[0]}x{size[1]}"


async def settled(explorer: Explorer, wide: bool) -> None:
    if wide:
        view, row = explorer.screen.events.view, explorer.screen.events.cursor_row
        assert view is not None
        assert row is not None
        at = datetime.fromtimestamp(int(view.table.time[row]) / 1000, UTC)
        await detail_shows(explorer, f"eventTime: {at:%Y-%m-%dT%H:%M:%SZ}")
    await explorer.until(lambda: "file" in explorer.lines[-2])
    await explorer.settle()


@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
async def test_main(size: tuple[int, int]) -> None:
    async with opened(source(), size=size) as explorer:
        await settled(explorer, size[0] > 100)
        check(explorer.app, name("main", size))


@pytest.mark.parametrize(("variable", "value"), [("LANG", "C"), ("TERM", "vt100")])
async def test_main_in_ascii(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    async with opened(source(), size=(80, 24)) as explorer:
        await settled(explorer, wide=False)
        check(explorer.app, "main-ascii-80x24")


@pytest.mark.parametrize("size", SIZES)
async def test_typing_a_filter(size: tuple[int, int]) -> None:
    async with opened(source(), size=size) as explorer:
        await explorer.press("f")
        await explorer.type("source:s3 ")
        await explorer.type("name:")
        await explorer.matches(240)
        await settled(explorer, size[0] > 100)
        check(explorer.app, name("filter", size))


@pytest.mark.parametrize("size", SIZES)
async def test_a_mistake_in_a_filter(size: tuple[int, int]) -> None:
    async with opened(source(), size=size) as explorer:
        await explorer.press("f")
        await explorer.type("who:alice ")
        await explorer.type("sorce:s3")
        await explorer.matches(240)
        await settled(explorer, size[0] > 100)
        check(explorer.app, name("mistake", size))


async def test_detail() -> None:
    async with opened(source()) as explorer:
        await explorer.press("down", "enter")
        await detail_shows(explorer, "eventVersion")
        check(explorer.app, name("detail", (80, 24)))
        await explorer.press("O")
        await detail_shows(explorer, "file-718")
        check(explorer.app, name("detail-alone", (80, 24)))


@pytest.mark.parametrize("size", SIZES)
async def test_help(size: tuple[int, int]) -> None:
    async with opened(source(), size=size) as explorer:
        await explorer.press("question_mark")
        check(explorer.app, name("help", size))


@pytest.mark.parametrize("size", SIZES)
async def test_problems(size: tuple[int, int]) -> None:
    broken = source()
    for key in (log_key(DAYS[0]), log_key(DAYS[1])):
        broken.broken[key] = SourceError(key, "not allowed to read", "allow s3:GetObject")
    broken.files[log_key(DAYS[2], unique="damaged")] = log(call(1), call(2))[:-100]
    broken.files["AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/07/read me.txt"] = b"hello"
    async with opened(broken, size=size) as explorer:
        await explorer.press("E")
        check(explorer.app, name("problems", size))


@pytest.mark.parametrize("size", SIZES)
async def test_asking_before_a_wide_load(size: tuple[int, int]) -> None:
    async with opened(source(), limits=Limits(), size=size) as explorer:
        await settled(explorer, size[0] > 100)
        estimate = Estimate(120_000, 20_000, 6 << 30, 8 << 30, listed=412)
        explorer.app.push_screen(AskToLoad(estimate))
        await explorer.shows("Open?")
        check(explorer.app, name("ask", size))


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_matches(size: tuple[int, int]) -> None:
    async with opened(source(), size=size) as explorer:
        await explorer.press("f")
        await explorer.type("name:Nothing")
        await explorer.press("enter")
        await explorer.matches(0)
        check(explorer.app, name("nothing", size))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("what", "keys", "shows"),
    [
        ("detail-wide", ("down", "enter"), "eventVersion"),
        ("facets-all", ("F",), "[what and who]"),
        ("chain", ("c",), "behind it"),
        ("profile", ("w",), "ACCESS KEYS"),
        ("compare", ("m", "j", "m", "d"), "2 events"),
        ("columns", ("C",), "Columns"),
        ("notebook", ("I",), "Nothing yet"),
    ],
)
async def test_other_screens(
    what: str, keys: tuple[str, ...], shows: str, size: tuple[int, int]
) -> None:
    async with opened(source(), size=size) as explorer:
        await settled(explorer, size[0] > 100)
        await explorer.press(*keys)
        await explorer.shows(shows)
        await explorer.pilot.pause(0.3)
        await explorer.settle()
        check(explorer.app, name(what, size))
