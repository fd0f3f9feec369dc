"""Exporting from the explorer: which events, which form, which file, and what became of it."""

from __future__ import annotations

import csv
import gzip
import json
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input

from ctexplore.engines.answer import BLOCK
from ctexplore.export.formats import FORMATS
from ctexplore.tui.export_dialog import ExportDialog
from tests.build import event, gz, log
from tests.sources.memory_source import log_key
from tests.tui.explorer import DAYS, Explorer, SlowSource, call, opened, trail

EXPORTS = "exports"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files go: the working directory."""
    made = tmp_path / EXPORTS
    made.mkdir()
    monkeypatch.chdir(made)
    return made


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def records(path: Path) -> list[str]:
    return [json.loads(line)["eventName"] for line in path.read_bytes().splitlines()]


def dialog(explorer: Explorer) -> ExportDialog:
    assert isinstance(explorer.app.screen, ExportDialog), explorer.text
    return explorer.app.screen


async def asked(explorer: Explorer) -> ExportDialog:
    await explorer.press("e")
    await explorer.until(lambda: isinstance(explorer.app.screen, ExportDialog), "the dialog")
    return dialog(explorer)


async def closed(explorer: Explorer) -> None:
    await explorer.until(lambda: not isinstance(explorer.app.screen, ExportDialog), "the end")
    await explorer.settle()


async def to_format(explorer: Explorer, form: str) -> None:
    """From the line of the file's name, and back to it."""
    formats, at = list(FORMATS), dialog(explorer)._chosen("format")
    steps = (formats.index(form) - at) % len(formats)
    await explorer.press("up", *["right"] * steps, "down")
    assert dialog(explorer)._chosen("format") == formats.index(form)


async def named(explorer: Explorer, path: str) -> None:
    line = dialog(explorer).query_one(Input)
    line.value = path
    await explorer.settle()


class Gated(SlowSource):
    """Holds every read while the gate is shut, once it is armed."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.gate = threading.Event()
        self.gate.set()

    def read(self, file):  # type: ignore[no-untyped-def]
        self.gate.wait(10)
        return super().read(file)


@asynccontextmanager
async def many() -> AsyncIterator[tuple[Explorer, Gated]]:
    """More events than are written at once, and a gate before their records."""
    source = Gated({log_key(DAYS[0]): gz(log(*(event(n) for n in range(BLOCK))))})
    async with opened(source) as explorer:
        yield explorer, source


async def test_enter_twice_writes_the_list_as_csv(folder: Path) -> None:
    async with opened(text="name:CreateUser,DeleteTrail") as explorer:
        await explorer.matches(60)
        await asked(explorer)
        await explorer.shows("60 in the list", "csv", "safe to open in a spreadsheet")
        await explorer.press("enter")
        await closed(explorer)
        name = "events-2024-03-05-to-2024-03-07.csv"
        assert f"60 events in {folder / name}" in explorer.notices
        head, *rows = csv.reader((folder / name).open(newline=""))
        assert len(rows) == 60
        assert rows[0][head.index("time")] == "2024-03-07T11:59:00Z"
        assert {row[head.index("name")] for row in rows} == {"CreateUser", "DeleteTrail"}
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        assert left(folder) == [name]


async def test_csv_has_the_columns_of_the_list(folder: Path) -> None:
    async with opened() as explorer:
        explorer.screen.events.columns = ("time", "name", "requestParameters.key")
        await asked(explorer)
        await explorer.press("enter")
        await closed(explorer)
        [path] = folder.iterdir()
        head, newest, *_ = csv.reader(path.open(newline=""))
        assert head == ["time", "name", "requestParameters.key"]
        assert newest == ["2024-03-07T11:59:00Z", "DeleteTrail", "file-179"]


@pytest.mark.parametrize("form", ["json", "json.gz"])
async def test_each_form_of_records(folder: Path, form: str) -> None:
    async with opened() as explorer:
        await asked(explorer)
        await to_format(explorer, form)
        await explorer.press("enter")
        await closed(explorer)
        [path] = folder.iterdir()
        data = path.read_bytes()
        expected = [call(n, DAYS[n // 60]) for n in reversed(range(180))]
        if form == "json":
            assert json.loads(data) == expected
        else:
            assert json.loads(gzip.decompress(data))["Records"] == expected
        assert path.name == f"events-2024-03-05-to-2024-03-07.{form}"


async def test_marked_events_are_offered_first_in_the_lists_order(folder: Path) -> None:
    async with opened() as explorer:
        await explorer.press("j", "j", "m", "j", "j", "m", "g", "m")
        await asked(explorer)
        await explorer.shows("3 marked")
        await to_format(explorer, "jsonl")
        await explorer.press("enter")
        await closed(explorer)
        [path] = folder.iterdir()
        assert path.name == "marked-2024-03-07.jsonl"
        keys = [
            json.loads(line)["requestParameters"]["key"] for line in path.read_bytes().splitlines()
        ]
        assert keys == ["file-179", "file-177", "file-175"]


async def test_one_event_is_offered_first_in_the_detail(folder: Path) -> None:
    async with opened() as explorer:
        await explorer.press("j", "enter")
        await explorer.settle()
        await asked(explorer)
        await to_format(explorer, "raw")
        await explorer.press("enter")
        await closed(explorer)
        [path] = folder.iterdir()
        assert path.name == "event-2024-03-07.log"
        assert json.loads(path.read_bytes()) == call(178, DAYS[2])


async def test_a_proposed_name_follows_the_choice_and_a_typed_one_stays(folder: Path) -> None:
    async with opened() as explorer:
        await asked(explorer)
        line = dialog(explorer).query_one(Input)
        assert line.value == str(folder / "events-2024-03-05-to-2024-03-07.csv")
        await to_format(explorer, "json")
        assert line.value == str(folder / "events-2024-03-05-to-2024-03-07.json")
        await explorer.press("up", "up", "right", "down", "down")
        assert line.value == str(folder / "event-2024-03-07.json")
        await named(explorer, "mine.txt")
        await to_format(explorer, "jsonl")
        assert line.value == "mine.txt"
        await explorer.press("enter")
        await closed(explorer)
        assert records(folder / "mine.txt") == ["DeleteTrail"]


async def test_an_existing_file_is_asked_about_and_then_replaced(folder: Path) -> None:
    (folder / "mine.jsonl").write_text("mine")
    async with opened() as explorer:
        await asked(explorer)
        await to_format(explorer, "jsonl")
        await named(explorer, "mine.jsonl")
        await explorer.press("enter")
        await explorer.shows("exists already: press enter again to replace it")
        assert (folder / "mine.jsonl").read_text() == "mine"
        await explorer.press("enter")
        await closed(explorer)
        assert len(records(folder / "mine.jsonl")) == 180
        assert left(folder) == ["mine.jsonl"]


async def test_another_name_forgets_the_permission(folder: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (folder / name).write_text("mine")
    async with opened() as explorer:
        await asked(explorer)
        await named(explorer, "one.csv")
        await explorer.press("enter")
        await explorer.shows("one.csv: exists already")
        await named(explorer, "two.csv")
        await explorer.press("enter")
        await explorer.shows("two.csv: exists already")
        await named(explorer, "one.csv")
        await explorer.press("enter")
        await explorer.shows("one.csv: exists already")
        assert {path.read_text() for path in folder.iterdir()} == {"mine"}


async def test_what_cannot_be_written_is_told_and_can_be_mended(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "elsewhere")
    async with opened() as explorer:
        await asked(explorer)
        for path, said in {
            "none/a.csv": "its folder does not exist",
            ".": "is a folder",
            "link": "is a symbolic link",
            "  ": "a file has a name",
            "~nobody-of-this-name/a.csv": "there is no such home folder",
            "a\x1b[31m\u202e/b": "its folder does not exist",
        }.items():
            await named(explorer, path)
            assert said not in explorer.text
            await explorer.press("enter")
            await explorer.shows(said)
        await named(explorer, "mended.csv")
        await explorer.press("enter")
        await closed(explorer)
        assert left(folder) == ["link", "mended.csv"]


async def test_the_screen_goes_on_while_a_file_is_written(folder: Path) -> None:
    async with many() as (explorer, source):
        source.gate.clear()
        await asked(explorer)
        await to_format(explorer, "jsonl")
        await explorer.press("enter")
        await explorer.shows("0 of 4,000 events", "⏎ Go on meanwhile", "esc Stop")
        await explorer.press("enter")
        await closed(explorer)
        await explorer.press("j", "j")
        assert explorer.screen.events.cursor_position == 2
        source.gate.set()
        await explorer.until(lambda: "4,000 events in" in explorer.notices, "the result")
        [path] = folder.iterdir()
        assert len(records(path)) == BLOCK


async def test_escape_stops_and_leaves_nothing(folder: Path) -> None:
    async with many() as (explorer, source):
        source.gate.clear()
        await asked(explorer)
        await to_format(explorer, "jsonl")
        await explorer.press("enter")
        await explorer.shows("0 of 4,000 events")
        await explorer.press("escape")
        source.gate.set()
        await explorer.shows("export stopped, nothing was written", "⏎ Write it", "esc Back")
        await explorer.press("escape")
        await closed(explorer)
        assert left(folder) == []


async def test_leaving_the_program_leaves_no_part_of_a_file(folder: Path) -> None:
    async with many() as (explorer, source):
        source.gate.clear()
        await asked(explorer)
        await to_format(explorer, "jsonl")
        await explorer.press("enter")
        await explorer.shows("0 of 4,000 events")
        await explorer.press("enter")
        await closed(explorer)
        threading.Timer(0.1, source.gate.set).start()
    assert left(folder) == []


async def test_records_that_are_gone_are_told(folder: Path) -> None:
    source = SlowSource(trail())
    async with opened(source) as explorer:
        source.files[log_key(DAYS[1])] = gz(log(*(call(n, DAYS[1]) for n in range(60, 118))))
        await asked(explorer)
        await to_format(explorer, "jsonl")
        await explorer.press("enter")
        await closed(explorer)
        [path] = folder.iterdir()
        assert len(records(path)) == 178
        assert "could not be read again" in explorer.notices
        assert "and 1 more" in explorer.notices


async def test_an_empty_list_has_nothing_to_export() -> None:
    async with opened(text="name:nothing") as explorer:
        await explorer.matches(0)
        await explorer.press("e")
        await explorer.settle()
        assert not isinstance(explorer.app.screen, ExportDialog)
        assert "nothing to export" in explorer.notices


async def test_the_dialog_in_a_small_terminal(folder: Path) -> None:
    async with opened() as explorer:
        await explorer.press("m")
        await asked(explorer)
        await named(explorer, "events.csv")
        first = next(n for n, line in enumerate(explorer.lines) if "Export" in line)
        assert [line[5:76].rstrip() for line in explorer.lines[first : first + 6]] == [
            "Export",
            "events   1 marked   180 in the list   this event",
            "format   csv   json   jsonl   json.gz   raw",
            "         columns, safe to open in a spreadsheet",
            "",
            "file     events.csv",
        ]
        assert explorer.lines[-1].split("  ")[:2] == [" ⏎ Write it", "esc Back"]
