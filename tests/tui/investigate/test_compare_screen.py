"""``d`` in the explorer."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.investigate.compare_screen import ComparePage
from tests.tui.exploring import event, exploring

BUCKET = "s3.amazonaws.com"


def policy(time: str, principal: str) -> dict[str, object]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject"}
    asked = {"bucketName": "b", "bucketPolicy": {"Statement": [statement]}}
    return event(time, "PutBucketPolicy", requestParameters=asked)


EVENTS = [
    policy("15T09:00:00", "arn:aws:iam::111122223333:root"),
    policy("15T09:00:01", "*"),
    event("15T09:00:02", "GetObject", userAgent="evil\x1b[31m"),
    *(event(f"15T09:00:{n:02}", f"Get{n}") for n in range(3, 9)),
]


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_two_marked_events_are_shown_by_what_differs(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with exploring(tmp_path, EVENTS, size) as explorer:
        await explorer.press("G", "m", "k", "m", "d")
        await explorer.shows("2 events, what differs", "lets anybody s3:GetObject")
        await explorer.press("G")
        page = explorer.app.screen
        assert isinstance(page, ComparePage)
        assert "Principal" in page._body.plain and "awsRegion" not in page._body.plain
        await explorer.press("a")
        await explorer.shows("2 events, all fields")
        assert "awsRegion" in page._body.plain
        await explorer.press("a", "d")
        assert isinstance(explorer.app.screen, ExploreScreen)


async def test_one_policy_is_shown_beside_the_one_before(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("G", "k", "d")
        await explorer.shows("What this event changed", "lets anybody s3:GetObject")
        await explorer.shows("Changed since: 2024-01-15T09:00:00Z  PutBucketPolicy  alice")
        await explorer.shows('+      "Principal": "*"')
        await explorer.press("y", "q", "G", "d")
        await explorer.shows("No earlier policy of this resource is loaded")


async def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("g", "d")
        await explorer.until(lambda: "mark two to five events" in explorer.notices)
        await explorer.press("m", "G", "M", "d")
        await explorer.until(lambda: "9 events are marked; 5 can be compared" in explorer.notices)


async def test_log_text_is_made_safe(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="name:GetObject,Get3") as explorer:
        await explorer.press("g", "m", "G", "d")
        await explorer.shows("2 events, what differs", "userAgent", "evil")
        assert "\x1b" not in explorer.text
