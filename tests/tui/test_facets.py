"""The facets pane, in the explorer and what it is drawn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ctexplore.query.evaluate import Filter
from ctexplore.query.narrow import only
from ctexplore.query.parse import parse
from ctexplore.query.syntax import EVERYTHING
from ctexplore.store.columns.order import Order
from ctexplore.tui.counts.facet import Facet, FacetValue, facet_of
from ctexplore.tui.counts.facet_lines import line_text, lines_of
from ctexplore.tui.glyphs import ASCII, BLOCKS
from tests.query.events import NOW, table_of, written
from tests.tui.exploring import Narrowed, event, exploring
from tests.tui.snapshot import check

EVENTS = [
    *(event(f"15T09:00:{n:02}", "GetObject") for n in range(5)),
    *(event(f"15T09:01:{n:02}", "PutObject", who="bob") for n in range(3)),
    event("15T09:02:00", "CreateUser", eventSource="iam.amazonaws.com", errorCode="AccessDenied"),
    event("15T09:03:00", "CreateUser", eventSource="iam.amazonaws.com", who="bob"),
]


def text(explorer: Narrowed) -> list[str]:
    return [" ".join(line.split()) for line in explorer.drawn("FacetsPane")]


async def test_values_counts_and_how_many_there_are(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("F")
        await explorer.until(lambda: "source 2" in text(explorer))
        assert text(explorer)[:18] == [
            "[what and who] from where how",
            "source 2",
            "▌ s3 8 ███████",
            "iam 2 █▊",
            "",
            "name 3",
            "GetObject 5 ███████",
            "PutObject 3 ████▎",
            "CreateUser 2 ██▊",
            "",
            "who 2",
            "alice 6 ███████",
            "bob 4 ████▋",
            "",
            "error 1",
            "(none) 9",
            "AccessDenied 1 ███████",
            "",
        ]


async def test_keys_narrow_and_take_back(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("F")
        await explorer.until(lambda: "source 2" in text(explorer))
        await explorer.press("down", "enter")
        assert explorer.filter == "source:iam"
        await explorer.until(lambda: "▌[x]iam 2 █▊" in text(explorer))
        # The other values of the field are still offered, those of other fields follow the list.
        assert "s3 8 ███████" in text(explorer)
        assert "CreateUser 2 ███████" in text(explorer)
        assert not any("GetObject" in line for line in text(explorer))
        await explorer.press("up", "equals_sign")
        assert explorer.filter == "source:iam,s3"
        await explorer.until(lambda: "▌[x]s3 8 ███████" in text(explorer))
        await explorer.press("equals_sign")
        assert explorer.filter == "source:iam"
        await explorer.press("down", "enter")
        assert explorer.filter == ""
        await explorer.until(lambda: "▌ iam 2 █▊" in text(explorer))
        await explorer.press("minus")
        assert explorer.filter == "-source:iam"
        await explorer.until(lambda: "▌[-]iam 2 █▊" in text(explorer))
        await explorer.press("minus")
        assert explorer.filter == ""
        await explorer.press("u")
        assert explorer.filter == "-source:iam"


async def test_not_this_takes_the_place_of_only_this(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("F")
        await explorer.until(lambda: explorer.facets._chosen())
        chosen = explorer.facets._chosen()
        assert chosen is not None
        term = only("", *chosen)
        await explorer.press("enter")
        assert explorer.filter == term
        await explorer.press("minus")
        assert explorer.filter == f"-{term}"
        await explorer.until(lambda: explorer.names)


async def test_no_value_is_a_value(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("F")
        await explorer.until(lambda: "error 1" in text(explorer))
        await explorer.press("G", "up", "enter")
        assert explorer.filter == "-error:*"
        await explorer.until(lambda: "▌[x](none) 9" in text(explorer))
        await explorer.press("enter")
        assert explorer.filter == ""


async def test_tab_shows_other_fields(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("F", "tab")
        await explorer.until(lambda: "ip 1" in text(explorer))
        assert text(explorer)[0] == "what and who [from where] how"
        assert [line for line in text(explorer) if line.startswith(("region", "acc", "ag"))] == [
            "region 1",
            "account 1",
            "agent 1",
        ]
        await explorer.press("tab")
        await explorer.until(lambda: "type 1" in text(explorer))
        await explorer.press("tab")
        await explorer.until(lambda: "source 2" in text(explorer))
        await explorer.press("shift+tab")
        await explorer.until(lambda: "key 0" in text(explorer))


@pytest.mark.parametrize("size", [(80, 24), (110, 30), (160, 48)])
async def test_where_it_shows_and_how_it_is_left(tmp_path: Path, size: tuple[int, int]) -> None:
    async with exploring(tmp_path, EVENTS, size) as explorer:
        screen, facets, events = explorer.screen, explorer.facets, explorer.screen.events
        await explorer.press("F")
        await explorer.until(lambda: facets.has_focus and facets.region)
        assert not screen.query_one("TrailTree").region
        if size[0] == 80:
            assert facets.region.width == 80
        await explorer.press("escape")
        assert events.has_focus
        assert bool(facets.region) == (size[0] > 80)
        await explorer.press("F")
        assert facets.has_focus
        await explorer.press("F")
        assert events.has_focus
        assert not facets.region
        await explorer.press("F", "t")
        await explorer.until(lambda: screen.query_one("TrailTree").has_focus)


async def test_counts_follow_what_is_typed(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("F")
        await explorer.until(lambda: "name 3" in text(explorer))
        await explorer.press("f", *"name:Put")
        await explorer.until(lambda: "who 1" in text(explorer))
        assert "[x]PutObject 3 ████▎" in text(explorer)


async def test_a_double_click_narrows(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        await explorer.press("F")
        await explorer.until(lambda: "source 2" in text(explorer))
        await explorer.pilot.click("FacetsPane", offset=(6, 3))
        assert "▌ iam 2 █▊" in text(explorer)
        await explorer.pilot.click("FacetsPane", offset=(6, 3), times=2)
        assert explorer.filter == "source:iam"


async def test_the_drawer_of_a_narrow_terminal(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS, (80, 24), text="-name:GetObject") as explorer:
        await explorer.press("F")
        await explorer.shows("[-]GetObject")
        check(explorer.app, "facets-80x24")


async def test_hostile_values_only_show(tmp_path: Path) -> None:
    events = [event("15T09:00:00", userAgent="\x1b[31mred\u202e[bold]"), *EVENTS]
    async with exploring(tmp_path, events) as explorer:
        await explorer.press("F", "tab", "end")
        await explorer.until(lambda: "agent 2" in text(explorer))
        drawn = "\n".join(explorer.drawn("FacetsPane"))
        assert "\\x1b[31mred\\u202e[bold]" in drawn
        assert "\x1b" not in drawn and "\u202e" not in drawn


def facet(text: str, column: str, *events: dict[str, object], limit: int = 8) -> Facet:
    table = table_of([written(dict(e)) for e in events])
    order = Order(table)
    order.update()
    node = parse(text, NOW)
    rows = order.rows
    if node != EVERYTHING:
        rows = order.rows[Filter(node).mask(table, 0, table.count)[order.rows]]
    return facet_of(column, table, rows, node, order, limit)


def names(*values: str) -> list[dict[str, object]]:
    return [{"eventID": f"{n}", "eventName": v} for n, v in enumerate(values)]


def test_a_value_of_the_filter_shows_however_rare() -> None:
    events = names(*"aaaabbbccd", "rare")
    found = facet("name:rare", "name", *events, limit=3)
    assert found.distinct == 5
    assert found.values == (
        FacetValue("a", 4, outside=True),
        FacetValue("b", 3, outside=True),
        FacetValue("rare", 1, "x"),
    )


def test_excluded_values_are_outside_the_list() -> None:
    found = facet("-name:a", "name", *names(*"aab"))
    assert found.values == (FacetValue("a", 2, "-", outside=True), FacetValue("b", 1))


def test_other_terms_still_count() -> None:
    events = names(*"aab")
    for at, region in zip(events, "xyy", strict=True):
        at["awsRegion"] = region
    found = facet("name:a region:y", "name", *events)
    assert found.values == (FacetValue("a", 1, "x"), FacetValue("b", 1, outside=True))


def test_lines_are_as_wide_as_the_pane_whatever_they_say() -> None:
    found = Facet("who", 3, (FacetValue("漢字" * 40, 5_000_000, "x"), FacetValue("\n", 1)))
    for glyphs in (BLOCKS, ASCII):
        for width in (20, 40, 79):
            for line in lines_of([found, found]):
                said = line_text(line, width, "▌", glyphs.lying)
                assert sum(2 if c in "漢字" else 1 for c in said) == width
    assert "5,000,000" in line_text(lines_of([found])[1], 40, " ", BLOCKS.lying)


def test_rows_may_be_fewer_than_the_order_by_now() -> None:
    table = table_of([written(dict(e)) for e in names(*"ab")])
    order = Order(table)
    order.update()
    view = np.array([0], np.uint32)
    assert facet_of("name", table, view, EVERYTHING, order, 8).values == (FacetValue("a", 1),)
