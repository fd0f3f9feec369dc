"""``v``: what lies open is verified beside the screen, and every event and folder tells it."""

from __future__ import annotations

import csv
import gzip
import json
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input

from ctexplore.investigate.integrity.verdicts import Verdict
from ctexplore.sources.source import LogFile
from ctexplore.store.scope import Scope
from ctexplore.text import cell_width
from ctexplore.trail.sidecar import PublicKey
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.events.signs import signs as signs_of
from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.export_dialog import ExportDialog
from ctexplore.tui.integrity.coverage_grid import CoverageGrid
from ctexplore.tui.integrity.coverage_screen import CoverageScreen
from ctexplore.tui.integrity.files_screen import FileList, FilesScreen
from tests.build import event, log
from tests.digests import HOUR, START, Bucket, BucketSource, Chain
from tests.tui.explorer import Explorer, opened
from tests.tui.test_export_dialog import to_format


class Keyed(BucketSource):
    """A bucket whose keys are at hand. gate: while clear, digests wait to be read."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(bucket)
        self.local = True
        self.gate_of_digests = threading.Event()
        self.gate_of_digests.set()

    def public_keys(self) -> list[PublicKey]:
        return self._bucket.keys

    def read_tagged(self, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
        if "Digest" in file.key:
            self.gate_of_digests.wait(20)
        return super().read_tagged(file)


def damaged() -> tuple[Bucket, Chain]:
    """Five hours of two log files each: the first is changed, one planted; another region without
    any digest, on the next day."""
    made = Bucket()
    chain = made.deliver()
    made.objects[chain.logs[0][0]] = gzip.compress(log(event(77)), mtime=0)
    made.plant(chain.logs[2][0])
    made.deliver(region="eu-west-1", hours=1, undigested=[0], start=START + 24 * HOUR)
    return made, chain


@asynccontextmanager
async def verified(size: tuple[int, int] = (160, 40)) -> AsyncIterator[Explorer]:
    made, _ = damaged()
    async with opened(Keyed(made), size=size) as explorer:
        await explorer.press("v")
        await explorer.shows("9 of 13 log files verified · 1 changed")
        yield explorer


def signs(explorer: Explorer) -> str:
    """Those behind the names, from the top."""
    return "".join(next((c for c in row[18:60] if c in "✓✗?○·"), " ") for row in explorer.rows)


async def test_every_event_has_a_sign_and_filters_and_facets_know_it() -> None:
    async with verified() as explorer:
        await explorer.until(lambda: sorted(signs(explorer)) == sorted("✗" + "?" + "○○" + "✓" * 9))
        for text, shown in (
            ("integrity:verified", 9), ("integrity:changed", 1), ("integrity:unreferenced", 1),
            ("integrity:uncovered", 2), ("integrity:*", 13), ("-integrity:verified", 4),
            ("integrity:missing", 0), ("integrity:un*", 3),
        ):  # fmt: skip
            explorer.screen.bar.put(text)
            await explorer.matches(shown)
        explorer.screen.bar.put("")
        await explorer.press("F", "tab", "tab", "tab")
        await explorer.shows("[found out]", "verified  ", "unreferenced  ")


async def test_the_detail_says_why() -> None:
    async with verified() as explorer:
        explorer.screen.bar.put("integrity:changed")
        await explorer.matches(1)
        await explorer.shows("integrity ✗ changed: its content", "delivered: its hash is another")
        explorer.screen.bar.put("integrity:unreferenced")
        await explorer.shows("integrity ? unreferenced: no digest")
        explorer.screen.bar.put("integrity:verified")
        await explorer.shows("integrity ✓ verified: the file is")


async def test_folders_carry_the_worst_of_what_is_below() -> None:
    async with verified() as explorer:
        await explorer.shows("eu-west-1")
        tree = [line[:32] for line in explorer.lines]
        (root,) = [line for line in tree if "my-logs" in line and "▾" in line]
        assert "✗" in root
        assert any("eu-west-1" in line and "○" in line for line in tree)


async def test_escape_stops_and_keeps_what_was_judged() -> None:
    made, _ = damaged()
    source = Keyed(made)
    source.gate_of_digests.clear()
    async with opened(source, size=(160, 40)) as explorer:
        await explorer.press("v")
        await explorer.shows("verifying", "esc Stop")
        await explorer.press("escape")
        source.gate_of_digests.set()
        await explorer.shows("verifying stopped: ")
        assert "esc Stop" not in explorer.text
        explorer.screen.bar.put("integrity:*")
        view = explorer.screen.events.view
        assert view is not None
        await explorer.until(lambda: len(explorer.screen.events.view or ()) < 13)


async def test_before_anything_is_verified_a_filter_says_so() -> None:
    async with opened(Keyed(damaged()[0]), text="integrity:changed", size=(120, 30)) as explorer:
        await explorer.shows("integrity: press v to verify")
        await explorer.press("v")
        await explorer.matches(1)
        assert "press v" not in explorer.text


async def test_another_scope_is_verified_on_its_own() -> None:
    async with verified() as explorer:
        day = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/"
        explorer.screen.open((day,))
        await explorer.loaded()
        assert "verified" not in explorer.text
        assert not explorer.screen.query_one(EventDetail).query_one("#detail-integrity").display
        await explorer.press("v")
        await explorer.shows("9 of 11 log files verified · 1 changed")


async def test_without_keys_it_says_what_is_missing() -> None:
    made, _ = damaged()
    made.keys.clear()
    async with opened(Keyed(made), size=(160, 40)) as explorer:
        await explorer.press("v")
        await explorer.shows("not verified: public keys: none are at hand")


async def test_the_calendar_is_walked_through_zoomed_and_opens_a_day() -> None:
    async with verified() as explorer:
        await explorer.press("v")
        screen = explorer.app.screen
        assert isinstance(screen, CoverageScreen)
        await explorer.shows("us-east-1", "eu-west-1", "02", "03")
        grid = screen.query_one(CoverageGrid)
        grid.go(0, 0)
        for key, place in (
            *(("j", (0, 1)), ("k", (0, 0)), ("down", (0, 1)), ("up", (0, 0)), ("l", (1, 0))),
            *(("h", (0, 0)), ("right", (1, 0)), ("left", (0, 0)), ("pagedown", (0, 1))),
            *(("pageup", (0, 0)), ("space", (0, 1)), ("b", (0, 0)), ("G", (1, 1)), ("g", (0, 0))),
            *(("end", (1, 1)), ("home", (0, 0))),
        ):
            await explorer.press(key)
            assert (grid.column, grid.line) == place, key
        await explorer.press("enter")
        await explorer.until(lambda: "no log file of that day" in explorer.notices)
        await explorer.press("down")
        await explorer.shows("us-east-1  2026-03-02  changed")
        await explorer.press("z")
        await explorer.shows("hours of 2026-03-02", "23")
        line = next(line for line in explorer.lines if line.startswith(" us-east-1"))
        assert "✗" in line and "?" in line and line.count("✓") >= 3
        await explorer.press("Z")
        await explorer.shows("vouch for, days")
        await explorer.press("z", "escape")
        await explorer.shows("vouch for, days")
        assert (grid.column, grid.line) == (0, 1)
        await explorer.press("question_mark")
        await explorer.shows("Open the day", "The hours of the day")
        await explorer.press("q", "enter")
        await explorer.loaded()
        day = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/"
        assert explorer.screen.desk.folders == (day,)


async def test_the_calendar_is_left_and_verifies_again() -> None:
    async with verified(size=(80, 24)) as explorer:
        await explorer.press("v", "q")
        assert not isinstance(explorer.app.screen, CoverageScreen)
        await explorer.press("v", "v")
        assert not isinstance(explorer.app.screen, CoverageScreen)
        await explorer.shows("9 of 13 log files verified")


@pytest.mark.parametrize("size", [(80, 24), (160, 40)])
async def test_every_file_has_its_verdict(size: tuple[int, int]) -> None:
    async with verified(size=size) as explorer:
        await explorer.press("v", "e")
        await explorer.until(lambda: isinstance(explorer.app.screen, FilesScreen))
        await explorer.shows("CHANGED (1)", "UNREFERENCED (1)", "UNCOVERED (", "its content is")
        listed = explorer.app.screen.query_one(FileList)
        lines = [line for line in listed._lines if line.item is not None]
        assert sum("✓" in line.text[:1] for line in lines) >= 9
        assert lines[0].text.startswith("✗") and lines[0].kind == "alert"
        # What tells of a file stands there at any width: its region and when it was delivered.
        assert "us-east-1" in lines[0].text
        assert "2026-03-02" in lines[0].text or "20260302T" in lines[0].text
        heads = []
        for _ in range(4):
            assert listed.item is not None
            heads.append(str(listed.item.verdict))
            await explorer.press("tab")
        assert heads[:2] == ["changed", "unreferenced"] and "verified" in heads
        await explorer.press("g")
        file = listed.item
        assert file is not None
        await explorer.press("enter")
        await explorer.loaded()
        assert explorer.screen.desk.folders == (file.key.rpartition("/")[0] + "/",)


async def test_files_that_are_gone_are_listed_and_lead_nowhere() -> None:
    made, chain = damaged()
    del made.objects[chain.logs[1][0]]
    async with opened(Keyed(made), size=(160, 40)) as explorer:
        await explorer.press("v")
        await explorer.shows("1 missing")
        await explorer.press("v", "e")
        await explorer.shows("MISSING (1)", "not found, though a digest lists it")
        await explorer.press("tab", "tab", "question_mark")
        await explorer.shows("Open its folder")
        await explorer.press("q")
        listed = explorer.app.screen.query_one(FileList)
        assert listed.item is not None and not listed.item.key
        await explorer.press("enter")
        await explorer.until(lambda: "it is not there" in explorer.notices, "why")
        await explorer.press("q", "q")
        await explorer.until(lambda: isinstance(explorer.app.screen, ExploreScreen))


def test_signs_differ_and_a_plain_terminal_can_show_them() -> None:
    plain, usual = signs_of({"TERM": "linux"}).integrity, signs_of({}).integrity
    assert plain.keys() == usual.keys() == {*map(str, Verdict), ""}
    for each in (plain, usual):
        assert len(set(each.values())) == len(each)
        assert all(cell_width(sign) == 1 for sign in each.values())
    assert all(sign.isascii() for sign in plain.values())


async def test_what_is_no_trail_is_not_verified() -> None:
    source = Keyed(damaged()[0])
    source.streams = True  # type: ignore[attr-defined]
    async with opened(source, wanted=Scope(("",))) as explorer:
        await explorer.press("v")
        await explorer.until(lambda: "only the files of a trail" in explorer.notices)


async def test_the_verdict_travels_with_every_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with verified() as explorer:
        explorer.screen.bar.put("integrity:changed,unreferenced")
        await explorer.matches(2)
        for form in ("csv", "jsonl"):
            name = f"some.{form}"
            await explorer.press("e")
            await explorer.until(lambda: isinstance(explorer.app.screen, ExportDialog))
            await to_format(explorer, form)
            explorer.app.screen.query_one(Input).value = name
            await explorer.press("enter")
            await explorer.until(lambda name=name: Path(name).exists(), name)
            await explorer.until(lambda: not isinstance(explorer.app.screen, ExportDialog))
        await explorer.until(lambda: Path("some.jsonl.integrity").exists())
    rows = list(csv.reader(Path("some.csv").read_text().splitlines()))
    assert rows[0][-1] == "integrity"
    assert sorted(row[-1] for row in rows[1:]) == ["changed", "unreferenced"]
    said = [json.loads(line) for line in Path("some.jsonl.integrity").read_bytes().splitlines()]
    assert [each["integrity"] for each in said] == [row[-1] for row in rows[1:]]
    assert all(each["reason"] and each["file"].startswith("s3://my-logs/") for each in said)
    assert len(Path("some.jsonl").read_bytes().splitlines()) == 2
