"""What the keys on a row do in the whole explorer: narrow, sort, choose columns, copy, print."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from textual.widgets import Input

from ctexplore.sources.source import SourceError
from ctexplore.tui.copy_choices import CopyChoices
from ctexplore.tui.events import cell_reader, rows
from ctexplore.tui.events.columns import DEFAULT
from tests.build import gz, log
from tests.sources.memory_source import log_key
from tests.tui.explorer import DAYS, PEOPLE, Explorer, SlowSource, call, opened, started, trail

BUCKET_KEY = "requestParameters.key"


def filter_text(explorer: Explorer) -> str:
    return explorer.screen.bar.text


def values(explorer: Explorer, field: str) -> list[str]:
    view = explorer.screen.events.view
    assert view is not None
    return [view.table.text(field, row) for row in view.rows.tolist()]


def names(explorer: Explorer) -> list[str]:
    return values(explorer, "name")


def choose(tmp_path: Path, *columns: str) -> Path:
    """As if these columns had been chosen in an earlier run."""
    file = tmp_path / "state" / "ctexplore" / "columns"
    file.parent.mkdir(parents=True)
    file.write_text("".join(f"{name}\n" for name in columns))
    return file


async def copied(explorer: Explorer, choice: str) -> str:
    """What ``y`` and a letter put on the clipboard, once there is word of it."""
    said = explorer.notices
    await explorer.press("y", choice)
    await explorer.until(lambda: explorer.notices != said, f"word of {choice}")
    return explorer.app.clipboard


# -- narrowing


async def test_only_this_cell() -> None:
    async with opened() as explorer:
        await explorer.press("plus")
        await explorer.matches(30)
        assert filter_text(explorer) == "name:DeleteTrail"
        await explorer.press("u")
        await explorer.matches(180)
        await explorer.press("right", "plus")
        await explorer.matches(30)
        assert filter_text(explorer) == "source:cloudtrail"
        await explorer.press("u")
        await explorer.matches(180)
        await explorer.press("right", "plus")
        await explorer.matches(60)
        assert filter_text(explorer) == "who:ci-deploy"


async def test_not_this_cell_and_this_one_too() -> None:
    async with opened() as explorer:
        await explorer.press("l", "l", "minus")
        await explorer.matches(120)
        assert filter_text(explorer) == "-who:ci-deploy"
        await explorer.press("minus")
        await explorer.matches(60)
        await explorer.press("u", "u")
        await explorer.matches(180)
        await explorer.press("g", "plus")
        await explorer.matches(60)
        assert filter_text(explorer) == "who:ci-deploy"
        await explorer.press("left", "left", "equals_sign")
        await explorer.matches(60)
        assert filter_text(explorer) == "who:ci-deploy or name:DeleteTrail"


async def test_an_error_that_is_not_there_is_one_that_is_missing() -> None:
    async with opened() as explorer:
        await explorer.press("j", "l", "l", "l", "plus")
        await explorer.matches(162)
        assert filter_text(explorer) == "-error:*"
        await explorer.press("u")
        await explorer.matches(180)
        await explorer.press("minus")
        await explorer.matches(18)
        assert filter_text(explorer) == "error:*"
        await explorer.press("u")
        await explorer.matches(180)
        await explorer.press("g", "plus")
        await explorer.matches(18)
        assert filter_text(explorer) == "error:AccessDenied"


async def test_the_time_of_an_event_is_its_second() -> None:
    async with opened() as explorer:
        await explorer.press("h", "plus")
        await explorer.matches(1)
        assert filter_text(explorer).startswith("at:2024-03-07T")


async def test_a_cell_without_a_value_narrows_nothing(tmp_path: Path) -> None:
    choose(tmp_path, "name", "userIdentity")
    async with opened() as explorer:
        await explorer.until(lambda: "{type, " in explorer.here)
        await explorer.press("l", "plus")
        assert "no filter by userIdentity" in explorer.notices
        assert filter_text(explorer) == ""


# -- sorting


async def test_s_sorts_by_the_column_both_ways_and_goes_back() -> None:
    async with opened() as explorer:
        first = explorer.here
        await explorer.press("s")
        await explorer.until(lambda: names(explorer)[0] == "AssumeRole")
        assert names(explorer) == sorted(names(explorer))
        assert "▲EVENT" in explorer.text
        await explorer.press("s")
        await explorer.until(lambda: names(explorer)[0] == "PutObject")
        assert "▼EVENT" in explorer.text
        await explorer.press("s")
        await explorer.until(lambda: "EVENT" in explorer.text and "▼" not in explorer.text)
        assert explorer.here == first


async def test_a_sorted_list_stays_sorted_while_filtered_and_in_the_next_scope() -> None:
    async with opened() as explorer:
        await explorer.press("l", "l", "s")
        await explorer.until(lambda: "▲WHO" in explorer.text)
        await explorer.press("f")
        await explorer.type("name:GetObject")
        await explorer.matches(30)
        assert "▲WHO" in explorer.text
        assert values(explorer, "who") == sorted(values(explorer, "who"))
        await explorer.press("enter", "u", "R")
        await explorer.loaded()
        await explorer.until(lambda: "▲WHO" in explorer.text)
        assert values(explorer, "who") == sorted(values(explorer, "who"))


async def test_sorted_rows_that_arrive_take_their_place() -> None:
    source = SlowSource(trail())
    late = log_key(DAYS[0])
    source.gate_of(late)
    async with started(source) as explorer:
        await explorer.matches(120)
        await explorer.press("s")
        await explorer.until(lambda: "▲EVENT" in explorer.text)
        source.gates[late].set()
        await explorer.loaded()
        await explorer.matches(180)
        assert names(explorer) == sorted(names(explorer))


# -- columns


async def test_columns_are_chosen_shown_and_remembered() -> None:
    async with opened() as explorer:
        await explorer.press("C", "j", "j", "space", "K", "enter")
        assert explorer.screen.events.columns == tuple(n for n in DEFAULT if n != "source")
        assert "SOURCE" not in explorer.text
    async with opened() as explorer:
        assert explorer.screen.events.columns == tuple(n for n in DEFAULT if n != "source")
        assert "SOURCE" not in explorer.text


async def test_a_path_is_read_for_the_rows_in_sight() -> None:
    async with opened() as explorer:
        await explorer.press("C", "j", "a")
        await explorer.type(BUCKET_KEY)
        await explorer.press("enter", "enter")
        await explorer.until(lambda: "file-179" in explorer.here)
        assert " key " in explorer.text
        await explorer.press("right", "plus")
        await explorer.matches(1)
        assert filter_text(explorer) == f"{BUCKET_KEY}:file-179"
        await explorer.press("u")
        await explorer.matches(180)
        await explorer.press("G")
        await explorer.until(lambda: "file-0" in explorer.here)


async def test_sorting_by_a_path_reads_the_records(tmp_path: Path) -> None:
    choose(tmp_path, "name", BUCKET_KEY)
    async with opened() as explorer:
        await explorer.press("l", "s")
        await explorer.until(lambda: "▲key" in explorer.text)
        await explorer.until(lambda: "file-0" in explorer.here)
        assert [row.split()[-1] for row in explorer.rows[1:3]] == ["file-1", "file-10"]


async def test_too_many_records_are_not_read_for_an_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choose(tmp_path, "name", BUCKET_KEY)
    for module in (cell_reader, rows):
        monkeypatch.setattr(module, "MOST_SORTED", 100)
    async with opened() as explorer:
        await explorer.press("l", "s")
        assert "narrow the list to 100 events to sort by it" in explorer.notices
        assert "▲" not in explorer.text
        await explorer.press("h", "plus")
        await explorer.matches(30)
        await explorer.press("l", "s")
        await explorer.until(lambda: "▲key" in explorer.text)
        await explorer.press("u")
        await explorer.matches(180)  # too many again: newest first
        assert "▲" not in explorer.text


async def test_a_preset_brings_its_columns_and_takes_them_away() -> None:
    async with opened() as explorer:
        await explorer.press("4")
        assert filter_text(explorer) != ""
        assert "responseElements.ConsoleLogin" in explorer.screen.events.columns
        await explorer.press("u")
        assert explorer.screen.events.columns == DEFAULT


async def test_a_choice_that_names_nothing_is_told(tmp_path: Path) -> None:
    choose(tmp_path, "time", "nmae", "name")
    async with opened() as explorer:
        assert explorer.screen.events.columns == ("time", "name")
        assert "line 2" in explorer.notices


async def test_a_choice_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    async with opened() as explorer:
        await explorer.press("C", "space", "enter")
        assert "not kept for the next run" in explorer.notices


# -- copies and prints


async def test_every_copy_of_a_row() -> None:
    async with opened() as explorer:
        record = call(179, DAYS[2])
        assert await copied(explorer, "v") == "DeleteTrail"
        assert "11 characters sent" in explorer.notices
        assert await copied(explorer, "k") == "name"
        assert await copied(explorer, "p") == "eventName"
        assert json.loads(await copied(explorer, "e")) == record
        key = log_key(DAYS[2])
        line = (await copied(explorer, "r")).split("\t")
        assert line[:4] == [
            record["eventTime"], "DeleteTrail", "cloudtrail.amazonaws.com", PEOPLE[179 % 3]
        ]  # fmt: skip
        assert (await copied(explorer, "f")).endswith(key)


async def test_the_event_is_copied_byte_for_byte() -> None:
    written = b'{"eventTime": "2024-03-05T09:00:00Z", "eventName":"Odd",  "n": 1.50}'
    source = SlowSource({log_key(DAYS[0]): gz(log(written))})
    async with opened(source) as explorer:
        await explorer.press("j")
        assert await copied(explorer, "e") == written.decode()


async def test_the_choices_close_and_the_list_has_the_focus_again() -> None:
    async with opened() as explorer:
        choices = explorer.screen.query_one("#list-copy", CopyChoices)
        await explorer.press("y")
        assert choices.display
        assert "v value" in explorer.text
        await explorer.press("z")
        assert not choices.display
        assert explorer.screen.events.has_focus
        assert explorer.app.clipboard == ""
        await explorer.press("y", "escape", "j")
        assert explorer.screen.events.cursor_position == 1


async def test_what_is_not_copied_says_why() -> None:
    async with opened() as explorer:
        await explorer.press("j", "l", "l", "l")
        await explorer.press("y", "v")
        assert "the event has no error" in explorer.notices
        assert explorer.app.clipboard == ""


async def test_a_record_that_cannot_be_read_is_told() -> None:
    source = SlowSource(trail())
    async with opened(source) as explorer:
        source.broken[log_key(DAYS[0])] = SourceError("s3://b/one.json.gz", "gone")
        await explorer.press("G", "y", "e")
        await explorer.until(lambda: "one.json.gz" in explorer.notices, "why not")
        assert explorer.app.clipboard == ""


async def test_p_prints_the_record_or_what_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[list[str]] = []

    def note(_app: object, lines: Iterable[str]) -> str:
        printed.append(list(lines))
        return "" if len(printed) == 1 else "no terminal here"

    monkeypatch.setattr(rows, "print_outside", note)
    async with opened() as explorer:
        await explorer.press("P")
        await explorer.until(lambda: printed)
        assert json.loads("\n".join(printed[0])) == call(179, DAYS[2])
        await explorer.press("j", "m", "g", "m", "P")
        await explorer.until(lambda: len(printed) == 2)
        assert [line.split()[1] for line in printed[1]] == names(explorer)[:2]
        assert "no terminal here" in explorer.notices


async def test_keys_typed_into_a_line_are_text() -> None:
    async with opened() as explorer:
        await explorer.press("f")
        await explorer.press("P", "C", "s", "y")
        focused = explorer.app.focused
        assert isinstance(focused, Input)
        assert focused.value == "PCsy"
