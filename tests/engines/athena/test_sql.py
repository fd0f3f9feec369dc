"""The SQL of a filter finds the rows that the filter finds here."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ctexplore.commands.help_questions import QUESTIONS
from ctexplore.engines.athena.quoting import NotInSql, literal
from ctexplore.engines.athena.sql import divided, select
from ctexplore.engines.athena.table import Table
from ctexplore.query.canonical import canonical
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.query.syntax import EVERYTHING, Node
from ctexplore.sources.demo import DemoSource
from tests.query import reference, strategies
from tests.query.events import NOW, Bytes, table_of, written
from tests.query.real_logs import LOGS, read_logs
from tests.query.test_real_logs import QUESTIONS as REAL
from tests.sources.test_demo import below

duck = pytest.importorskip("tests.engines.athena.duck", exc_type=ImportError)

TABLE = Table(more=True)


def found(text: str | Node, database: Any, table: Table = TABLE) -> list[int]:
    node = parse(text, NOW) if isinstance(text, str) else text
    sql = select(node, table, selected=["row"], ordered=False)
    return sorted(duck.answers(sql, database))


@pytest.fixture(scope="module")
def database() -> Any:
    return duck.connected()


def plain(record: bytes) -> bool:
    """Whether a table can hold the record, and ``lower`` folds its letters as we do. To a table
    an empty userIdentity is one whose members are not there."""
    event = json.loads(record.decode("utf-8", "surrogateescape"), strict=False)
    if event.get("userIdentity") == {}:
        return False
    try:
        text = json.dumps(event, ensure_ascii=False)
        text.encode()
    except UnicodeError:
        return False
    return text.casefold() == text.lower() and "[[" not in text and ", [" not in text


@settings(max_examples=50, suppress_health_check=list(HealthCheck), deadline=None)
@given(strategies.nodes, st.lists(strategies.records().filter(plain), min_size=1, max_size=6))
def test_sql_and_the_language_agree(
    tmp_path_factory: pytest.TempPathFactory, database: Any, node: Node, raw: list[bytes]
) -> None:
    events = [json.loads(r) for r in raw]
    try:
        select(node, TABLE)
    except NotInSql:
        assume(False)
    duck.filled(database, tmp_path_factory.getbasetemp() / "rows.json", events, TABLE)
    assert found(node, database) == [
        n for n, event in enumerate(events) if reference.matches(node, event)
    ]


def sampled(raw: list[bytes], path: Path, database: Any, every: int) -> tuple[Any, Bytes]:
    """Some of the records, as a table here and as one of Athena's."""
    some = raw[::every]
    duck.filled(database, path / "rows.json", map(json.loads, some), TABLE)
    return table_of(some), Bytes(some)


def demo() -> list[bytes]:
    """The records of a small demo, its intrusion whole, as far as a trail's table has them."""
    source = DemoSource(1, 2_000)
    files = [f for f in below(source) if "/CloudTrail/" in f.key]
    records = [r for f in files for r in json.loads(gzip.decompress(source.read(f)))["Records"]]
    return [written(record) for record in records]


def test_the_twenty_questions(tmp_path: Path, database: Any) -> None:
    table, records = sampled(demo(), tmp_path, database, 1)
    answered = 0
    for question in QUESTIONS:
        parts = divided(parse(question.filter, NOW), TABLE)
        if parts.left == EVERYTHING:
            mask = Filter(parts.said).mask(table, 0, table.count, records)
            assert found(parts.said, database) == np.flatnonzero(mask).tolist(), question.filter
            answered += 1
    assert answered == 17


@pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS does not say where real logs are")
def test_real_logs(tmp_path: Path, database: Any) -> None:
    """Each filter that counts are compared for with jq's."""
    raw = [r for r in read_logs()[1].raw if r is not None]
    table, records = sampled(raw, tmp_path, database, 40)
    answered = 0
    for text in REAL:
        node = parse(text, NOW)
        try:
            rows = found(node, database)
        except NotInSql:
            continue
        mask = Filter(node).mask(table, 0, table.count, records)
        assert rows == np.flatnonzero(mask).tolist(), text
        answered += 1
    assert answered >= len(REAL) - 5


EVENTS: list[dict[str, Any]] = [
    {"eventName": "it's", "userAgent": "100%", "requestParameters": {"a_b": "x'y", "n": 10}},
    {"eventName": "its", "userAgent": "100", "requestParameters": {"axb": "x'y", "n": "10.0"}},
    {"eventName": "a\\b", "userAgent": "-- */ ;", "requestParameters": {"a_B": [{"c": 1.50}]}},
    {"eventName": "\u202ex", "userAgent": "line\nbreak", "requestParameters": None},
]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('name:"it\'s"', [0]),
        ("agent:*0%", [0]),
        ("agent:1*0", [1]),
        ("agent:10_", []),
        ("agent:*%*", [0]),
        ("agent:*_*", []),
        ('name:"a\\b"', [2]),
        ("name:*\\*", [2]),
        ('agent:"-- */ ;"', [2]),
        ("name:\u202eX", [3]),
        ('agent:"line\\nbreak"', []),
        ("agent:/e.b/,/(?s)e.b/", [3]),
        ("requestParameters.a_b:*", [0, 2]),
        ('requestParameters.a_b:"x\'y"', [0]),
        ("requestParameters.A_B.c:1.5", [2]),
        ("requestParameters.n:10", [0]),
        ("requestParameters.n:>=10", [0, 1]),
        ("-requestParameters:*", [3]),
        ('name:"\') OR 1=1 --"', []),
        ('requestParameters."\') OR 1=1 --":*', []),
        ("name:/'[)] OR true --/", []),
    ],
)
def test_quotes_comments_wildcards_and_what_hides(
    text: str, rows: list[int], tmp_path: Path, database: Any
) -> None:
    duck.filled(database, tmp_path / "rows.json", EVENTS, TABLE)
    assert found(text, database) == rows
    assert select(parse(text, NOW)).isprintable() or "\n" in select(parse(text, NOW))


@settings(max_examples=50)
@given(st.text())
def test_a_literal_is_one_line_that_nothing_ends(text: str) -> None:
    written = literal(text)
    assert written.isprintable()
    inner = written[written.index("'") + 1 : -1]
    assert "'" not in inner.replace("''", "")


def test_days_of_delivery_reach_past_midnight() -> None:
    node = parse("since:2026-03-07 until:2026-03-07T23:50Z", NOW)
    sql = select(node, Table("db.t", "timestamp"))
    assert (
        "FROM db.t\nWHERE \"timestamp\" >= '2026/03/07'\n  AND \"timestamp\" <= '2026/03/08'" in sql
    )
    early = select(parse("until:2026-03-07T23:40Z who:a", NOW), Table("db.t", "day"))
    assert "FROM db.t\n      WHERE \"day\" <= '2026/03/07'" in early


def test_a_table_of_another_name_is_quoted() -> None:
    assert 'FROM db."my-logs"".x"' not in select(EVERYTHING, Table('db.my-logs"'))
    assert 'FROM db."my-logs"""' in select(EVERYTHING, Table('db.my-logs"'))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mallory", "anywhere in the record"),
        ("target:*x*", "name the member"),
        ("oddity:*", "log file itself"),
        ("eventContext.x:1", "eventContext.x: is not in the table"),
        ("userIdentity.inScopeOf.sourceArn:x", "is not in the table"),
        ("name:stra\u00dfe", "lower() does not fold"),
        ("name:/(?P<a>x)/", "have no (?P"),
    ],
)
def test_what_sql_cannot_say(text: str, reason: str) -> None:
    with pytest.raises(NotInSql, match=re.escape(reason)):
        select(parse(text, NOW))


def test_what_cannot_be_said_is_left_for_here() -> None:
    parts = divided(parse("is:write mallory source:iam (x or name:a)", NOW))
    assert (canonical(parts.said), canonical(parts.left)) == (
        "is:write source:iam",
        "mallory (x or name:a)",
    )
    assert len(parts.reasons) == 2
