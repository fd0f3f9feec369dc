"""Rules over a table: only what columns leave open is read, and what cannot be read is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ctexplore.investigate.sigma.detect import Detector
from tests.build import event
from tests.investigate.sigma.asking import rule_text, rules_in
from tests.query.events import Bytes, table_of, written

ROLE = {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"type": "Role"}}}
RULES = {
    "columns": {"s": {"eventName": "A", "userIdentity.sessionContext.sessionIssuer.type": "Role"},
                "condition": "s"},
    "error": {"s": {"eventName": "A", "errorCode": "AccessDenied"}, "condition": "s"},
    "path": {"s": {"eventName": "B", "requestParameters.x": "y"}, "condition": "s"},
}  # fmt: skip


def test_records_are_read_only_where_columns_leave_it_open(tmp_path: Path) -> None:
    texts = {name: rule_text(d, title=name) for name, d in RULES.items()}
    found = rules_in(tmp_path, **texts)
    raw = [
        written(e)
        for e in (
            event(1, eventName="A", userIdentity=ROLE),
            event(2, eventName="A", errorCode="AccessDenied"),
            event(3, eventName="A", errorMessage="AccessDenied"),
            event(4, eventName="B", requestParameters={"x": "y"}),
            event(5, eventName="C", requestParameters={"x": "y"}, errorCode="AccessDenied"),
            event(6, eventName="B"),
        )
    ]
    records = Bytes(raw)
    hits = Detector(found.rules).hits(table_of(raw), 0, 6, records)
    assert [rows.tolist() for rows in hits.rows] == [[0], [1], [3]]
    assert sorted(records.asked) == [1, 2, 3, 5]


def test_a_record_that_cannot_be_read_is_told_and_matches_nothing(tmp_path: Path) -> None:
    found = rules_in(tmp_path, path=rule_text(RULES["path"]), name=rule_text(
        {"s": {"eventName": "B"}, "condition": "s"}, title="By name"))  # fmt: skip
    raw = [written(event(n, eventName="B", requestParameters={"x": "y"})) for n in range(3)]
    table = table_of(raw)
    hits = Detector(found.rules).hits(table, 0, 3, Bytes([raw[0], None, raw[2]]))
    assert hits.unread == [1]
    by_name = {rule.name: rows.tolist() for rule, rows in zip(found.rules, hits.rows, strict=True)}
    assert by_name == {"A rule": [0, 2], "By name": [0, 1, 2]}


def test_a_growing_table_is_asked_about_its_new_rows_only(tmp_path: Path) -> None:
    found = rules_in(tmp_path, name=rule_text({"s": {"eventName": "B*"}, "condition": "s"}))
    detector = Detector(found.rules)
    first = [written(event(n, eventName="B1")) for n in range(3)]
    table = table_of(first)
    assert detector.hits(table, 0, 3, Bytes(first)).rows[0].tolist() == [0, 1, 2]
    table_of([written(event(9, eventName="B2"))], table)
    assert detector.hits(table, 3, 4, Bytes([])).rows[0].tolist() == [3]


def test_blocks_of_rows_answer_as_one(tmp_path: Path) -> None:
    found = rules_in(tmp_path, path=rule_text(RULES["path"]))
    raw = [
        written(event(n, eventName="B", requestParameters={"x": "y" if n % 7 == 0 else "z"}))
        for n in range(70)
    ]
    table = table_of(raw)
    whole = Detector(found.rules).hits(table, 0, 70, Bytes(raw)).rows[0]
    halves = [Detector(found.rules).hits(table, *ends, Bytes(raw)).rows[0]
              for ends in ((0, 33), (33, 70))]  # fmt: skip
    assert whole.tolist() == np.concatenate(halves).tolist() == list(range(0, 70, 7))
