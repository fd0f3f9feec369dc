"""``o``, ``a`` and ``w`` in the list and in the detail; what they find is a filter."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.investigate.profile_screen import ProfileScreen
from ctexplore.tui.line_list import LineList
from tests.investigate.credentials import at, call, user
from tests.tui.exploring import Narrowed, exploring

BOB = user("bob", "AKIABOB")
GROUP = {"requestParameters": {"groupId": "sg-0abc"}}
EVENTS = [
    call(1, BOB, at(1), "CreateSecurityGroup", responseElements={"groupId": "sg-0abc"}),
    call(2, BOB, at(2), "AuthorizeSecurityGroupIngress", **GROUP),
    call(3, BOB, at(3), "DeleteSecurityGroup", **GROUP, errorCode="AccessDenied"),
    call(4, user("eve", "AKIAEVE"), at(4), "DeleteSecurityGroup", **GROUP),
    call(5, BOB, at(30), "RunInstances"),
    call(6, user("eve", "AKIAEVE"), at(9), "ListBuckets", sourceIPAddress="198.51.100.9"),
]


async def on(explorer: Narrowed, name: str) -> None:
    """Put the cursor on the newest event of a name."""
    await explorer.press("g", *["j"] * explorer.names.index(name))
    assert explorer.at == name


async def column(explorer: Narrowed, name: str) -> None:
    for _ in range(20):
        if explorer.screen.events.column.name == name:
            return
        await explorer.press("l")
    raise AssertionError(name)


async def test_everything_that_mentions_a_value(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, (240, 48)) as explorer:
        await on(explorer, "AuthorizeSecurityGroupIngress")
        await column(explorer, "target")
        await explorer.press("o")
        await explorer.matches(4)
        assert explorer.filter == "sg-0abc"
        await explorer.shows(
            "created 03-05 10:01:00 CreateSecurityGroup by bob › changed 03-05 10:02:00 "
            "AuthorizeSecurityGroupIngress by bob › deleted 03-05 10:04:00 DeleteSecurityGroup by "
            "eve · 1 failed"
        )
        await explorer.press("u")
        await explorer.matches(6)
        assert "created 03-05" not in explorer.text


async def test_a_value_of_the_detail_is_looked_for(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await on(explorer, "DeleteSecurityGroup")
        await explorer.press("enter")
        await explorer.shows("requestParameters")
        if not explorer.screen.query_one(EventDetail).has_focus_within:
            await explorer.press("tab")
        await explorer.press("slash")
        await explorer.type("sg-0abc")
        await explorer.press("enter", "o")
        await explorer.until(lambda: explorer.filter == "sg-0abc", "the filter")


async def test_a_name_is_looked_for_as_records_have_it(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await column(explorer, "who")
        await explorer.press("o")
        await explorer.until(lambda: explorer.filter == "bob", explorer.filter)
        await explorer.press("u")
        await explorer.press(*["h"] * 12, "o")
        assert "no single value here" in explorer.notices


async def test_around_an_event(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="name:AuthorizeSecurityGroupIngress") as explorer:
        await explorer.press("a")
        await explorer.matches(4)
        assert explorer.filter == "at:2024-03-05T10:02:00Z+-5m"
        await explorer.shows("±5m", "e everything")
        await explorer.press("plus")
        await explorer.matches(5)
        assert explorer.filter.endswith("+-15m")
        await explorer.press("a")
        await explorer.matches(3)
        assert "actor:" in explorer.filter
        await explorer.press("minus", "minus", "minus", "minus", "minus")
        await explorer.until(lambda: "+-30s" in explorer.filter, "the shortest span")
        await explorer.press("equals_sign", "equals_sign")
        for key, field in (("s", "key:AKIABOB"), ("i", "ip:"), ("r", "target:sg-0abc")):
            await explorer.press(key)
            await explorer.until(lambda field=field: field in explorer.filter, field)
        await explorer.press("e", "enter")
        assert "±" not in explorer.text
        assert explorer.filter == "at:2024-03-05T10:02:00Z+-5m"
        # However often it was adjusted, one undo leads back.
        await explorer.press("u")
        await explorer.until(lambda: explorer.filter.startswith("name:"), "the filter before")


@pytest.mark.parametrize("key", ["escape", "j", "q"])
async def test_any_other_key_leaves_what_is_around(tmp_path: Path, key: str) -> None:
    async with exploring(tmp_path, EVENTS, (80, 24)) as explorer:
        await explorer.press("a")
        await explorer.shows("around ±5m")
        await explorer.press(key)
        await explorer.until(lambda: "around ±5m" not in explorer.text)
        assert isinstance(explorer.app.screen, ExploreScreen)


async def test_the_cursor_stays_on_the_event_that_was_looked_around(tmp_path: Path) -> None:
    """Also where nobody had moved it: newer events come above."""
    async with exploring(tmp_path, EVENTS, text="name:AuthorizeSecurityGroupIngress") as explorer:
        await explorer.press("a")
        await explorer.matches(4)
        assert explorer.at == "AuthorizeSecurityGroupIngress"
        assert explorer.names.index(explorer.at) > 0


@pytest.mark.parametrize("size", [(80, 24), (50, 16), (160, 48)])
async def test_who_is_this(tmp_path: Path, size: tuple[int, int]) -> None:
    async with exploring(tmp_path, EVENTS, size, text="name:RunInstances") as explorer:
        await explorer.press("w")
        await explorer.until(lambda: isinstance(explorer.app.screen, ProfileScreen))
        await explorer.shows("4 events, 1 failed", "ACCESS KEYS (1)")
        listed = explorer.app.screen.query_one(LineList)
        seen = []
        for _ in range(12):
            seen.append(listed.item.filter.split(" ", 1)[1] if listed.item else "")
            await explorer.press("tab")
        assert seen[0] == seen[10] == "key:AKIABOB"
        assert any(text.startswith("name:") for text in seen)
        await explorer.press("shift+tab")
        while listed.item and "name:" not in listed.item.filter:
            await explorer.press("shift+tab")
        await explorer.press("question_mark")
        await explorer.shows("it only read")
        await explorer.press("q", "enter")
        await explorer.until(lambda: isinstance(explorer.app.screen, ExploreScreen))
        await explorer.matches(1)
        assert explorer.filter.startswith('actor:"arn:aws:iam') or "actor:arn" in explorer.filter


async def test_denied_calls_lead_to_their_events(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="name:RunInstances") as explorer:
        await explorer.press("w")
        await explorer.shows("ACCESS DENIED (1)")
        await explorer.press("G", "enter")
        await explorer.until(lambda: "is:denied" in explorer.filter, "the filter")
        await explorer.matches(1)
        assert explorer.names == ["DeleteSecurityGroup"]
        await explorer.press("w", "q")
        assert isinstance(explorer.app.screen, ExploreScreen)


async def test_what_an_actor_did_for_the_first_time(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("U")
        await explorer.type("nonsense")
        await explorer.press("enter")
        await explorer.until(lambda: "no span of time" in explorer.notices, "the mistake")
        for _ in "nonsense":
            await explorer.press("backspace")
        await explorer.type("2m")
        await explorer.press("enter")
        await explorer.until(lambda: explorer.filter == "is:new", explorer.filter)
        # Bob's deletion and launch; eve's first event as eve, then her listing from elsewhere.
        await explorer.matches(4)
        await explorer.shows("api", "actor")
        assert all("¹" in row for row in explorer.rows)
        await explorer.press("u")
        await explorer.matches(6)
        assert sum("¹" in row for row in explorer.rows) == 4


async def test_without_a_span_a_quarter_of_the_range_is_usual(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("U", "enter")
        await explorer.until(lambda: explorer.filter == "is:new", explorer.filter)
        await explorer.until(lambda: "new" in explorer.screen.events.view.added, "the column")


async def test_a_filter_that_asks_for_what_is_new_has_it_compared(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="new:ip") as explorer:
        await explorer.matches(1)
        assert explorer.names == ["ListBuckets"]


async def test_a_scrollbar_takes_no_cell_of_a_profile(tmp_path: Path) -> None:
    many = [{**EVENTS[0], "eventName": f"Get{n}"} for n in range(40)]
    async with exploring(tmp_path, many, (110, 20)) as explorer:
        await explorer.press("w")
        await explorer.shows("ACCESS KEYS")
        await explorer.settle()
        assert explorer.lines[2].endswith("LAST")
