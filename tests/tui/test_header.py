"""The first line: what gives way to what when there is no room for all of it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from ctexplore.tui.header import Header, short_path

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/15/"


class Top(App[None]):
    def compose(self) -> ComposeResult:
        yield Header()


@pytest.mark.parametrize(
    ("width", "shown", "right"),
    [
        (
            100,
            "my-logs › AWSLogs › 111122223333 › CloudTrail › us-east-1 › 2024 › 01 › 15",
            "role reader  UTC",
        ),
        (80, "my-logs › 111122223333 › us-east-1 › 2024-01-15", "role reader  UTC"),
        (60, "my-logs › 11", "2024-01-15  role reader  UTC"),
        (50, "my-logs › ", "-01-15  role reader  UTC"),
    ],
)
async def test_the_path_is_shortened_and_the_identity_stays(
    width: int, shown: str, right: str
) -> None:
    app = Top()
    async with app.run_test(size=(width, 3)) as pilot:
        header = app.query_one(Header)
        header.tell("my-logs", DAY)
        header.identity = "role reader"
        await pilot.pause()
        line = header.render().plain
        assert len(line) == width - 2
        assert line.startswith(shown)
        assert line.endswith(right)


async def test_a_long_identity_leaves_room_for_the_path() -> None:
    app = Top()
    async with app.run_test(size=(60, 3)) as pilot:
        header = app.query_one(Header)
        header.tell("my-logs", DAY)
        header.identity = f"111122223333 assumed-role/{'reader' * 9}/eve  profile audit"
        await pilot.pause()
        line = header.render().plain
        assert len(line) == 58
        assert line.startswith("my-logs › 1111")
        assert "  111122223" in line and line.endswith("audit  UTC")


@pytest.mark.parametrize(
    ("folder", "shown"),
    [
        (DAY, "my-logs › 111122223333 › us-east-1 › 2024-01-15"),
        (DAY[:-3], "my-logs › 111122223333 › us-east-1 › 2024-01"),
        ("AWSLogs/111122223333/CloudTrail-Insight/", "my-logs › 111122223333 › CloudTrail-Insight"),
        ("", "my-logs"),
        ("AWSLogs/", "my-logs › AWSLogs"),
        ("us-east-1/2024/", "my-logs › us-east-1 › 2024"),
        ("AWSLogs/111122223333/Config/x/", "my-logs › AWSLogs › 111122223333 › Config › x"),
        ("case 7/raw/", "my-logs › case 7 › raw"),
    ],
)
def test_a_short_path_keeps_what_tells_folders_apart(folder: str, shown: str) -> None:
    assert short_path("my-logs", folder) == shown
