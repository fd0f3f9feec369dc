"""Marks and notes are kept as they are made, and are there again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ctexplore.commands.local import open_path
from ctexplore.config import state_dir
from ctexplore.investigate.notebook.book import Notebook
from ctexplore.investigate.notebook.entries import Entry
from ctexplore.investigate.notebook.evidence import evidence
from ctexplore.store.cache.cache import NoCache
from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.notebook.book_screen import BookScreen
from tests.investigate.notebook.test_report import case, record
from tests.tui.explorer import Explorer, SlowSource, opened, trail


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield


def kept() -> list[Entry]:
    files = list((state_dir() / "notebooks").glob("*.jsonl"))
    return list(Notebook(files[0]).entries.values()) if files else []


def name_of(entry: Entry) -> str:
    return entry.event.column("name") if entry.event else ""


async def holds(explorer: Explorer, count: int) -> list[Entry]:
    await explorer.until(lambda: len(kept()) == count, f"{count} entries")
    await explorer.settle()
    return kept()


async def test_a_mark_is_kept_with_its_record_and_is_there_again() -> None:
    async with opened() as explorer:
        await explorer.press("m", "j", "j", "m")
        first, second = await holds(explorer, 2)
        session = explorer.screen.desk.session
        assert session is not None and first.event is not None
        row = max(explorer.screen.events.marked)
        file = next((state_dir() / "notebooks").glob("*.jsonl"))
        await explorer.until(lambda: Notebook(file).record(second.id), "the record")
        records = [Notebook(file).record(e.id) for e in (first, second)]
        assert session.records.one(row) in records
        assert json.loads(records[0] or b"")["eventID"] == first.event.id
        await explorer.press("m")
        await holds(explorer, 1)
    async with opened() as explorer:
        await explorer.until(lambda: len(explorer.screen.events.marked) == 1, "the mark")
        assert explorer.rows[0][1] == "*"
        await explorer.press("m")
        await holds(explorer, 0)


async def test_a_note_is_written_shown_changed_and_outlives_its_mark() -> None:
    async with opened(size=(160, 40)) as explorer:
        await explorer.press("i")
        await explorer.type("who is this?")
        await explorer.press("enter", "m")
        await explorer.until(lambda: any(e.marked for e in kept()), "the mark")
        (entry,) = kept()
        assert entry.text == "who is this?"
        await explorer.press("m")
        await explorer.until(lambda: not kept()[0].marked, "no mark")
        await explorer.press("enter")
        await explorer.shows("i who is this?")
        await explorer.press("escape")
        await explorer.settle()
        explorer.screen.events.focus()
        await explorer.press("i")
        await explorer.type(" nobody")
        await explorer.press("enter")
        await explorer.until(lambda: kept()[0].text == "who is this? nobody", "the change")
        assert len(kept()) == 1


async def test_the_notebook_is_walked_through_changed_undone_and_left() -> None:
    async with opened() as explorer:
        await explorer.press("m", "j", "m", "j", "m")
        await holds(explorer, 3)
        explorer.screen.keep_filter("odd ones", "name:DeleteTrail")
        await holds(explorer, 4)
        await explorer.press("I")
        await explorer.until(lambda: isinstance(explorer.app.screen, BookScreen), "its screen")
        await explorer.shows("Notebook: 3 events, 1 filters", "filter  odd ones")

        def here() -> str:
            return next(line for line in explorer.lines if line.startswith("▌"))

        for there, back in (("j", "k"), ("down", "up"), ("G", "g"), ("end", "home")):
            before = here()
            await explorer.press(there)
            await explorer.until(lambda before=before: here() != before, there)
            await explorer.press(back)
            await explorer.until(lambda before=before: here() == before, back)
        for there, back in (("space", "b"), ("ctrl+d", "ctrl+u"), ("pagedown", "pageup")):
            await explorer.press(there, back)
        await explorer.press("g", "j", "d")
        await holds(explorer, 3)
        await explorer.until(lambda: "2 events" in explorer.text, "two")
        await explorer.press("u")
        await holds(explorer, 4)
        await explorer.press("g", "i")
        await explorer.type("!")
        await explorer.press("enter")
        await explorer.until(lambda: any(e.text == "odd ones!" for e in kept()), "the title")
        await explorer.press("u")
        await explorer.until(lambda: any(e.text == "odd ones" for e in kept()), "the old title")
        await explorer.press("question_mark")
        await explorer.shows("Take it out")
        await explorer.press("q", "q")
        assert isinstance(explorer.app.screen, ExploreScreen)
        assert len(explorer.screen.events.marked) == 3


async def test_to_an_event_and_to_a_filter() -> None:
    async with opened() as explorer:
        await explorer.press("j", "m")
        row = explorer.screen.events.cursor_row
        await holds(explorer, 1)
        explorer.screen.keep_filter("odd ones", "name:DeleteTrail")
        await holds(explorer, 2)
        await explorer.press("G", "I", "G", "enter")
        await explorer.until(lambda: explorer.screen.events.cursor_row == row, "the event")
        await explorer.press("I", "g", "enter")
        await explorer.matches(30)
        assert explorer.screen.bar.text == "name:DeleteTrail"


async def test_an_event_of_a_folder_that_is_not_open_is_gone_to() -> None:
    source = SlowSource(trail())
    folder = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/"
    async with opened(source) as explorer:
        await explorer.press("G", "m")
        (entry,) = await holds(explorer, 1)
        assert entry.event is not None
        explorer.screen.open((f"{folder}07/",))
        await explorer.loaded()
        assert not entry.event.key.startswith(f"{folder}07/")
        await explorer.until(lambda: not explorer.screen.events.marked, "no marks there")
        assert len(kept()) == 1
        await explorer.press("I", "G", "enter")
        await explorer.until(lambda: len(explorer.screen.events.marked) == 1, "its folder")
        await explorer.until(
            lambda: explorer.screen.events.cursor_row in explorer.screen.events.marked, "the event"
        )


async def test_what_digests_say_of_a_log_file_is_noted_also_when_it_comes_later() -> None:
    async with opened() as explorer:
        await explorer.press("m", "j")
        await holds(explorer, 1)
        assert kept()[0].integrity == "unknown"
        session = explorer.screen.desk.session
        assert session is not None
        verdicts = np.ones(session.table.count, np.uint8)
        session.table.put("integrity", verdicts, [(), ("verified",)])
        await explorer.press("m")
        await holds(explorer, 2)
        assert {e.integrity for e in kept()} == {"unknown", "verified"}
        await explorer.press("I")
        await explorer.until(lambda: {e.integrity for e in kept()} == {"verified"}, "both verdicts")


async def test_a_filter_is_kept_with_a_title() -> None:
    async with opened() as explorer:
        explorer.screen.bar.put("name:DeleteTrail since:2024-01-01")
        explorer.screen.action_keep_filter()
        await explorer.settle()
        await explorer.type("who stopped logging")
        await explorer.press("enter")
        (entry,) = await holds(explorer, 1)
        assert entry.text == "who stopped logging"
        assert entry.filter == "name:DeleteTrail since:2024-01-01"


async def test_evidence_brings_its_marks_and_notes_to_another_host(tmp_path: Path) -> None:
    pieces, _ = evidence(case(tmp_path / "case.jsonl"))
    (tmp_path / "case.zip").write_bytes(b"".join(pieces))
    for _ in range(2):
        async with opened(open_path(tmp_path / "case.zip", 1 << 20, NoCache(""))) as explorer:
            await explorer.until(lambda: len(explorer.screen.events.marked) == 3, "the marks")
            entries = await holds(explorer, 4)
            assert all(e.text.startswith("a note") for e in entries if e.event)
            file = next((state_dir() / "notebooks").glob("*.jsonl"))
            assert Notebook(file).record("e1") == record(1)


async def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "state" / "ctexplore").mkdir(parents=True)
    (tmp_path / "state" / "ctexplore" / "notebooks").write_text("no folder")
    async with opened() as explorer:
        await explorer.press("m")
        await explorer.until(lambda: "notebooks" in explorer.notices, "why not")
        assert explorer.screen.events.marked
