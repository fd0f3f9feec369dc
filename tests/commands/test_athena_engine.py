"""``--engine athena`` and ``athena setup`` from the command line, on a moto server."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from ctexplore import cli
from ctexplore.sources.athena import rows
from tests.build import event, gz, log
from tests.sources.memory_source import log_key

Run = Callable[..., tuple[int, list[str], str]]

BUCKET = "trail"
RECORD = event(1, eventName="StopLogging", requestParameters={"name": "arn:x", "n": 10**22})


def expect(moto: str, *results: list[list[str | None]]) -> None:
    """What the next queries answer; moto runs no SQL."""
    answers = [
        {
            "rows": [
                {"Data": [{"VarCharValue": "header"}]},
                *(
                    {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
                    for row in found
                ),
            ],
            "column_info": [],
        }
        for found in results
    ]
    body = json.dumps({"results": answers}).encode()
    url = f"{moto}/moto-api/static/athena/query-results"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()


def row(record: dict[str, Any], path: str) -> list[str | None]:
    """A row as the SELECT asks for it."""
    found: list[str | None] = []
    for name, _ in rows._columns(True):
        value: Any = record
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if name == rows.ORIGIN:
            value = path
        if isinstance(value, (dict, list, bool)):
            value = json.dumps(value)
        found.append(value)
    return found


@pytest.fixture
def trail(moto: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket with a log file; its address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    monkeypatch.setattr("ctexplore.sources.athena.queries._PAUSES", (0.01,))
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.create_bucket(Bucket="answers")
    key = log_key("2026/03/07", "0000")
    s3.put_object(Bucket=BUCKET, Key=key, Body=gz(log(event(7), RECORD)))
    return f"s3://{BUCKET}/{key}"


@pytest.fixture
def run(trail: str, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def call(command: str, *words: str) -> tuple[int, list[str], str]:
        status = cli.main([command, *words, "--cache-dir", str(tmp_path / "cache")])
        out, err = capfd.readouterr()
        return status, out.splitlines(), err

    return call


ENGINE = ("--engine", "athena", "--table", "logs.trail", "--results", "s3://answers/")


def test_rows_come_from_athena_and_records_from_their_objects(
    run: Run, moto: str, trail: str
) -> None:
    expect(moto, [row(RECORD, trail)])
    status, lines, err = run("query", "name:StopLogging", *ENGINE, "--format", "raw")
    assert status == 0
    assert lines == [json.dumps(RECORD, separators=(",", ":"))]  # every digit of it
    assert "Athena: name:StopLogging" in err
    assert "read in" in err and "less than $0.01" in err


def test_a_table_needs_no_object(run: Run, moto: str) -> None:
    expect(moto, [row(RECORD, "s3://gone/key")])
    status, lines, _ = run("query", "is:write", *ENGINE, "--fields", "name,key", "--format", "csv")
    assert status == 0
    assert '"StopLogging"' in lines[1]
    expect(moto, [row(RECORD, "s3://gone/key")])
    status, lines, err = run("query", "is:write", *ENGINE, "--format", "raw")
    assert (status, lines) == (3, [])
    assert "1 records could not be read again" in err


def test_counting_is_athenas(run: Run, moto: str) -> None:
    expect(moto, [["1234567"]])
    assert run("query", "is:write", *ENGINE, "--count")[:2] == (0, ["1234567"])
    expect(moto, [["GetObject", "900"], ["PutObject", "34"]])
    status, lines, _ = run("query", "source:s3", *ENGINE, "--by", "name")
    assert (status, lines) == (0, ["900  GetObject", " 34  PutObject"])
    expect(moto, [row(RECORD, "s3://gone/key")])
    assert run("query", "source:s3", *ENGINE, "--by", "who")[:2] == (0, ["1  alice"])


def test_what_sql_cannot_say_is_asked_here(run: Run, moto: str, trail: str) -> None:
    expect(moto, [row(RECORD, trail)], [row(RECORD, trail)])
    status, lines, err = run("query", "name:StopLogging arn:x", *ENGINE, "--count")
    assert (status, lines) == (0, ["1"])
    assert "here: arn:x" in err
    assert run("query", "name:StopLogging nowhere", *ENGINE, "--count")[:2] == (1, ["0"])


def test_what_it_will_read_is_guessed_from_listings(run: Run, trail: str) -> None:
    status, _, err = run("query", "is:write", f"s3://{BUCKET}", *ENGINE, "--estimate")
    assert status == 0
    assert "Athena will read 1 objects" in err
    assert "(listed)" in err
    assert run("query", "is:write", *ENGINE, "--estimate")[0] == 2


def test_setup_prints_and_makes_nothing(run: Run, trail: str) -> None:
    status, lines, err = run("athena", "setup", "--bucket", BUCKET, "--database", "logs")
    assert status == 0
    said = "\n".join(lines)
    assert "CREATE DATABASE IF NOT EXISTS `logs`;" in said
    assert "CREATE EXTERNAL TABLE IF NOT EXISTS `logs`.`cloudtrail_logs`" in said
    assert "s3://trail/AWSLogs/${account}/CloudTrail/${region}/${day}" in said
    assert "'projection.day.range' = '2026/01/01,NOW'" in said
    assert "nothing was made" in err
    assert boto3.client("athena").list_query_executions()["QueryExecutionIds"] == []


def test_setup_makes_what_it_prints(run: Run, trail: str) -> None:
    words = ("--bucket", BUCKET, "--database", "logs", "--output", "s3://answers/")
    _, lines, _ = run("athena", "setup", *words)
    status, _, err = run("athena", "setup", *words, "--apply")
    assert status == 0
    assert err.count("made: ") == 2
    athena = boto3.client("athena")
    ids = athena.list_query_executions()["QueryExecutionIds"]
    sent = {athena.get_query_execution(QueryExecutionId=i)["QueryExecution"]["Query"] for i in ids}
    assert sent == {part.strip() for part in "\n".join(lines).split(";\n\n")} - {""} or sent == {
        part.strip().rstrip(";") for part in "\n".join(lines).split(";\n\n")
    }


def test_setup_keeps_a_span_as_parquet(run: Run, trail: str) -> None:
    status, lines, _ = run(
        "athena", "setup", "--bucket", BUCKET, "--parquet", "s3://hot/trail",
        "--since", "2026-03-01", "--until", "2026-03-08",
    )  # fmt: skip
    assert status == 0
    said = "\n".join(lines)
    assert said.startswith("CREATE TABLE cloudtrail_logs_parquet")
    assert "external_location = 's3://hot/trail/'" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("query", "", *ENGINE, "--demo"), "asks a table of a trail's bucket"),
        (("query", "is:new", *ENGINE), "new: is found out by reading a trail"),
        (("query", "integrity:changed", *ENGINE), "integrity: is found out by reading"),
        (("query", "", *ENGINE, "--by", "new"), "new: is found out by reading a trail"),
        (("query", "", "--engine", "athena", "--results", "x"), "expected s3://BUCKET/PREFIX/"),
        (("query", "", *ENGINE, "--parquet-table", "x"), "expected DB.TABLE@DAY..DAY"),
        (("query", "", *ENGINE, "--parquet-table", "x@2026-02-30..2026-03-01"), "--parquet-table"),
        (("athena", "setup"), "needs the trail's bucket"),
        (("athena", "setup", "--bucket", BUCKET, "--parquet", "s3://x"), "give --since"),
        (("athena", "sql"), "takes one FILTER"),
    ],
)
def test_what_cannot_be_is_told(run: Run, words: tuple[str, ...], said: str) -> None:
    status, _, err = run(*words)
    assert status == 2
    assert said in err


def test_what_is_left_is_stopped(trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from ctexplore.sources.athena.queries import Place, Queries
    from ctexplore.sources.aws.session import open_client, open_session

    queries = Queries(open_client(open_session(), "athena"), Place("", "", "s3://answers/"))
    query = queries.start("SELECT 1")
    queries.close()
    query.stop()
    query.stop()  # what has ended is left alone
