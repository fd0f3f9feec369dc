"""Evaluating over columns and records means what the reference says."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctexplore.query.canonical import canonical
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.query.syntax import Node
from tests.query import reference
from tests.query.events import NOW, Bytes, rows_of, table_of
from tests.query.strategies import nodes, records

slow_to_draw = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example], deadline=None
)


def parsed(raw: bytes) -> dict[str, object]:
    event: dict[str, object] = json.loads(raw.decode("utf-8", "surrogateescape"), strict=False)
    return event


@slow_to_draw
@given(nodes, st.lists(records(), min_size=1, max_size=6))
def test_columns_and_records_agree_with_the_reference(node: Node, raw: list[bytes]) -> None:
    mask = Filter(node).mask(table_of(raw), 0, len(raw), Bytes(raw))
    assert mask.tolist() == [reference.matches(node, parsed(r)) for r in raw]
