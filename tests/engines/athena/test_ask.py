"""A filter asked of Athena finds what the same filter finds here, whoever answers which part."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ctexplore.engines.answer import Lost
from ctexplore.engines.athena.ask import Held, asked, counted, record_of
from ctexplore.engines.athena.quoting import NotInSql
from ctexplore.engines.athena.setup import kept_as_parquet, projected
from ctexplore.engines.memory import answers
from ctexplore.engines.remote import narrowed, remaining
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.query.syntax import EVERYTHING
from ctexplore.sources.athena.queries import Place, Queries
from ctexplore.sources.athena.source import FOLDER, AthenaSource
from ctexplore.sources.demo import DemoSource
from ctexplore.sources.source import SourceError
from ctexplore.store.cache.asked import KeptQueries
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.containers.split import split
from ctexplore.store.containers.unpack import unpack
from ctexplore.store.days import Days
from ctexplore.store.scope import Scope
from tests.query.events import NOW, Bytes, table_of
from tests.sources.test_demo import below

fake = pytest.importorskip("tests.engines.athena.fake", exc_type=ImportError)

TABLE = replace(projected("cloudtrail_logs"))
NOWHERE = Scope(("",))

FILTERS = (
    "",
    "is:write",
    "is:failed source:s3",
    "who:*deploy*",
    "name:Get* -is:service region:us-east-1",
    "account:111122223333 is:write or is:root",
    "requestParameters.bucketName:*",
    "ip:203.0.113.0/24",
    "since:2026-03-03 until:2026-03-05T12:00 is:write",
    "target:*customer*",  # Athena cannot say it
    "customer-data",  # nor a word
    "is:write customer",
    "key:AKIAIOSFODNN7EXAMPLE",
    "id:nothing",
)


@pytest.fixture(scope="module")
def records() -> list[bytes]:
    """Some of the demo's, every kind of whom and of call among them."""
    source = DemoSource(events=1500)
    found: list[bytes] = []
    for file in below(source, ""):
        if file.kind.read and "/CloudTrail/" in file.key:
            found += [bytes(record) for record in split(unpack(source.read(file)).data).records]
    whole = [r for r in found if json.loads(r).get("eventCategory") in ("Management", "Data")]
    return list({json.loads(r)["eventID"]: r for r in whole}.values())[::4][:260]


@pytest.fixture(scope="module")
def athena(records: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Any:
    return fake.DuckAthena(tmp_path_factory.mktemp("athena"), records, TABLE)


@pytest.fixture
def source(athena: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[AthenaSource]:
    monkeypatch.setattr("ctexplore.sources.athena.queries._PAUSES", (0.0,))
    athena.started.clear()
    athena.stopped.clear()
    athena.failure = ""
    queries = Queries(athena, Place("logs", "team", "s3://answers/"))

    def ask(node: Any, scope: Any) -> Any:
        return asked(node, [Held(TABLE)], scope).question

    def count(node: Any, scope: Any, field: str) -> str:
        return counted(node, [Held(TABLE)], scope, field)

    yield AthenaSource(queries, "logs.cloudtrail_logs", athena.fetch, record_of, ask, count=count)


def answered(source: AthenaSource, text: str, scope: Scope = NOWHERE) -> list[bytes]:
    """The records of a filter, by way of Athena."""
    node = parse(text, NOW) if text else None
    question = asked(node, [Held(TABLE)], scope)
    answer = source.narrowed(question.question)
    left = None if question.left == EVERYTHING else Filter(question.left)
    lost = Lost(answer.uri)
    days = Days(answer, MemoryCache(), Scope((FOLDER,)))
    found: list[bytes] = []
    for part in answers(days.parts(), left, lost):
        by_row = dict(part.records.read(part.rows))
        found += [by_row[row] for row in part.rows.tolist()]
    days.close()
    assert not lost.count
    return found


@pytest.mark.parametrize("text", FILTERS)
def test_the_same_events_as_here_byte_for_byte(
    source: AthenaSource, records: list[bytes], text: str
) -> None:
    table = table_of(records)
    node = parse(text, NOW) if text else EVERYTHING
    mask = Filter(node).mask(table, 0, table.count, Bytes(records))
    wanted = sorted(record for record, is_in in zip(records, mask.tolist(), strict=True) if is_in)
    found = answered(source, text)
    assert sorted(found) == wanted
    times = [json.loads(record)["eventTime"] for record in found]
    assert times == sorted(times, reverse=True)


def test_partitions_are_asked_for_by_time_account_and_region(source: AthenaSource) -> None:
    text = "account:111122223333 region:eu-west-1 since:2026-03-03 until:2026-03-04"
    assert answered(source, text)
    sql = source.queries._client.started[-1]
    for condition in (
        "\"day\" >= '2026/03/03'",
        "\"day\" <= '2026/03/04'",
        "\"account\" IN ('111122223333')",
        "\"region\" IN ('eu-west-1')",
    ):
        assert condition in sql


def test_midnight_is_delivered_on_the_next_day() -> None:
    node = parse("since:2026-03-03 until:2026-03-03T23:59", NOW)
    sql = asked(node, [Held(TABLE)], NOWHERE).question.sql
    assert "\"day\" <= '2026/03/04'" in sql
    parquet = asked(node, [Held(kept_as_parquet("hot"))], NOWHERE).question.sql
    assert "\"eventdate\" <= '2026-03-03'" in parquet


def test_calls_of_global_services_lay_in_any_regions_folder() -> None:
    def sql(text: str) -> str:
        return asked(parse(text, NOW), [Held(TABLE)], NOWHERE).question.sql

    assert '"region" IN' not in sql("region:us-east-1 since:2020-01-01")
    assert '"region" IN' not in sql("region:us-east-1")
    assert '"region" IN' in sql("region:us-east-1 since:2022-01-01")
    assert '"region" IN' in sql("region:us-west-2")
    assert '"region" IN' not in sql("region:us-west-2 or is:root")
    assert '"region" IN' not in sql("-region:us-west-2")
    assert '"region" IN' not in sql("region:us-*")


def test_the_scope_prunes_and_bounds(source: AthenaSource, records: list[bytes]) -> None:
    scope = Scope(
        ("",),
        datetime(2026, 3, 3, tzinfo=UTC),
        datetime(2026, 3, 4, tzinfo=UTC),
        frozenset({"eu-west-1"}),
        frozenset({"111122223333"}),
    )
    found = [json.loads(record) for record in answered(source, "is:write", scope)]
    wanted = [
        r
        for r in map(json.loads, records)
        if r["awsRegion"] == "eu-west-1"
        and r.get("recipientAccountId") == "111122223333"
        and r["eventTime"].startswith("2026-03-03")
        and r.get("readOnly") is False
    ]
    assert sorted(r["eventID"] for r in found) == sorted(r["eventID"] for r in wanted)


def test_the_table_that_has_all_the_days_is_asked() -> None:
    hot = Held(kept_as_parquet("hot"), date(2026, 3, 1), date(2026, 4, 1))
    tables = [hot, Held(TABLE)]

    def table(text: str) -> str:
        return asked(parse(text, NOW) if text else None, tables, NOWHERE).table.name

    assert table("since:2026-03-02 until:2026-04-01") == "hot"
    assert table("since:2026-03-02") == "cloudtrail_logs"
    assert table("since:2026-02-28T23:00 until:2026-03-02") == "cloudtrail_logs"
    assert table("since:2026-03-02 until:2026-04-01T00:01") == "cloudtrail_logs"
    assert table("") == "cloudtrail_logs"


def test_a_record_is_fetched_only_when_it_is_wanted(
    source: AthenaSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    monkeypatch.setattr(source, "_fetch", lambda bucket, key: fetched.append(key))
    question = asked(parse("is:write", NOW), [Held(TABLE)], NOWHERE)
    days = Days(source.narrowed(question.question), MemoryCache(), Scope((FOLDER,)))
    assert sum(part.table.count for part in days.parts())
    assert fetched == []
    days.close()


def test_what_was_asked_is_not_asked_of_the_rows_again(source: AthenaSource) -> None:
    node = parse("is:write requestParameters.bucketName:x who:alice", NOW)
    opened = narrowed(source, NOWHERE, node)
    assert remaining(opened, node) is None
    more = parse("is:write requestParameters.bucketName:x who:alice ip:10.0.0.1", NOW)
    assert remaining(opened, more) == parse("ip:10.0.0.1", NOW)
    assert remaining(source, node) is node


def test_a_query_is_stopped_when_nobody_takes_its_pages(source: AthenaSource, athena: Any) -> None:
    answer = source.narrowed(asked(None, [Held(TABLE)], NOWHERE).question)
    pages = answer.children(FOLDER)
    next(pages)
    pages.close()
    assert athena.stopped == ["0"]


def test_closing_stops_what_runs(source: AthenaSource, athena: Any) -> None:
    answer = source.narrowed(asked(None, [Held(TABLE)], NOWHERE).question)
    source.close()
    athena.polls = 10**6
    try:
        with pytest.raises(SourceError, match="the query was stopped"):
            list(answer.children(FOLDER))
    finally:
        athena.polls = 2
    assert athena.stopped


@pytest.mark.parametrize(
    ("failure", "said", "hint"),
    [
        ("TABLE_NOT_FOUND: line 2:6: Table 'awsdatacatalog.logs.x' does not exist",
         "there is no such table", "athena setup"),
        ("SCHEMA_NOT_FOUND: line 1: Schema 'logs' does not exist",
         "there is no such database", "--apply"),
        ("Query exhausted resources at this scale factor", "needs more than Athena gives", "--by"),
        ("Bytes scanned limit was exceeded", "the workgroup's limit of bytes", "narrow it"),
        ("PERMISSION_DENIED: Access Denied on s3://logs/AWSLogs/x",
         "may not read the table or its objects (s3://logs/AWSLogs/x)", "s3:GetObject"),
        ("Access denied when writing output to url: s3://answers/1.csv",
         "answers cannot be written", "s3:PutObject"),
        ("com.amazonaws.services.kms.model.AWSKMSException: not authorized: kms:Decrypt",
         "a KMS key", "kms:Decrypt"),
        ("CONSTRAINT_VIOLATION: For the injected projected partition column account",
         "which accounts", "account:ID"),
        ("Something nobody has seen\n before", "the query failed: Something nobody has seen before",
         ""),
    ],
)  # fmt: skip
def test_each_failure_says_what_to_do(
    source: AthenaSource, athena: Any, failure: str, said: str, hint: str
) -> None:
    athena.failure = failure
    answer = source.narrowed(asked(None, [Held(TABLE)], NOWHERE).question)
    with pytest.raises(SourceError) as raised:
        list(answer.children(FOLDER))
    assert said in raised.value.reason
    assert hint in raised.value.hint
    assert raised.value.fatal


def test_where_it_runs_is_said_to_athena(source: AthenaSource, athena: Any) -> None:
    answered(source, "id:nothing")
    params = athena.params[-1]
    assert params["QueryExecutionContext"] == {"Database": "logs"}
    assert params["WorkGroup"] == "team"
    assert params["ResultConfiguration"] == {"OutputLocation": "s3://answers/"}


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE x; --", "a' OR '1'='1", "/* x */", "\\'", "%_", "é𝄞\u202e", 'a"b', "\x1b[2J"],
)
def test_no_value_leaves_its_quotes(
    source: AthenaSource, records: list[bytes], athena: Any, text: str
) -> None:
    """Nothing is found, nothing fails, and the table is still there."""
    from ctexplore.query.lexer import quote

    for field in ("name", "who", "requestParameters.bucketName", "agent"):
        assert answered(source, f"{field}:{quote(text)}") == []
    count = athena.database.execute("SELECT count(*) FROM cloudtrail_logs").fetchone()[0]
    assert count == len(records)


# -- answers of before


PAST = "is:write since:2026-03-03 until:2026-03-05"


def test_an_answer_is_taken_again_and_nothing_is_read(source: AthenaSource, athena: Any) -> None:
    source.kept = KeptQueries(MemoryCache())
    first = answered(source, PAST)
    assert len(athena.started) == 1
    assert answered(source, PAST) == first
    assert len(athena.started) == 1
    again = source.narrowed(asked(parse(PAST, NOW), [Held(TABLE)], NOWHERE).question)
    pages = list(again.children(FOLDER))
    assert pages and again.done is not None
    assert "again, nothing read" in str(again.done) and again.done.again == athena.submitted


@pytest.mark.parametrize(
    ("text", "hours", "queries"),
    [
        (PAST, 24 * 30, 1),  # its times had passed
        ("is:write", 0.5, 1),
        ("is:write", 2, 2),  # there may be more by now
        ("is:write until:2999-01-01", 2, 2),
    ],
)
def test_an_answer_grows_old_where_more_may_come(
    source: AthenaSource, athena: Any, text: str, hours: float, queries: int
) -> None:
    source.kept = KeptQueries(MemoryCache())
    athena.submitted = datetime.now(UTC) - timedelta(hours=hours)
    answered(source, text)
    answered(source, text)
    assert len(athena.started) == queries
    athena.submitted = datetime.now(UTC)


def test_it_is_asked_anew_where_that_is_wanted_or_the_answer_is_another(
    source: AthenaSource, athena: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.kept = kept = KeptQueries(MemoryCache())
    first = answered(source, PAST)
    source.list_again("")
    assert answered(source, PAST) == first
    assert len(athena.started) == 2
    assert answered(source, PAST) == first  # once only
    assert len(athena.started) == 2
    # An id of another query, as another account or a damaged cache could have it.
    kept.put(athena.started[-1], athena.start_query_execution(QueryString="x")["QueryExecutionId"])
    assert answered(source, PAST) == first
    assert len(athena.started) == 4
    # Athena's file of it was deleted.
    pages, gone = athena.get_query_results, []

    def lost(**params: Any) -> Any:
        if not gone:
            gone.append(params)
            raise SourceError("Athena", "the answer is gone")
        return pages(**params)

    monkeypatch.setattr(athena, "get_query_results", lost)
    assert answered(source, PAST) == first
    assert len(athena.started) == 5


# -- counting


@pytest.mark.parametrize("field", ["name", "source", "region", "ip", "agent", "time"])
@pytest.mark.parametrize("text", ["", "is:write", "name:Get* -is:service"])
def test_counts_are_those_of_the_rows(
    source: AthenaSource, records: list[bytes], text: str, field: str
) -> None:
    node = parse(text, NOW) if text else None
    rows, done = source.tally(node, NOWHERE, field)
    assert done.scanned
    table = table_of(records)
    mask = (
        Filter(node).mask(table, 0, table.count, Bytes(records)) if node else [True] * len(records)
    )
    keys = {"name": "eventName", "source": "eventSource", "region": "awsRegion",
            "ip": "sourceIPAddress", "agent": "userAgent", "time": "eventTime"}  # fmt: skip
    wanted: dict[str, int] = {}
    for record, is_in in zip(records, list(mask), strict=True):
        if is_in:
            value = json.loads(record).get(keys[field]) or ""
            value = value[:13] if field == "time" else value
            wanted[value] = wanted.get(value, 0) + 1
    assert dict(rows) == wanted
    numbers = [number for _, number in rows]
    assert field == "time" or numbers == sorted(numbers, reverse=True)


def test_what_cannot_be_asked_there_is_not_counted_there(source: AthenaSource) -> None:
    for text, field in (("target:*x*", "name"), ("is:write", "who")):
        with pytest.raises(NotInSql):
            source.tally(parse(text, NOW), NOWHERE, field)


def test_closing_stops_what_runs_and_nothing_else(source: AthenaSource, athena: Any) -> None:
    """Not in the thread that waits, which may not live to do it."""
    over = source.queries.start("SELECT 1")
    over.done()
    left = source.queries.start("SELECT 2")
    source.close()
    assert athena.stopped == [left.id]
