"""Real trails, where they are at hand: every record against what plain JSON says of it."""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.table import Table
from ctexplore.trail.identity import identify
from tests.build import column

LOGS = os.environ.get("CTEXPLORE_TEST_LOGS", "")
pytestmark = pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS names no real logs")

COUNTS = {"sans504": (3872, 30_477, 23_981), "invictus": (55, 2_900, 2_900)}


def files(name: str) -> list[tuple[str, bytes]]:
    suffix = "*.gz" if name == "sans504" else "*.json"
    paths = sorted((Path(LOGS) / name).rglob(suffix))
    return [(path.name, path.read_bytes()) for path in paths]


def records(stored: list[tuple[str, bytes]]) -> Iterator[dict[str, Any]]:
    for _, data in stored:
        yield from json.loads(gzip.decompress(data) if data[:1] == b"\x1f" else data)["Records"]


@pytest.fixture(scope="module", params=list(COUNTS))
def trail(request: pytest.FixtureRequest) -> tuple[str, list[tuple[str, bytes]], Decoded]:
    stored = files(request.param)
    return request.param, stored, decode(stored)


def test_every_field_is_what_json_says(
    trail: tuple[str, list[tuple[str, bytes]], Decoded],
) -> None:
    name, stored, decoded = trail
    assert (len(stored), len(decoded.batch)) == COUNTS[name][:2]
    assert not decoded.problems
    assert all(decoded.read)
    plain = list(records(stored))
    for field, key in (
        ("source", "eventSource"),
        ("name", "eventName"),
        ("type", "eventType"),
        ("category", "eventCategory"),
        ("region", "awsRegion"),
        ("ip", "sourceIPAddress"),
        ("agent", "userAgent"),
        ("account", "recipientAccountId"),
    ):
        assert column(decoded, field) == [record.get(key) or "" for record in plain]
    assert column(decoded, "readonly") == [str(r.get("readOnly", "")).lower() for r in plain]
    who = [identify(record.get("userIdentity")) for record in plain]
    assert column(decoded, "who") == [identity.who for identity in who]
    assert column(decoded, "key") == [identity.key for identity in who]
    times = [datetime.fromisoformat(record["eventTime"]).timestamp() * 1000 for record in plain]
    assert decoded.batch.time.tolist() == times
    assert [high << 64 | low for high, low in decoded.batch.ids.tolist()] == [
        int(record["eventID"].replace("-", ""), 16) for record in plain
    ]


def test_copies_are_folded(trail: tuple[str, list[tuple[str, bytes]], Decoded]) -> None:
    name, stored, decoded = trail
    order = Order(Table())
    order.table.append(decoded.batch, [LogFile(key, len(data)) for key, data in stored])
    order.update()
    ids = Counter(record["eventID"] for record in records(stored))
    assert len(order.rows) == len(ids) == COUNTS[name][2]
    assert len(order.copies) == ids.total() - len(ids)
    assert not len(order.conflicts)
    assert (np.diff(order.times) >= 0).all()
