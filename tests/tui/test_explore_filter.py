"""Typing a filter: what is in force with each key, what is wrong, what may follow."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.keys import _character_to_key, key_to_character
from textual.widgets import Input

from ctexplore.sources.source import SourceError
from ctexplore.tui.filter.filter_hints import Completions, FilterTrouble
from tests.tui.explorer import Explorer, SlowSource, opened, trail


def trouble(explorer: Explorer) -> str:
    shown = explorer.screen.query_one(FilterTrouble)
    return str(shown.render()) if shown.display else ""


def offered(explorer: Explorer) -> list[str]:
    shown = explorer.screen.query_one(Completions)
    return [str(option.prompt).split()[-1] for option in shown.options] if shown.display else []


async def test_the_list_follows_every_keystroke() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.press("n", "a", "m", "e", "colon")
        for key, rows in (("C", 30), ("x", 0), ("backspace", 30)):
            await explorer.press(key)
            await explorer.matches(rows)
        assert all("CreateUser" in row for row in explorer.rows)
        assert "30 of 180" in explorer.lines[1]
        await explorer.type("*,Get")
        await explorer.matches(60)
        await explorer.press("enter")
        assert explorer.screen.events.has_focus
        assert "60 of 180" in explorer.lines[1]


async def test_what_is_half_typed_or_wrong_leaves_the_last_good_filter() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("who:alice ")
        await explorer.matches(60)
        await explorer.type("(name:GetObject or")
        assert trouble(explorer) == ""
        assert len(explorer.rows) > 1
        assert "60 of 180" in explorer.lines[1]
        await explorer.press("enter")
        assert "expected a term" in trouble(explorer)
        assert explorer.screen.bar.input.has_focus
        await explorer.press("ctrl+u")
        await explorer.type("who:alice ")
        await explorer.type("sorce:s3")
        assert trouble(explorer).startswith('column 11: there is no field "sorce"')
        assert "did you mean source?" in explorer.lines[2]
        assert "60 of 180" in explorer.lines[1]


async def test_what_is_wrong_is_underlined() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("who:bob sorce:s3")
        value = explorer.screen.bar.input._value
        spans = [value.plain[s.start : s.end] for s in value.spans if s.style == "underline"]
        assert spans == ["sorce"]
        await explorer.press(*["backspace"] * 8)
        assert trouble(explorer) == ""


async def test_leaving_puts_the_text_in_force_back() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("who:bob ")
        await explorer.press("i", "s", "colon", "x", "escape", "escape")
        assert explorer.screen.bar.input.value == "who:bob "
        assert explorer.screen.events.has_focus
        assert trouble(explorer) == ""
        assert "60 of 180" in explorer.lines[1]


async def test_a_value_is_taken_for_a_beginning_until_enter() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("name:Get")
        await explorer.matches(30)
        assert "Get* until ⏎  30 of 180" in explorer.lines[1]
        await explorer.press("enter")
        assert explorer.screen.bar.input.value == "name:Get*"
        assert "until" not in explorer.lines[1]
        assert "30 of 180" in explorer.lines[1]


async def test_a_value_that_is_whole_stays_as_typed() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("name:getobject")
        await explorer.press("enter")
        await explorer.matches(30)
        assert explorer.screen.bar.input.value == "name:getobject"


async def test_the_beginning_of_a_name_searches_for_nothing_yet() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("bob")
        await explorer.matches(60)
        await explorer.press("ctrl+u")
        await explorer.type("vpcE")
        await explorer.matches(180)
        assert "vpcE… until ⏎" in explorer.lines[1]
        await explorer.press("enter")
        await explorer.matches(0)
        assert "Nothing matches the filter." in explorer.text


async def test_completion_offers_loaded_values_with_their_counts() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("who:")
        assert offered(explorer) == ["alice", "bob", "ci-deploy"]
        assert "60  alice" in explorer.text
        await explorer.press("down", "down", "up", "tab")
        assert explorer.screen.bar.input.value == "who:bob"
        await explorer.matches(60)
        assert "until" not in explorer.lines[1], "what was completed is whole"
        await explorer.type(" so")
        assert offered(explorer)[0] == "source:"
        await explorer.press("tab")
        assert explorer.screen.bar.input.value == "who:bob source:"
        assert offered(explorer)[0] in ("s3", "iam", "ec2", "sts", "cloudtrail")


async def test_completions_are_counted_among_what_the_other_terms_let_through() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("source:s3 ")
        await explorer.type("name:")
        assert offered(explorer) == ["GetObject", "PutObject"]
        assert "30  GetObject" in explorer.text
        await explorer.type("object")
        assert offered(explorer) == ["GetObject", "PutObject"], "those that have it inside"
        await explorer.press("ctrl+u")
        await explorer.type("who:bob -name:")
        assert offered(explorer) == ["AssumeRole", "PutObject"]
        await explorer.press("ctrl+u")
        await explorer.type("source:s3 or name:")
        assert len(offered(explorer)) == 6, "the other side of an or lets nothing less through"


async def test_enter_takes_a_completion_that_was_gone_to() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("who:")
        await explorer.press("down", "enter")
        assert explorer.screen.bar.input.value == "who:bob"
        assert explorer.screen.bar.input.has_focus
        await explorer.press("enter")
        assert explorer.screen.events.has_focus


async def test_completions_stand_below_what_they_complete() -> None:
    async with opened(size=(110, 30)) as explorer:
        await explorer.press("f")
        await explorer.type("source:s3 who:")
        shown = explorer.screen.query_one(Completions)
        assert shown.region.y == 2
        assert explorer.lines[2].index("alice") == explorer.lines[1].index("who:") + 4
        await explorer.press("escape")
        assert not shown.display
        assert explorer.screen.events.has_focus


async def test_a_click_takes_a_completion() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("who:")
        await explorer.pilot.click(Completions, offset=(14, 1))
        assert explorer.screen.bar.input.value == "who:bob"
        assert explorer.screen.bar.input.has_focus


async def test_undo_and_redo() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("who:bob")
        await explorer.press("enter", "plus")
        here = explorer.screen.bar.input.value
        assert here == "who:bob name:AssumeRole"
        await explorer.matches(30)
        await explorer.press("u")
        assert explorer.screen.bar.input.value == "who:bob"
        await explorer.matches(60)
        await explorer.press("u")
        await explorer.matches(180)
        await explorer.press("u")
        assert "nothing to undo" in explorer.notices
        await explorer.press("ctrl+r", "ctrl+r")
        assert explorer.screen.bar.input.value == here
        await explorer.matches(30)
        await explorer.press("ctrl+r")
        assert "nothing to redo" in explorer.notices


@pytest.mark.parametrize(
    ("key", "text", "rows"),
    [
        ("plus", "name:DeleteTrail", 30),
        ("minus", "-name:DeleteTrail", 150),
        ("equals_sign", "name:DeleteTrail", 30),
    ],
)
async def test_one_key_narrows_by_the_row(key: str, text: str, rows: int) -> None:
    async with opened() as explorer:
        await explorer.press(key)
        assert explorer.screen.bar.input.value == text
        await explorer.matches(rows)


async def test_the_filter_of_the_command_line_is_in_force_from_the_start() -> None:
    async with opened(text="name:CreateUser") as explorer:
        await explorer.matches(30)
        assert "name:CreateUser" in explorer.lines[1]
    async with opened(text="nmae:CreateUser") as explorer:
        await explorer.matches(180)
        assert "did you mean name?" in explorer.text
        assert "nmae:CreateUser" in explorer.lines[1]


async def test_another_window_does_not_take_a_half_typed_text_away() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.type("name:(")
        explorer.app.app_focus = False
        await explorer.settle()
        explorer.app.app_focus = True
        await explorer.settle()
        assert explorer.screen.bar.input.value == "name:("
        assert explorer.screen.bar.input.has_focus


async def test_any_text_can_be_typed_or_pasted() -> None:
    hostile = ("(", "[", ".*" * 50, "name:/(a+)+$/", "x" * 10_000, "\x00", "😀", "\x1b[2J", "[/b]")
    async with opened() as explorer:
        for text in hostile:
            await explorer.press("f")
            await explorer.type(text)
            assert explorer.screen.bar.input.value.isprintable()
            assert not any(c < " " for line in explorer.lines for c in line)
            await explorer.press("x", "backspace", "enter", "escape", "escape")
            assert explorer.screen.events.has_focus, ascii(text)
            await explorer.press("f", "ctrl+u", "enter")


async def burst(explorer: Explorer, *keys: str) -> None:
    """Keys that arrive together, as over a slow line."""
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        explorer.app.post_message(Key(name, key_to_character(name)))
    for _ in range(4):
        await explorer.settle()


async def test_what_is_typed_right_behind_f_goes_into_the_filter() -> None:
    async with opened(text="is:read") as explorer:
        await burst(explorer, *"f", "space", *"who", "colon", *"bob,ci-deploy", "enter")
        assert explorer.screen.bar.text == "is:read who:bob,ci-deploy"
        await explorer.matches(30)
        assert explorer.screen.events.has_focus


async def test_what_is_typed_right_behind_a_colon_goes_into_the_prompt() -> None:
    async with opened() as explorer:
        newest = explorer.here
        await burst(explorer, *":2024-03-05", "enter")
        assert explorer.screen.bar.text == ""
        assert explorer.here != newest
        await burst(explorer, *"/qgG[1SHnF")
        line = explorer.app.focused
        assert isinstance(line, Input)
        assert line.value == "qgG[1SHnF"
        assert explorer.screen.bar.text == "" and explorer.screen.is_current


async def test_an_answer_that_lacks_records_says_so_in_the_bar() -> None:
    source = SlowSource(trail())
    lost = next(iter(source.files))
    async with opened(source) as explorer:
        source.broken[lost] = SourceError(lost, "is gone")
        await explorer.press("f")
        await explorer.type("requestParameters.key:file-1,file-100 ")
        await explorer.until(lambda: "60 unreadable" in explorer.lines[1], "60 unreadable")
        assert "60 unreadable, 1 of 180" in explorer.lines[1]
        await explorer.press("ctrl+u")
        await explorer.type("who:bob ")
        await explorer.matches(60)
        assert "unreadable" not in explorer.lines[1]
        await explorer.press("ctrl+u")
        await explorer.type("requestParameters.key:file-1 ")
        await explorer.shows("Nothing matches the filter.", "Of 60 events the records")
