"""Sigma rules in the explorer: flags, facets, filter, explanation, and what cannot be asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.containers import VerticalScroll

from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.investigate.page import Page
from ctexplore.tui.investigate.ruling import read_beside
from tests.investigate.sigma.asking import rule_text
from tests.tui.exploring import Narrowed, event, exploring

EVENTS = [
    event("15T09:00:00", "GetObject"),
    event("15T09:00:01", "DeleteTrail", requestParameters={"name": "main", "password": "hunter2"}),
    event("15T09:00:02", "DeleteTrail", errorCode="AccessDenied"),
    event("15T09:00:03", "ListBuckets", userAgent="evil \x1b[31m⚑ critical"),
]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    gone = {
        "selection": {"eventName": "DeleteTrail", "requestParameters.password": "*"},
        "filter": {"errorCode": "AccessDenied"},
        "condition": "selection and not filter",
    }
    name = {"s": {"eventName|startswith": "Delete"}, "condition": "s"}
    agent = {"s": {"userAgent|contains": "evil"}, "condition": "s"}
    tags = ["attack.impact", "attack.t1485"]
    texts = {
        "a": rule_text(gone, title="Trail gone", level="critical", tags=tags),
        "b": rule_text(name, title="Deletes", level="low"),
        "c": rule_text(agent, title="Evil", level="medium"),
        "d": "aws: [",
    }
    for stem, text in texts.items():
        (folder / f"{stem}.yml").write_text(text)
    return folder


async def asked(explorer: Narrowed, rules: Path) -> None:
    read_beside(rules, explorer.screen.post_message)
    # Not what is on the screen: a long notice covers it for a while.
    await explorer.until(lambda: "3 of 3 rules match" in explorer.screen.standing_note, "hits")
    await explorer.settle()


async def test_hits_are_flagged_with_the_worst_level(tmp_path: Path, rules: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        assert "⚑" not in "".join(explorer.rows)
        await asked(explorer, rules)
        await explorer.shows("⚑C", "⚑L", "⚑M")
        by_name = [" ".join(row.split()) for row in explorer.rows]
        assert "ListBuckets ⚑M" in by_name[0] and "DeleteTrail ⚑L" in by_name[1]
        assert "DeleteTrail ⚑C" in by_name[2] and "⚑" not in by_name[3]


async def test_the_filter_and_the_facets_know_rules(tmp_path: Path, rules: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="rule:*gone*") as explorer:
        await explorer.matches(0)
        await asked(explorer, rules)
        await explorer.matches(1)
        assert explorer.names == ["DeleteTrail"]
        await explorer.press("F", "shift+tab")
        await explorer.shows("[found out]", "Trail gone")


async def test_enter_says_which_fields_matched(tmp_path: Path, rules: Path) -> None:
    async with exploring(tmp_path, EVENTS, text="rule:*gone*") as explorer:
        await asked(explorer, rules)
        await explorer.matches(1)
        await explorer.press("enter")
        await explorer.shows("⚑ critical Trail gone: eventName DeleteTrail", "not filter", "T1485")
        assert "⚑ low Deletes: eventName DeleteTrail" in explorer.text
        assert "hunter2" not in explorer.text


async def test_log_text_passes_for_no_rule(tmp_path: Path, rules: Path) -> None:
    async with exploring(tmp_path, EVENTS, size=(80, 24)) as explorer:
        await asked(explorer, rules)
        await explorer.press("g", "enter")
        await explorer.shows("⚑ medium Evil: userAgent evil")
        assert "\x1b" not in explorer.text
        assert not any(line.lstrip("▕ ").startswith("⚑ critical") for line in explorer.lines)


async def test_pages_tell_all_rules_and_those_of_the_event(tmp_path: Path, rules: Path) -> None:
    async with exploring(tmp_path, EVENTS) as explorer:
        explorer.screen.action_rules()
        await explorer.shows("no rules are loaded")
        await asked(explorer, rules)
        assert "1 rules cannot be asked" in explorer.notices
        explorer.screen.action_rules()
        await explorer.shows("Sigma rules", "critical", "d.yml")
        await explorer.press("q")
        explorer.screen.action_rules_here()
        await explorer.shows("1 rule matches this event", "wanted: *evil*")
        await explorer.press("escape")
        assert isinstance(explorer.app.screen, ExploreScreen)


async def test_a_page_is_walked_through_copied_and_left(tmp_path: Path) -> None:
    from textual.content import Content

    async with exploring(tmp_path, EVENTS[:1], size=(60, 12)) as explorer:
        body = Content("\n".join(f"line {n}" for n in range(90)))
        explorer.app.push_screen(Page("Ninety lines", body))
        await explorer.shows("Ninety lines", "line 0")
        pane = explorer.app.screen.query_one(VerticalScroll)
        page, last = pane.size.height - 1, pane.max_scroll_y
        for pressed, line in (
            *(("j", 1), ("k", 0), ("down", 1), ("up", 0), ("space", page), ("b", 0)),
            *(("ctrl+d", page), ("ctrl+u", 0), ("pagedown", page), ("pageup", 0)),
            *(("G", last), ("g", 0), ("end", last), ("home", 0)),
        ):
            await explorer.press(pressed)
            await explorer.until(lambda line=line: round(pane.scroll_y) == line, pressed)
        await explorer.press("y")
        await explorer.until(lambda: explorer.notices, "the copy")
        await explorer.press("question_mark", "G")
        await explorer.shows("Copy this page")
        await explorer.press("q", "q")
        assert isinstance(explorer.app.screen, ExploreScreen)


async def test_a_long_line_of_a_page_goes_on_and_says_so(tmp_path: Path) -> None:
    from textual.content import Content

    async with exploring(tmp_path, EVENTS[:1], size=(40, 12)) as explorer:
        told = Content("value " + "x" * 60 + " error: none\nnext")
        explorer.app.push_screen(Page("One", told))
        await explorer.shows("One", "next")
        lines = [line.strip() for line in explorer.lines]
        assert lines[1].startswith("value xxx")
        assert all(line.startswith("…") for line in lines[2 : lines.index("next")])
        assert "error: none" in explorer.text.replace("\n", "").replace(" ", "").replace(
            "…", ""
        ).replace("error:none", "error: none")


async def test_rules_that_are_not_there_are_told(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS[:1]) as explorer:
        read_beside(tmp_path / "missing", explorer.screen.post_message)
        await explorer.until(lambda: "no such file or folder of rules" in explorer.notices)
