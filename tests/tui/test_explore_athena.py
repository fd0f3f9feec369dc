"""The explorer on an answer of Athena's: rows first, records when they are looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctexplore.engines.athena.ask import Held, asked, record_of
from ctexplore.engines.athena.setup import projected
from ctexplore.sources.athena.queries import Place, Queries
from ctexplore.sources.athena.source import AthenaSource
from tests.build import event
from tests.tui.explorer import opened

fake = pytest.importorskip("tests.engines.athena.fake", exc_type=ImportError)

TABLE = projected("cloudtrail_logs")
EVENTS = [
    event(n, eventName=("StopLogging", "GetObject", "PutObject")[n % 3], readOnly=n % 3 == 1,
          requestParameters={"bucketName": f"bucket-{n}", "exact": 10**22 + n})
    for n in range(1, 31)
]  # fmt: skip


async def test_an_answer_is_narrowed_here_and_asked_for_anew_only_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctexplore.sources.athena.queries._PAUSES", (0.0,))
    athena = fake.DuckAthena(tmp_path, [json.dumps(e).encode() for e in EVENTS], TABLE)
    fetched: list[str] = []

    def fetch(bucket: str, key: str) -> bytes:
        fetched.append(key)
        return bytes(athena.fetch(bucket, key))

    def ask(node: Any, scope: Any) -> Any:
        return asked(node, [Held(TABLE)], scope).question

    queries = Queries(athena, Place("logs", "", "s3://answers/"))
    source = AthenaSource(queries, "logs.cloudtrail_logs", fetch, record_of, ask)
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
