"""The explorer on an answer of Athena's: rows first, records when they are looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctexplore.engines.athena.ask import Held, asked, counted, record_of
from ctexplore.engines.athena.setup import projected
from ctexplore.sources.athena.queries import Place, Queries
from ctexplore.sources.athena.source import AthenaSource
from ctexplore.sources.source import SourceError
from ctexplore.tui.preferences import Preferences
from tests.build import event
from tests.tui.explorer import SlowSource, opened, trail

fake = pytest.importorskip("tests.engines.athena.fake", exc_type=ImportError)

TABLE = projected("cloudtrail_logs")
EVENTS = [
    event(n, eventName=("StopLogging", "GetObject", "PutObject")[n % 3], readOnly=n % 3 == 1,
          requestParameters={"bucketName": f"bucket-{n}", "exact": 10**22 + n})
    for n in range(1, 31)
]  # fmt: skip


@pytest.fixture
def athena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("ctexplore.sources.athena.queries._PAUSES", (0.0,))
    return fake.DuckAthena(tmp_path, [json.dumps(e).encode() for e in EVENTS], TABLE)


def table_of(athena: Any, fetched: list[str]) -> AthenaSource:
    def fetch(bucket: str, key: str) -> bytes:
        fetched.append(key)
        return bytes(athena.fetch(bucket, key))

    def ask(node: Any, scope: Any) -> Any:
        return asked(node, [Held(TABLE)], scope).question

    def count(node: Any, scope: Any, field: str) -> str:
        return counted(node, [Held(TABLE)], scope, field)

    queries = Queries(athena, Place("logs", "", "s3://answers/"))
    return AthenaSource(queries, "logs.cloudtrail_logs", fetch, record_of, ask, count=count)


async def test_an_answer_is_narrowed_here_and_asked_for_anew_only_by_name(athena: Any) -> None:
    fetched: list[str] = []
    source = table_of(athena, fetched)
    async with opened(source, size=(160, 30), text="is:write") as explorer:
        await explorer.until(lambda: "20 of 20" in explorer.text, "rows")
        assert "asked Athena: is:write" in explorer.text
        assert len(athena.started) == 1
        # The detail has what Athena does not: all digits of the record.
        await explorer.until(lambda: "10000000000000000000030" in explorer.text, "record")
        assert fetched == ["29.json"]
        # Another filter narrows what came, and costs nothing.
        await explorer.press("f")
        await explorer.type(" name:StopLogging")
        await explorer.until(lambda: "10 of 20" in explorer.text, "narrowed")
        assert len(athena.started) == 1
        explorer.screen.action_ask_athena()
        await explorer.until(lambda: "10 of 10" in explorer.text, "asked anew")
        assert len(athena.started) == 2
        assert "asked Athena: is:write name:StopLogging" in explorer.text


async def test_values_are_counted_there(athena: Any) -> None:
    source = table_of(athena, [])
    async with opened(source, size=(160, 30), text="is:write") as explorer:
        await explorer.until(lambda: "20 of 20" in explorer.text, "rows")
        explorer.screen.action_count_athena()
        await explorer.shows("name by Athena: ", "10  PutObject", "10  StopLogging")
        assert len(athena.started) == 2
        await explorer.press("q", "h")
        explorer.screen.action_count_athena()
        await explorer.shows("time by Athena: ", "20  2024-03-05T00")
        await explorer.press("q", "l", "l", "l")
        explorer.screen.action_count_athena()
        await explorer.until(lambda: "several columns" in explorer.notices, "why not")


async def test_from_an_explorer_of_files_it_is_asked_in_one_of_its_own(athena: Any) -> None:
    async with opened(SlowSource(trail(3)), size=(160, 30), text="is:write") as explorer:
        explorer.screen.action_ask_athena()
        await explorer.until(lambda: "--engine athena" in explorer.notices, "how")
        explorer.app.preferences = Preferences(athena=lambda _: table_of(athena, []))
        explorer.screen.bar.put("")
        explorer.screen.action_ask_athena()
        await explorer.until(lambda: "type a filter first" in explorer.notices, "why not")
        explorer.screen.bar.put("is:write")
        explorer.screen.action_ask_athena()
        await explorer.until(lambda: "asked Athena: is:write" in explorer.text, "its answer")
        await explorer.shows("20 of 20")
        assert len(athena.started) == 1
        await explorer.press("q")
        await explorer.until(lambda: "asked Athena" not in explorer.text, "the files again")


async def test_a_table_that_cannot_be_opened_is_told(athena: Any) -> None:
    def opens(_: Any) -> Any:
        raise SourceError("Athena", "no region is set", "set AWS_REGION")

    async with opened(SlowSource(trail(3)), size=(160, 30), text="is:write") as explorer:
        explorer.app.preferences = Preferences(athena=opens)
        explorer.screen.action_ask_athena()
        await explorer.until(lambda: "no region is set" in explorer.notices, "why not")
